import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, SignJWT } from 'jose'

/** A small OpenID Connect provider that lets everybody in as whoever the test says. */
export interface IdentityProvider {
  readonly issuer: string
  /** Of the next tokens; merged over what a provider says. */
  claims: Readonly<Record<string, unknown>>
  /** Signs the next tokens in place of the provider's key. */
  forgedKey: KeyObject | null
  /** What a browser does: goes to `location`, signs in, and is sent back. */
  visit(location: URL): Promise<URL>
  close(): Promise<void>
}

interface Grant {
  readonly challenge: string
  readonly nonce: string
}

export async function startIdentityProvider(clientId: string): Promise<IdentityProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const grants = new Map<string, Grant>()
  const server = createServer((request, response) => {
    const send = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    void answer(request).then(
      (value) => send(value),
      (error: Error) => send({ error: 'invalid_grant', error_description: error.message }, 400),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: Pick<IdentityProvider, 'claims' | 'forgedKey'> = { claims: {}, forgedKey: null }

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    if (request.url === '/.well-known/openid-configuration')
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
      }
    if (request.url === '/keys')
      return { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] }
    return tokens(new URLSearchParams(await textOf(request)))
  }

  const tokens = async (form: URLSearchParams): Promise<unknown> => {
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (grant === undefined || verifier !== grant.challenge)
      throw new Error('the code was not given for this')
    const seconds = Math.floor(Date.now() / 1000)
    const standard = { iss: issuer, aud: clientId, sub: 'person-1', nonce: grant.nonce }
    const token = await new SignJWT({ ...standard, iat: seconds, exp: seconds + 300, ...provider.claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(provider.forgedKey ?? privateKey)
    return { access_token: 'unused', token_type: 'Bearer', id_token: token }
  }

  return Object.assign(provider, {
    issuer,
    visit: async (location: URL) => {
      const asked = location.searchParams
      const code = randomBytes(16).toString('hex')
      grants.set(code, { challenge: asked.get('code_challenge')!, nonce: asked.get('nonce')! })
      const back = new URL(asked.get('redirect_uri')!)
      back.searchParams.set('code', code)
      back.searchParams.set('state', asked.get('state')!)
      return back
    },
    close: () => closed(server),
  })
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
