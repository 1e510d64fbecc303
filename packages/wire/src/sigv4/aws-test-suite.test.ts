import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { encodeComponent } from '../percent-encoding.ts'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorization } from './authorization.ts'
import { parseAuthorizationHeader } from './authorization-header.ts'
import { canonicalRequest, sha256Hex, stringToSign } from './canonical-request.ts'
import { requestTime } from './request-time.ts'
import { collectHeaders, type SignedRequest } from './signed-request.ts'
import { signature } from './signing-key.ts'
import { verify } from './verify.ts'

/** AWS's public test vectors: see the README beside them. */
const file = new URL('../../../../fixtures/sigv4/aws-signing-test-suite.json', import.meta.url)

interface Suite {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly cases: readonly {
    readonly name: string
    readonly signedRequest: string
    readonly canonicalRequest: string
    readonly stringToSign: string
  }[]
}
const suite: Suite = JSON.parse(readFileSync(file, 'utf8'))

/** The request line of these holds a path that no wire carries. */
const withRawPath = ['get-space-normalized', 'get-utf8']
/** Its session token was added after it was signed. */
const withUnsignedToken = 'post-sts-header-after'

/** An HTTP message as the suite writes it: `POST /path HTTP/1.1`, `Name:value`, a blank line, the body. */
function readMessage(text: string): { request: SignedRequest; body: string } {
  const [head = '', body = ''] = text.split('\n\n', 2)
  const [line = '', ...headerLines] = head.trimEnd().replaceAll(/\n +/g, ' ').split('\n')
  const [, method = '', rawTarget = ''] = /^(\S+) (.*?)(?: HTTP\/1\.1)?$/.exec(line) ?? []
  const rawHeaders = headerLines.flatMap((header) => {
    const colon = header.indexOf(':')
    return [header.slice(0, colon), header.slice(colon + 1).trim()]
  })
  return { request: { method, rawTarget, rawHeaders }, body }
}

/** The query as a wire carries it; its canonical form is the same. */
function encodedQuery(rawTarget: string): string {
  return rawTarget.replaceAll(/[^\x20-\x7e]/g, encodeComponent)
}

test('all cases are there', () => {
  assert.equal(suite.cases.length, 32)
  assert.equal(new Set(suite.cases.map(({ name }) => name)).size, 32)
})

for (const { name, signedRequest, ...expected } of suite.cases) {
  const { request, body } = readMessage(signedRequest)
  const headers = collectHeaders(request.rawHeaders)
  const authorization = parseAuthorizationHeader(headers.get('authorization')![0]!)
  const { scope, signedHeaders } = authorization
  const time = requestTime(headers)
  const bodySha256Hex = sha256Hex(body)
  const proof = {
    regions: [scope.region],
    service: scope.service,
    now: time.instant,
    skewMilliseconds: 0,
    secret: suite.secretAccessKey,
    bodySha256Hex,
  }

  test(`${name} has the canonical request, string to sign and signature of the suite`, () => {
    assert.equal(authorization.accessKeyId, suite.accessKeyId)
    const canonical = canonicalRequest({ ...request, headers, signedHeaders, bodySha256Hex })
    assert.equal(canonical, expected.canonicalRequest)
    const text = stringToSign(time.timestamp, scope, canonical)
    assert.equal(text, expected.stringToSign)
    assert.deepEqual(signature(suite.secretAccessKey, scope, text), authorization.signature)
  })

  if (name === withUnsignedToken) {
    test(`${name} is refused: a session token must be signed`, () =>
      refuses('InvalidSignatureException', () => parseAuthorization(request)))
  } else if (withRawPath.includes(name)) {
    test(`${name} is refused: its request line is not encoded`, () =>
      refuses('InvalidSignatureException', () => parseAuthorization(request)))
  } else {
    test(`${name} is verified`, () => {
      verify(parseAuthorization({ ...request, rawTarget: encodedQuery(request.rawTarget) }), proof)
    })
    test(`${name} is refused with another body`, () => {
      refuses('InvalidSignatureException', () =>
        verify(parseAuthorization({ ...request, rawTarget: encodedQuery(request.rawTarget) }), {
          ...proof,
          bodySha256Hex: sha256Hex(`${body} `),
        }),
      )
    })
  }
}
