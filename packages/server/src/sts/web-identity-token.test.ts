import assert from 'node:assert/strict'
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { QueryError } from '@wick/wire/query'
import {
  EncryptJWT,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  type GenerateKeyPairResult,
  generateKeyPair,
  importJWK,
  SignJWT,
} from 'jose'
import type { IssuerKeys } from './issuer-keys.ts'
import { goodClaims, jwkOf, startIssuer, type TestIssuer } from './testing/issuer.ts'
import { issuerOf, verifyWebIdentity, type WebIdentity } from './web-identity-token.ts'

const now = Date.UTC(2026, 10, 25, 12)
const minute = 60
const clientIds = ['sts.amazonaws.com', 'other-client']

let issuer: TestIssuer
let stranger: GenerateKeyPairResult
let keys: IssuerKeys
let published: unknown
before(async () => {
  issuer = await startIssuer()
  stranger = await generateKeyPair('RS256', { extractable: true })
  published = issuer.published
})
after(() => issuer.server.close())
beforeEach(() => {
  issuer.published = published
  issuer.isDown = false
  keys = issuer.keys(() => now)
})

const verify = (token: string, at = now): Promise<WebIdentity> =>
  verifyWebIdentity(token, { url: issuer.url, clientIds }, keys, at)
const sign = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> =>
  issuer.sign(now, claims, header)
async function refuses(code: string, token: string | Promise<string>, at = now): Promise<void> {
  await assert.rejects(verify(await token, at), (error) => error instanceof QueryError && error.code === code)
}
const seconds = Math.floor(now / 1000)
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a token that the issuer signed for a client of ours says who somebody is', async () => {
  assert.deepEqual(await verify(await sign()), {
    subject: 'system:serviceaccount:shop:orders',
    audience: 'sts.amazonaws.com',
    originalAudience: null,
  })
  assert.equal((await verify(await sign({ aud: ['other-client'] }))).audience, 'other-client')
})

test('an authorised party stands for the audience, as at AWS', async () => {
  assert.deepEqual(await verify(await sign({ aud: ['x', 'y'], azp: 'other-client' })), {
    subject: 'system:serviceaccount:shop:orders',
    audience: 'other-client',
    originalAudience: 'x',
  })
})

for (const alg of ['RS384', 'PS256', 'ES256', 'ES384', 'EdDSA'])
  test(`tokens signed with ${alg} are accepted`, async () => {
    const other = await startIssuer(alg)
    try {
      const token = await other.sign(now)
      await verifyWebIdentity(
        token,
        { url: other.url, clientIds },
        other.keys(() => now),
        now,
      )
    } finally {
      await other.server.close()
    }
  })

test('a token is good until its end, to the second', async () => {
  const token = await sign()
  await verify(token, now + 5 * minute * 1000 - 1)
  await refuses('ExpiredTokenException', token, now + 5 * minute * 1000)
  await refuses('ExpiredTokenException', token, now + 3_600_000)
})

test("the issuer's clock may be a minute ahead", async () => {
  await verify(await sign({ iat: seconds + 60, nbf: seconds + 60 }))
  await refuses('InvalidIdentityToken', sign({ iat: seconds + 61 }))
  await refuses('InvalidIdentityToken', sign({ nbf: seconds + 61 }))
})

/** Threat 20: confusion about algorithms, keys, issuers, audiences and times. */
const forged: Readonly<Record<string, () => string | Promise<string>>> = {
  'no signature, alg none': () => `${encode({ alg: 'none' })}.${encode(goodClaims(issuer.url, now))}.`,
  'no signature, alg NONE': () =>
    `${encode({ alg: 'NONE', kid: 'first' })}.${encode(goodClaims(issuer.url, now))}.`,
  'no signature under RS256': async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`,
  'an HMAC with the public key in PEM for a secret': async () => hmac(await exportSPKI(issuer.key.publicKey)),
  'an HMAC with the public key as JWK for a secret': async () =>
    hmac(JSON.stringify(await exportJWK(issuer.key.publicKey))),
  "an HMAC with the key's modulus for a secret": async () =>
    hmac(Buffer.from((await exportJWK(issuer.key.publicKey)).n!, 'base64url')),
  "a stranger's signature under the issuer's key id": () => strange(),
  "a stranger's signature under a key id nobody has": () => strange({ kid: 'second' }),
  "a stranger's signature without a key id": () => strange({ kid: undefined }),
  'a key in the header': async () => strange({ jwk: await exportJWK(stranger.publicKey) }),
  'a key set named in the header': () => strange({ jku: 'https://attacker.example/keys', kid: 'x' }),
  'a certificate in the header': () => strange({ x5c: ['AAAA'], x5u: 'https://attacker.example/' }),
  'a key id that is a path': () => strange({ kid: '../../../dev/null' }),
  'another issuer': () => sign({ iss: 'https://issuer.example' }),
  'the issuer with a slash': () => sign({ iss: `${issuer.url}/` }),
  'no issuer': () => sign({ iss: undefined }),
  'another audience': () => sign({ aud: 'somebody-else' }),
  'an audience in other letters': () => sign({ aud: 'STS.amazonaws.com' }),
  'no audience': () => sign({ aud: undefined }),
  'two audiences, neither of them named as the party': () => sign({ aud: ['sts.amazonaws.com', 'x'] }),
  'an authorised party that is no client': () => sign({ azp: 'somebody-else' }),
  'an authorised party that is no text': () => sign({ azp: ['sts.amazonaws.com'] }),
  'no end': () => sign({ exp: undefined }),
  'an end that is no number': () => sign({ exp: '99999999999' }),
  'no time of issue': () => sign({ iat: undefined }),
  'no subject': () => sign({ sub: undefined }),
  'an empty subject': () => sign({ sub: '' }),
  'a subject that is no text': () => sign({ sub: ['admin'] }),
  'a subject without end': () => sign({ sub: 'x'.repeat(256) }),
  'session tags, which would be lost': () => sign({ 'https://aws.amazon.com/tags': {} }),
  'another subject under the signature': async () => {
    const [header, , signature] = (await sign()).split('.')
    return [header, encode({ ...goodClaims(issuer.url, now), sub: 'system:admin' }), signature].join('.')
  },
  'another header over the signature': async () => {
    const [, payload, signature] = (await sign()).split('.')
    return [encode({ alg: 'RS256', kid: 'first', typ: 'at+jwt' }), payload, signature].join('.')
  },
  'another algorithm of the same key': async () => {
    const head = `${encode({ alg: 'RS512', kid: 'first' })}.${encode(goodClaims(issuer.url, now))}`
    const signer = createSign('RSA-SHA512').update(head)
    return `${head}.${signer.sign(await exportPKCS8(issuer.key.privateKey)).toString('base64url')}`
  },
  'SHA-1': async () => {
    const head = `${encode({ alg: 'RS1', kid: 'first' })}.${encode(goodClaims(issuer.url, now))}`
    return `${head}.${createSign('RSA-SHA1')
      .update(head)
      .sign(await exportPKCS8(issuer.key.privateKey))
      .toString('base64url')}`
  },
  'a critical extension that nobody knows': async () =>
    `${encode({ alg: 'RS256', kid: 'first', crit: ['x'], x: 1 })}.${(await sign()).split('.').slice(1).join('.')}`,
  'a payload that is not encoded': async () => {
    const header = { alg: 'RS256', kid: 'first', b64: false, crit: ['b64'] }
    const head = `${encode(header)}.${encode(goodClaims(issuer.url, now))}`
    return `${head}.${createSign('RSA-SHA256')
      .update(head)
      .sign(await exportPKCS8(issuer.key.privateKey))
      .toString('base64url')}`
  },
  'an encrypted token': async () =>
    new EncryptJWT(goodClaims(issuer.url, now))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'first' })
      .encrypt(await importJWK(await exportJWK(issuer.key.publicKey), 'RSA-OAEP')),
  'a part more': async () => `${await sign()}.e30`,
  JSON: async () => {
    const [protectedHeader, payload, signature] = (await sign()).split('.')
    return JSON.stringify({ protected: protectedHeader, payload, signature })
  },
  nothing: () => '',
  'no token': () => 'x.y.z',
  'a payload that is no object': async () => {
    const head = `${encode({ alg: 'RS256', kid: 'first' })}.${encode('x')}`
    return `${head}.${createSign('RSA-SHA256')
      .update(head)
      .sign(await exportPKCS8(issuer.key.privateKey))
      .toString('base64url')}`
  },
}
for (const [what, token] of Object.entries(forged))
  test(`threat 20: refused: ${what}`, async () => refuses('InvalidIdentityToken', await token()))

function hmac(secret: string | Buffer): string {
  const head = `${encode({ alg: 'HS256', kid: 'first' })}.${encode(goodClaims(issuer.url, now))}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}

function strange(header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(goodClaims(issuer.url, now))
    .setProtectedHeader({ alg: 'RS256', kid: 'first', ...header })
    .sign(stranger.privateKey)
}

test('every character of a token counts', async () => {
  const token = await sign()
  for (let at = 0; at < token.length; at += 7) {
    const other = token[at] === 'A' ? 'B' : 'A'
    await refuses('InvalidIdentityToken', token.slice(0, at) + other + token.slice(at + 1))
  }
})

test('a token of the issuer is refused once it publishes the key no more', async () => {
  const token = await sign()
  await verify(token)
  issuer.published = { keys: [await jwkOf(stranger, 'second')] }
  keys = issuer.keys(() => now)
  await refuses('InvalidIdentityToken', token)
})

test('a key that the issuer begins to use is found', async () => {
  const clock = { now }
  keys = issuer.keys(() => clock.now)
  await verify(await sign())
  const token = await new SignJWT(goodClaims(issuer.url, now))
    .setProtectedHeader({ alg: 'RS256', kid: 'second' })
    .sign(stranger.privateKey)
  issuer.published = { keys: [await jwkOf(issuer.key, 'first'), await jwkOf(stranger, 'second')] }
  await refuses('InvalidIdentityToken', token)
  clock.now += 61_000
  await verify(token)
})

test('keys that are for something else, too short or ambiguous do not count', async () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const weak = short.publicKey.export({ format: 'jwk' })
  const head = `${encode({ alg: 'RS256', kid: 'weak' })}.${encode(goodClaims(issuer.url, now))}`
  const byWeak = `${head}.${createSign('RSA-SHA256').update(head).sign(short.privateKey).toString('base64url')}`
  for (const [set, token] of [
    [[await jwkOf(issuer.key, 'first', { use: 'enc' })], await sign()],
    [[await jwkOf(issuer.key, 'first', { key_ops: ['sign'] })], await sign()],
    [[await jwkOf(issuer.key, 'first', { alg: 'PS256' })], await sign()],
    [[{ ...(await jwkOf(issuer.key, 'first')), kty: 'oct', k: 'AAAA' }], await sign()],
    [[{ kty: 'RSA', kid: 'first', n: '', e: '' }], await sign()],
    [[await jwkOf(issuer.key, 'a'), await jwkOf(stranger, 'b')], await sign({}, { kid: undefined })],
    [[{ ...weak, kid: 'weak' }], byWeak],
  ] as const) {
    issuer.published = { keys: set }
    keys = issuer.keys(() => now)
    await refuses('InvalidIdentityToken', token)
  }
})

test('where the issuer cannot be asked, whoever asks may try again', async () => {
  issuer.isDown = true
  await refuses('IDPCommunicationError', sign())
})

test('the issuer can be read before anything is believed, whatever the token is', async () => {
  assert.equal(issuerOf(await sign()), issuer.url)
  for (const token of [
    '',
    'x',
    'a.b.c',
    `a.${encode({ iss: 1 })}.c`,
    `a.${encode(null)}.c`,
    '.'.repeat(20_000),
  ])
    assert.equal(issuerOf(token), null)
})
