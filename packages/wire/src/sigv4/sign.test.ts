import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeComponent } from '../percent-encoding.ts'
import { parseAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import { type SigningInput, sign } from './sign.ts'
import { plainRequest } from './testing/arbitrary-request.ts'
import { type PlainRequest, signers } from './testing/independent-signers.ts'
import { verify } from './verify.ts'

const signing = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'codeguru-profiler',
  now: Date.parse('2026-11-24T13:15:00.999Z'),
}
const input: SigningInput = { ...signing, method: 'GET', url: 'https://wick.example:8443/profilingGroups' }

test("AWS's simplest test vector is signed as published", () => {
  const url = 'https://example.amazonaws.com/'
  const now = Date.parse('2015-08-30T12:36:00Z')
  assert.deepEqual(sign({ ...input, url, service: 'service', now }), {
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  })
})

/** What the server gets of a request that was sent to the URL with the headers that `sign` returned. */
function judge(input: SigningInput, added: Readonly<Record<string, string>>): void {
  const { host, pathname, search } = new URL(input.url)
  const rawHeaders = Object.entries({ ...input.headers, ...added, Host: host }).flat()
  const request = { method: input.method, rawTarget: pathname + search, rawHeaders }
  verify(parseAuthorization(request), {
    regions: [input.region],
    service: input.service,
    now: input.now,
    skewMilliseconds: 1000,
    secret: input.secretAccessKey,
    bodySha256Hex: sha256Hex(input.body ?? ''),
  })
}

/** The SDK's signer leaves these out, and URL parsers take an encoded dot for a dot. */
const leftOut = ['cache-control', 'user-agent', 'x-amzn-trace-id']
const request = plainRequest
  .filter(({ path }) => !path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
  .map(
    (plain): PlainRequest => ({
      ...plain,
      headers: Object.fromEntries(Object.entries(plain.headers).filter(([name]) => !leftOut.includes(name))),
    }),
  )

function inputOf({ method, path, query, headers: { host, ...headers }, body }: PlainRequest): SigningInput {
  const search = query.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&')
  return { ...signing, method, url: `https://${host}${path}?${search}`, headers, body }
}

test("what is signed is what AWS's SDK signs, to the letter", async () => {
  const sdk = signers['@smithy/signature-v4 without x-amz-content-sha256']!
  await fc.assert(
    fc.asyncProperty(request, async (plain) => {
      const theirs = await sdk(plain, signing)
      assert.deepEqual(sign(inputOf(plain)), {
        'x-amz-date': theirs['x-amz-date'],
        authorization: theirs.authorization,
      })
    }),
    { numRuns: 500 },
  )
})

test('what is signed is accepted', () => {
  fc.assert(
    fc.property(request, (plain) => {
      const input = inputOf(plain)
      judge(input, sign(input))
    }),
  )
})

test('headers are signed in any letters, and sorted', () => {
  const headers = { 'X-B': '1', Accept: 'a', 'content-type': 'c' }
  const { authorization } = sign({ ...input, headers })
  assert.match(authorization, /SignedHeaders=accept;content-type;host;x-amz-date;x-b,/)
  judge({ ...input, headers }, sign({ ...input, headers }))
})

test('host and date are those of the URL and the clock, whatever the headers say', () => {
  const headers = { Host: 'elsewhere.example', 'X-Amz-Date': '20200101T000000Z' }
  assert.deepEqual(sign({ ...input, headers }), sign(input))
})

test('no body is signed as an empty one', () => {
  assert.deepEqual(sign({ ...input, body: new Uint8Array() }), sign(input))
  assert.notDeepEqual(sign({ ...input, body: Uint8Array.of(0) }), sign(input))
})
