/** An OpenID Connect issuer on a real HTTPS server. For tests. */
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { fetchJson } from '../../outgoing/fetch-json.ts'
import { json, startWebServer, type WebServer } from '../../outgoing/testing/web-server.ts'
import { type IssuerKeys, issuerKeys } from '../issuer-keys.ts'

export interface TestIssuer {
  readonly url: string
  readonly server: WebServer
  /** The key that it signs with and publishes as `first`. */
  readonly key: GenerateKeyPairResult
  /** What it publishes; tests change it. */
  published: unknown
  configuration: unknown
  isDown: boolean
  /** A good token for `sts.amazonaws.com`, valid for five minutes from `now`, with other claims or header where given. */
  sign(now: number, claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  /** As the server has them. */
  keys(now: () => number): IssuerKeys
}

export async function startIssuer(alg = 'RS256'): Promise<TestIssuer> {
  const key = await generateKeyPair(alg, { extractable: true })
  const server = await startWebServer((request, response) => {
    if (issuer.isDown) response.writeHead(503).end()
    else if (request.url === '/.well-known/openid-configuration') json(response, issuer.configuration)
    else json(response, issuer.published)
  })
  const issuer: TestIssuer = {
    url: server.url,
    server,
    key,
    published: { keys: [await jwkOf(key, 'first', { alg })] },
    configuration: { issuer: server.url, jwks_uri: `${server.url}/keys` },
    isDown: false,
    sign: (now, claims = {}, header = {}) =>
      new SignJWT({ ...goodClaims(server.url, now), ...claims })
        .setProtectedHeader({ alg, kid: 'first', ...header })
        .sign(key.privateKey),
    keys: (now) =>
      issuerKeys((url) => fetchJson(url, { allowsPrivate: true, authorities: [server.authority] }), now),
  }
  return issuer
}

export function goodClaims(iss: string, now: number): JWTPayload {
  const iat = Math.floor(now / 1000)
  return { iss, sub: 'system:serviceaccount:shop:orders', aud: 'sts.amazonaws.com', iat, exp: iat + 300 }
}

export async function jwkOf(key: GenerateKeyPairResult, kid: string, facts: JWK = {}): Promise<JWK> {
  return { ...(await exportJWK(key.publicKey)), kid, use: 'sig', ...facts }
}
