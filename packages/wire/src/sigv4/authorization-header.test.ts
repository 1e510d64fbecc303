import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ApiError, type ApiErrorName } from '../errors.ts'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorizationHeader } from './authorization-header.ts'

const credential = 'AKIDEXAMPLE/20261124/eu-west-1/codeguru-profiler/aws4_request'
const digits = '0123456789abcdef'.repeat(4)
const wellFormed = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${digits}`

const read = {
  accessKeyId: 'AKIDEXAMPLE',
  scope: { date: '20261124', region: 'eu-west-1', service: 'codeguru-profiler' },
  signedHeaders: ['host', 'x-amz-date'],
  signature: Buffer.from(digits, 'hex'),
}

const c = `Credential=${credential}`
const h = 'SignedHeaders=host;x-amz-date'
const s = `Signature=${digits}`
const accepted = [
  wellFormed,
  `AWS4-HMAC-SHA256 ${c},${h},${s}`,
  `AWS4-HMAC-SHA256 ${s}, ${h}, ${c}`,
  `AWS4-HMAC-SHA256 ${h}, ${s}, ${c}`,
  `AWS4-HMAC-SHA256 ${h},   ${c}\t,\t${s}`,
  `AWS4-HMAC-SHA256   ${c} , ${h} , ${s}  `,
]
for (const header of accepted) {
  test(`'${header.replaceAll('\t', '\\t')}' is read`, () =>
    assert.deepEqual(parseAuthorizationHeader(header), read))
}

const incomplete = 'IncompleteSignatureException'
const invalid = 'InvalidSignatureException'
const unrecognized = 'UnrecognizedClientException'

type Row = readonly [name: string, header: string, code: ApiErrorName, message: RegExp]
const once = /each once, and nothing else/
const startsWith = /must start with AWS4-HMAC-SHA256/
const form = /must have the form KEY\/YYYYMMDD\/REGION\/SERVICE\/aws4_request/
const inOrder = /distinct lower-case names in order/
const hex = /64 lower-case hexadecimal digits/

const withCredential = (text: string) => `AWS4-HMAC-SHA256 Credential=${text}, ${h}, ${s}`
const withHeaders = (text: string) => `AWS4-HMAC-SHA256 ${c}, SignedHeaders=${text}, ${s}`
const withSignature = (text: string) => `AWS4-HMAC-SHA256 ${c}, ${h}, Signature=${text}`

const rows: readonly Row[] = [
  ['nothing', '', incomplete, startsWith],
  ['the algorithm alone', 'AWS4-HMAC-SHA256', incomplete, startsWith],
  ['the algorithm and a blank', 'AWS4-HMAC-SHA256 ', incomplete, once],
  ['the algorithm in small letters', wellFormed.replace('AWS4', 'aws4'), incomplete, startsWith],
  ['a tab after the algorithm', wellFormed.replace(' ', '\t'), incomplete, startsWith],
  ['a blank before the algorithm', ` ${wellFormed}`, incomplete, startsWith],
  ['version 2', 'AWS AKIDEXAMPLE:c2lnbmF0dXJl', incomplete, startsWith],
  ['version 4a', wellFormed.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'), incomplete, startsWith],
  ['a bearer token', 'Bearer eyJhbGciOiJub25lIn0', incomplete, startsWith],
  ['a password', 'Basic dTpw', incomplete, startsWith],

  ['no Credential', `AWS4-HMAC-SHA256 ${h}, ${s}`, incomplete, /requires 'Credential' parameter/],
  ['no SignedHeaders', `AWS4-HMAC-SHA256 ${c}, ${s}`, incomplete, /requires 'SignedHeaders' parameter/],
  ['no Signature', `AWS4-HMAC-SHA256 ${c}, ${h}`, incomplete, /requires 'Signature' parameter/],
  ['an empty Credential', withCredential(''), incomplete, /requires 'Credential'/],
  ['empty SignedHeaders', withHeaders(''), incomplete, /requires 'SignedHeaders'/],
  ['an empty Signature', withSignature(' '), incomplete, /requires 'Signature'/],
  ['Credential twice', `${wellFormed}, ${c}`, incomplete, once],
  ['SignedHeaders twice', `${wellFormed}, SignedHeaders=host`, incomplete, once],
  ['Signature twice', `${wellFormed}, ${s}`, incomplete, once],
  ['an empty Signature, then a full one', `AWS4-HMAC-SHA256 ${c}, ${h}, Signature=, ${s}`, incomplete, once],
  ['a fourth parameter', `${wellFormed}, Expires=60`, incomplete, once],
  ['a parameter of an object', `${wellFormed}, __proto__=x`, incomplete, once],
  ['a parameter in small letters', wellFormed.replace('Credential', 'credential'), incomplete, once],
  ['a comma at the end', `${wellFormed},`, incomplete, once],
  ['two commas', wellFormed.replace(', ', ',, '), incomplete, once],
  ['blanks instead of commas', wellFormed.replaceAll(',', ''), incomplete, /requires/],
  ['words without a value', `${wellFormed}, junk`, incomplete, once],
  ['another header behind a comma', `${wellFormed}, ${wellFormed}`, incomplete, once],
  ['4,097 characters', wellFormed.padEnd(4097), incomplete, /too long/],
  ['a megabyte of commas', `AWS4-HMAC-SHA256 ${','.repeat(1_000_000)}`, incomplete, /too long/],

  ['a Credential of four parts', withCredential('A/20261124/r/s'), incomplete, form],
  ['a Credential of six parts', withCredential(`${credential}/x`), incomplete, form],
  ['a Credential without a key', withCredential('/20261124/r/s/aws4_request'), incomplete, form],
  ['a Credential without a date', withCredential('A//r/s/aws4_request'), incomplete, form],
  ['a Credential without a region', withCredential('A/20261124//s/aws4_request'), incomplete, form],
  ['a Credential without a service', withCredential('A/20261124/r//aws4_request'), incomplete, form],
  ['a Credential without a terminator', withCredential('A/20261124/r/s/'), incomplete, form],
  ['an encoded Credential', withCredential(credential.replaceAll('/', '%2F')), incomplete, form],
  [
    'a date of 7 digits',
    withCredential('A/2026112/r/s/aws4_request'),
    invalid,
    /form YYYYMMDD, not '2026112'/,
  ],
  ['a date of 9 digits', withCredential('A/202611240/r/s/aws4_request'), invalid, /form YYYYMMDD/],
  ['a date with hyphens', withCredential('A/26-11-24/r/s/aws4_request'), invalid, /form YYYYMMDD/],
  ['a date in wide digits', withCredential('A/２０２６１１２４/r/s/aws4_request'), invalid, /form YYYYMMDD/],
  [
    'another terminator',
    withCredential('A/20261124/r/s/aws4_Request'),
    invalid,
    /valid terminator: 'aws4_request'/,
  ],
  [
    'the terminator of version 3',
    withCredential('A/20261124/r/s/aws3_request'),
    invalid,
    /not 'aws3_request'/,
  ],
  ['a key with a dot', withCredential('A.B/20261124/r/s/aws4_request'), unrecognized, /token .* is invalid/],
  ['a key with a blank', withCredential('A B/20261124/r/s/aws4_request'), unrecognized, /is invalid/],
  ['a key of NUL', withCredential('\0/20261124/r/s/aws4_request'), unrecognized, /is invalid/],
  ['a key that is a path', withCredential('..%2FA/20261124/r/s/aws4_request'), unrecognized, /is invalid/],
  [
    'a key of 129',
    withCredential(`${'A'.repeat(129)}/20261124/r/s/aws4_request`),
    unrecognized,
    /is invalid/,
  ],

  ['signed headers out of order', withHeaders('x-amz-date;host'), incomplete, inOrder],
  ['a signed header twice', withHeaders('host;host;x-amz-date'), incomplete, inOrder],
  ['a signed header in capitals', withHeaders('Host;x-amz-date'), incomplete, inOrder],
  ['signed headers with an empty name first', withHeaders(';host'), incomplete, inOrder],
  ['signed headers with an empty name inside', withHeaders('host;;x-amz-date'), incomplete, inOrder],
  ['signed headers with an empty name last', withHeaders('host;x-amz-date;'), incomplete, inOrder],

  ['a signature in capitals', withSignature(digits.toUpperCase()), incomplete, hex],
  ['a signature with one capital', withSignature(digits.replace('a', 'A')), incomplete, hex],
  ['a signature of 63 digits', withSignature(digits.slice(1)), incomplete, hex],
  ['a signature of 65 digits', withSignature(`${digits}0`), incomplete, hex],
  ['a signature of 62 digits', withSignature(digits.slice(2)), incomplete, hex],
  ['a signature that ends in other letters', withSignature(`${digits.slice(2)}zz`), incomplete, hex],
  ['a signature of other letters', withSignature('g'.repeat(64)), incomplete, hex],
  ['a signature in wide digits', withSignature('０'.repeat(64)), incomplete, hex],
  [
    'a signature with a blank inside',
    withSignature(`${digits.slice(0, 32)} ${digits.slice(33)}`),
    incomplete,
    hex,
  ],
  ['a signature in Base64', withSignature(Buffer.from(digits, 'hex').toString('base64')), incomplete, hex],
]
for (const [name, header, code, message] of rows) {
  test(`${name} is refused`, () => refuses(code, () => parseAuthorizationHeader(header), message))
}

test('a key of 128 characters, underscores included, is read', () => {
  const key = `A_${'b9'.repeat(63)}`
  assert.equal(parseAuthorizationHeader(withCredential(`${key}/20261124/r/s/aws4_request`)).accessKeyId, key)
})

test('region and service are read as they stand: whether they are ours is judged later', () => {
  const { scope } = parseAuthorizationHeader(withCredential('A/20261124/*/a b/aws4_request'))
  assert.deepEqual(scope, { date: '20261124', region: '*', service: 'a b' })
})

test('a refusal does not repeat more than 64 characters of what came', () => {
  const header = withCredential(`A/20261124/r/s/${'x'.repeat(2000)}`)
  refuses(invalid, () => parseAuthorizationHeader(header), /not 'x{64}'\.$/)
})

test('whatever comes is read or refused with one of the four names', () => {
  const pieces = fc.constantFrom(
    'AWS4-HMAC-SHA256',
    ' ',
    ',',
    ', ',
    '=',
    ';',
    '/',
    c,
    h,
    s,
    'Credential=',
    'SignedHeaders=',
    'Signature=',
    credential,
    digits,
    'host',
    'é',
    '\0',
  )
  const names: readonly string[] = [incomplete, invalid, unrecognized]
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      try {
        const { signedHeaders, signature } = parseAuthorizationHeader(`AWS4-HMAC-SHA256 ${parts.join('')}`)
        assert.equal(signature.length, 32)
        assert.deepEqual(signedHeaders, [...new Set(signedHeaders)].sort())
      } catch (error) {
        assert.ok(error instanceof ApiError && names.includes(error.code), String(error))
      }
    }),
    { numRuns: 5000 },
  )
})
