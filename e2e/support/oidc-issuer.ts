/** An issuer of OpenID Connect tokens on a real HTTPS server, with an authority of its own. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ecKey, pki } from './pki.ts'

export interface OidcIssuer {
  readonly url: string
  /** With which a server believes it. */
  readonly flags: readonly string[]
  /** A good token for `sts.amazonaws.com`, valid for five minutes. */
  token(subject: string): string
  close(): void
}

export async function startOidcIssuer(directory: string): Promise<OidcIssuer> {
  const authority = pki(directory)
  await authority.authority('ca')
  await authority.leaf('issuer', {
    by: 'ca',
    subject: '/CN=issuer',
    // Further names may follow the URI.
    uri: 'https://localhost,DNS:localhost',
    newkey: ecKey,
    extensions: 'extendedKeyUsage=serverAuth\n',
  })
  const tls = { cert: await authority.pem('issuer'), key: await authority.pem('issuer-key') }
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const server = createServer(tls, (request, response) => {
    const isConfiguration = request.url === '/.well-known/openid-configuration'
    const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
    const document = isConfiguration ? { issuer: url, jwks_uri: `${url}/keys` } : { keys: [jwk] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    flags: ['--oidc-private-issuers', url, '--oidc-ca-file', authority.file('ca.pem')],
    token: (sub) => {
      const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
      const iat = Math.floor(Date.now() / 1000)
      const claims = { iss: url, sub, aud: 'sts.amazonaws.com', iat, exp: iat + 300 }
      const head = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(claims)}`
      return `${head}.${createSign('RSA-SHA256').update(head).sign(key.privateKey).toString('base64url')}`
    },
    close: () => server.close(),
  }
}
