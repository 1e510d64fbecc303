import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiErrorName } from '../errors.ts'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import type { SignedRequest } from './signed-request.ts'
import {
  accessKeyId,
  date,
  type HeaderLine,
  host,
  judge,
  rules,
  signed,
  timestamp,
  withHeader,
  withLines,
} from './testing/signed.ts'

// Every request here is signed correctly: what is refused is refused although the signature fits.

const missing = 'MissingAuthenticationTokenException'
const incomplete = 'IncompleteSignatureException'
const invalid = 'InvalidSignatureException'

const emptyHash: HeaderLine = ['X-Amz-Content-Sha256', sha256Hex('')]
const withEmptyHash = (text: string) => signed({ headers: [host, date, ['X-Amz-Content-Sha256', text]] })
const without = ({ rawHeaders, ...request }: SignedRequest): SignedRequest => ({
  ...request,
  rawHeaders: rawHeaders.slice(0, -2),
})

test('a signed request says who it is from, when it was signed and over what', () => {
  const request = signed({
    method: 'PUT',
    target: '/a%2Fb?c=d',
    headers: [host, ['x-a', '1'], date, ['x-a', '2']],
  })
  const parsed = parseAuthorization(request)
  assert.equal(parsed.accessKeyId, accessKeyId)
  assert.deepEqual(parsed.scope, { date: '20261124', region: 'eu-west-1', service: 'codeguru-profiler' })
  assert.deepEqual(parsed.signedHeaders, ['host', 'x-a', 'x-amz-date'])
  assert.deepEqual(parsed.time, { timestamp, instant: rules.now, header: 'x-amz-date' })
  assert.deepEqual(parsed.headers.get('x-a'), ['1', '2'])
  assert.equal(parsed.declaredBodySha256Hex, null)
  assert.equal(parsed.sessionToken, null)
  assert.equal(parsed.request, request)
})

test('a session token is what it is: what it means is for whoever gave it', () => {
  for (const token of ['t', ''])
    assert.equal(
      parseAuthorization(signed({ headers: [host, date, ['X-Amz-Security-Token', token]] })).sessionToken,
      token,
    )
})

const accepted: readonly (readonly [string, SignedRequest])[] = [
  ['host and date signed', signed()],
  ['Date instead of X-Amz-Date', signed({ headers: [host, ['Date', 'Tue, 24 Nov 2026 13:15:00 GMT']] })],
  ['Date in the form of X-Amz-Date', signed({ headers: [host, ['Date', timestamp]] })],
  ['a Date beside X-Amz-Date, not signed', withLines(signed(), ['Date', 'Wed, 25 Nov 2026 00:00:00 GMT'])],
  ['headers that are not signed', withLines(signed(), ['User-Agent', 'x'], ['Amz-Sdk-Request', 'attempt=1'])],
  ['an x-amzn- header that is not signed', withLines(signed(), ['X-Amzn-Trace-Id', 'Root=1'])],
  ['Content-Type not signed', withLines(signed(), ['Content-Type', 'application/json'])],
  ['x-amz-* headers that are all signed', signed({ headers: [host, date, emptyHash, ['X-Amz-Meta', 'm']] })],
  ['a signed header twice', signed({ headers: [host, date, ['A', '1'], ['a', '2']] })],
  [
    'header names in any letters',
    signed({
      headers: [
        ['hOST', 'h'],
        ['x-amz-DATE', timestamp],
      ],
    }),
  ],
  ['a parameter that only resembles a presigned one', signed({ target: '/a?xamz=1&x_amz-date=2&amz=3' })],
]
for (const [name, request] of accepted) {
  test(`a request with ${name} is accepted`, () => judge(request))
}

const presigned = [
  'X-Amz-Algorithm=AWS4-HMAC-SHA256',
  `X-Amz-Credential=${accessKeyId}%2F20261124%2Feu-west-1%2Fcodeguru-profiler%2Faws4_request`,
  `X-Amz-Date=${timestamp}`,
  'X-Amz-Expires=300',
  'X-Amz-SignedHeaders=host',
  `X-Amz-Signature=${'0'.repeat(64)}`,
]

type Row = readonly [name: string, request: SignedRequest, code: ApiErrorName, message: RegExp]

const rows: readonly Row[] = [
  ['no signature at all', without(signed()), missing, /^Missing Authentication Token$/],
  ['no headers at all', { ...signed(), rawHeaders: [] }, missing, /^Missing Authentication Token$/],
  [
    'an empty Authorization header',
    withHeader(signed(), 'authorization', () => ''),
    incomplete,
    /must start/,
  ],
  ['a password', withHeader(signed(), 'authorization', () => 'Basic dTpw'), incomplete, /must start/],
  ['a console cookie alone', withLines(without(signed()), ['Cookie', 'session=1']), missing, /^Missing/],
  [
    'two Authorization headers, both right',
    withLines(signed(), signed().rawHeaders.slice(-2) as unknown as HeaderLine),
    incomplete,
    /'authorization' is given more than once/,
  ],
  [
    'an empty second Authorization header',
    withLines(signed(), ['authorization', '']),
    incomplete,
    /'authorization' is given more than once/,
  ],

  [
    'the query form',
    { ...without(signed()), rawTarget: `/?${presigned.join('&')}` },
    incomplete,
    /Presigned/,
  ],
  ['both forms', signed({ target: `/?${presigned.join('&')}` }), incomplete, /Presigned/],
  ...presigned.map(
    (pair): Row => [
      `a signed header form with ${pair.split('=')[0]} in the query`,
      signed({ target: `/a?b=c&${pair}` }),
      incomplete,
      /Presigned/,
    ],
  ),
  ['a presigned name in small letters', signed({ target: '/?x-amz-expires=1' }), incomplete, /Presigned/],
  ['a presigned name, encoded', signed({ target: '/?%58%2DAmz-Expires=1' }), incomplete, /Presigned/],
  ['a presigned name without a value', signed({ target: '/?X-Amz-Signature' }), incomplete, /Presigned/],
  ['a session token in the query', signed({ target: '/?X-Amz-Security-Token=t' }), incomplete, /Presigned/],

  [
    'a session token that is not signed',
    withLines(signed(), ['x-amz-security-token', 't']),
    invalid,
    /'x-amz-security-token' must be a 'SignedHeader'/,
  ],
  [
    'two session tokens',
    signed({ headers: [host, date, ['X-Amz-Security-Token', 't'], ['X-Amz-Security-Token', 't']] }),
    incomplete,
    /'x-amz-security-token' is given more than once/,
  ],

  ['no date', signed({ headers: [host] }), incomplete, /'X-Amz-Date' or a 'Date'/],
  ['an unreadable date', signed({ headers: [host, ['X-Amz-Date', 'now']] }), incomplete, /YYYYMMDDTHHMMSSZ/],
  ['two dates', signed({ headers: [host, date, date] }), incomplete, /'x-amz-date' is given more than once/],
  [
    'the day before in its scope',
    signed({ scope: { date: '20261123' } }),
    invalid,
    /does not match YYYYMMDD .*: '20261123' != '20261124'/,
  ],
  [
    'the day after in its scope',
    signed({ scope: { date: '20261125' } }),
    invalid,
    /'20261125' != '20261124'/,
  ],
  [
    'a scope of Date where X-Amz-Date is another day',
    signed({ headers: [host, ['Date', 'Wed, 25 Nov 2026 13:15:00 GMT'], date], scope: { date: '20261125' } }),
    invalid,
    /'20261125' != '20261124'/,
  ],

  [
    'host not signed',
    signed({ signedHeaders: ['x-amz-date'] }),
    invalid,
    /'Host' .* must be a 'SignedHeader'/,
  ],
  ['no host', signed({ headers: [date] }), invalid, /'Host' .* must be a 'SignedHeader'/],
  [
    'host signed but not sent',
    signed({ headers: [date], signedHeaders: ['host', 'x-amz-date'] }),
    invalid,
    /'host' is not in the request/,
  ],
  ['two hosts', signed({ headers: [host, date, host] }), incomplete, /'host' is given more than once/],
  [
    'X-Amz-Date not signed',
    signed({ signedHeaders: ['host'] }),
    invalid,
    /'x-amz-date' must be a 'SignedHeader'/,
  ],
  [
    'Date in use but not signed',
    signed({ headers: [host, ['Date', timestamp]], signedHeaders: ['host'] }),
    invalid,
    /'date' must be a 'SignedHeader'/,
  ],
  [
    'X-Amz-Date added to a request that signed Date',
    withLines(signed({ headers: [host, ['Date', timestamp]] }), date),
    invalid,
    /'x-amz-date' must be a 'SignedHeader'/,
  ],
  [
    'an x-amz-* header that is not signed',
    withLines(signed(), ['X-Amz-Meta', 'm']),
    invalid,
    /'x-amz-meta' must be a 'SignedHeader'/,
  ],
  [
    'x-amz-content-sha256 not signed, though right',
    withLines(signed(), emptyHash),
    invalid,
    /'x-amz-content-sha256' must be a 'SignedHeader'/,
  ],
  [
    'an x-amz-* header of 100 characters not signed',
    withLines(signed(), [`x-amz-${'m'.repeat(94)}`, '']),
    invalid,
    /'x-amz-m{58}' must be/,
  ],
  [
    'a signed header that is not sent',
    signed({ signedHeaders: ['content-type', 'host', 'x-amz-date'] }),
    invalid,
    /'content-type' is not in the request/,
  ],
  [
    'a signed header named like an object member',
    signed({ signedHeaders: ['constructor', 'host', 'x-amz-date'] }),
    invalid,
    /'constructor' is not in the request/,
  ],

  ...[
    'UNSIGNED-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'unsigned-payload',
    '',
    sha256Hex('').toUpperCase(),
    sha256Hex('').slice(1),
    `${sha256Hex('')}0`,
    Buffer.from(sha256Hex(''), 'hex').toString('base64'),
  ].map(
    (text): Row => [
      `the body hash '${text}'`,
      withEmptyHash(text),
      invalid,
      /must be the SHA-256 of the body/,
    ],
  ),
  [
    'two body hashes',
    signed({ headers: [host, date, emptyHash, emptyHash] }),
    incomplete,
    /'x-amz-content-sha256' is given more than once/,
  ],

  ...['/a b', '/é', '/a\tb', '/a\0', '/a\n', '/\x7f', '', '/?a= b', '/?ሴ=bar'].map(
    (target): Row => [`the target ${JSON.stringify(target)}`, signed({ target }), invalid, /does not match/],
  ),
  ...['/?%', '/?a=%', '/?a=%2', '/?a=%zz', '/?a=%C3%28', '/?a=%ED%A0%80', '/?%FF=1'].map(
    (rawTarget): Row => [`the query of ${rawTarget}`, { ...signed(), rawTarget }, invalid, /does not match/],
  ),
]
for (const [name, request, code, message] of rows) {
  test(`a request with ${name} is refused`, () => refuses(code, () => parseAuthorization(request), message))
}

test('a body hash that is sent is read', () => {
  assert.equal(
    parseAuthorization(signed({ headers: [host, date, emptyHash] })).declaredBodySha256Hex,
    sha256Hex(''),
  )
})

test('a percent sign in the path that starts no escape is signed like any other letter', () =>
  judge(signed({ target: '/a%zz' })))

test('the Date fallback is bound to its own header', () => {
  const request = signed({ headers: [host, ['Date', 'Tue, 24 Nov 2026 13:15:00 GMT']] })
  refuses(invalid, () => judge(withHeader(request, 'date', () => timestamp)), /does not match/)
})
