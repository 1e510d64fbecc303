import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalPath, canonicalRequest, scopeText, sha256Hex, stringToSign } from './canonical-request.ts'
import { collectHeaders } from './signed-request.ts'

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function canonical(rawTarget: string, rawHeaders: readonly string[] = []): string {
  const headers = collectHeaders(rawHeaders)
  const signedHeaders = [...headers.keys()].sort()
  return canonicalRequest({ method: 'GET', rawTarget, headers, signedHeaders, bodySha256Hex: emptySha256 })
}

test('a request is written as method, path, query, headers, their names and the hash of the body', () => {
  const headers = collectHeaders([
    'X-Amz-Date',
    '20261124T131500Z',
    'Host',
    'wick.example',
    'User-Agent',
    'x',
  ])
  const text = canonicalRequest({
    method: 'POST',
    rawTarget: '/tags/arn%3Aaws%2Fg?b=2&a=1',
    headers,
    signedHeaders: ['host', 'x-amz-date'],
    bodySha256Hex: emptySha256,
  })
  assert.equal(
    text,
    `POST
/tags/arn%253Aaws%252Fg
a=1&b=2
host:wick.example
x-amz-date:20261124T131500Z

host;x-amz-date
${emptySha256}`,
  )
})

const paths: readonly (readonly [string, string])[] = [
  ['', '/'],
  ['/', '/'],
  ['//', '/'],
  ['/a', '/a'],
  ['/a/', '/a/'],
  ['//a//', '/a/'],
  ['/a//b', '/a/b'],
  ['/./a', '/a'],
  ['/a/./b', '/a/b'],
  ['/a/b/..', '/a'],
  ['/a/b/../', '/a/'],
  ['/a/../b', '/b'],
  ['/..', '/'],
  ['/../../a', '/a'],
  ['/a/../../b', '/b'],
  ['/.../..a/.b', '/.../..a/.b'],
  ['/a%2Fb', '/a%252Fb'],
  ['/a%2fb', '/a%252fb'],
  ['/%2E%2E/a', '/%252E%252E/a'],
  ['/%25', '/%2525'],
  ['/arn%3Aaws', '/arn%253Aaws'],
  ['/arn:aws', '/arn%3Aaws'],
  ['/a+b', '/a%2Bb'],
  ["/!'()*", '/%21%27%28%29%2A'],
  ['/$&,;=@', '/%24%26%2C%3B%3D%40'],
  ['/-._~', '/-._~'],
  ['/%E1%88%B4', '/%25E1%2588%25B4'],
]
for (const [raw, expected] of paths) {
  test(`the path '${raw}' is signed as ${expected}`, () => assert.equal(canonicalPath(raw), expected))
}

const queries: readonly (readonly [string, string])[] = [
  ['', ''],
  ['?', ''],
  ['?&&', ''],
  ['?a', 'a='],
  ['?a=', 'a='],
  ['?=v', '=v'],
  ['?a=b=c', 'a=b%3Dc'],
  ['?a=1?b=2', 'a=1%3Fb%3D2'],
  ['?b=1&a=2', 'a=2&b=1'],
  ['?a=2&a=1', 'a=1&a=2'],
  ['?a=10&a=9&a', 'a=&a=10&a=9'],
  ['?a1=1&a=1&A=1&_=1&~=1', 'A=1&_=1&a=1&a1=1&~=1'],
  // Names are compared before the values: as one text, `a-b=1` would come before `a=2`.
  ['?a-b=1&a=2', 'a=2&a-b=1'],
  ['?%E1%88%B4=1&Z=2&%C3%A9=3', '%C3%A9=3&%E1%88%B4=1&Z=2'],
  ['?a=%2b', 'a=%2B'],
  ['?a=1+2', 'a=1%2B2'],
  ['?a=1%202', 'a=1%202'],
  ['?%61=%62', 'a=b'],
  ['?a=%252F', 'a=%252F'],
  ['?a=/:@', 'a=%2F%3A%40'],
  ["?a=!'()*", 'a=%21%27%28%29%2A'],
  ['?a;b=1', 'a%3Bb=1'],
  ['?__proto__=1&constructor=2', '__proto__=1&constructor=2'],
]
for (const [raw, expected] of queries) {
  test(`the query '${raw}' is signed as '${expected}'`, () =>
    assert.equal(canonical(`/${raw}`).split('\n')[2], expected))
}

const headers: readonly (readonly [name: string, raw: readonly string[], line: string])[] = [
  ['a name in any letters', ['X-CuStOm', 'V'], 'x-custom:V'],
  ['an empty value', ['a', ''], 'a:'],
  ['a value of blanks', ['a', ' \t '], 'a:'],
  ['blanks around a value', ['a', ' \t b \t'], 'a:b'],
  ['runs of blanks inside', ['a', 'b  c \t d'], 'a:b c d'],
  ['a tab inside', ['a', 'b\tc'], 'a:b c'],
  ['runs of blanks inside quotation marks', ['a', '"b   c"'], 'a:"b c"'],
  ['a colon and commas', ['a', 'b:c, d ,e'], 'a:b:c, d ,e'],
  ['duplicates, in order of arrival', ['a', '2', 'A', '1', 'a', '2'], 'a:2,1,2'],
  ['duplicates with blanks', ['a', ' b  c ', 'a', ' d'], 'a:b c,d'],
  ['an empty duplicate', ['a', '', 'a', 'b'], 'a:,b'],
  ['other white space, which is no blank', ['a', '\u00a0b\u00a0\u00a0c'], 'a:\u00a0b\u00a0\u00a0c'],
]
for (const [name, raw, line] of headers) {
  test(`a header with ${name} is signed as ${JSON.stringify(line)}`, () => {
    assert.equal(canonical('/', raw).split('\n')[3], line)
  })
}

test('headers stand in the order of the signed list, which they follow', () => {
  const lines = canonical('/', ['b', '1', 'a-b', '2', 'a', '3', 'a1', '4']).split('\n')
  assert.deepEqual(lines.slice(3), ['a:3', 'a-b:2', 'a1:4', 'b:1', '', 'a;a-b;a1;b', emptySha256])
})

test('folding blanks keeps the words of a value', () => {
  const value = fc.string({ unit: fc.constantFrom(...' \t,"ab'), maxLength: 30 })
  fc.assert(
    fc.property(value, (value) => {
      const words = value.split(/[ \t]+/).filter((word) => word !== '')
      assert.equal(canonical('/', ['a', value]).split('\n')[3], `a:${words.join(' ')}`)
    }),
  )
})

test('folding a megabyte of blanks takes one pass', () => {
  assert.equal(canonical('/', ['a', `b${' '.repeat(1_000_000)}c`]).split('\n')[3], 'a:b c')
})

test('the string to sign names algorithm, time and scope, and holds the hash of the request', () => {
  const scope = { date: '20261124', region: 'eu-west-1', service: 'codeguru-profiler' }
  assert.equal(scopeText(scope), '20261124/eu-west-1/codeguru-profiler/aws4_request')
  assert.equal(
    stringToSign('20261124T131500Z', scope, ''),
    `AWS4-HMAC-SHA256\n20261124T131500Z\n20261124/eu-west-1/codeguru-profiler/aws4_request\n${emptySha256}`,
  )
})

test('a hash is written in lower-case hexadecimal, of text in UTF-8 or of bytes', () => {
  assert.equal(sha256Hex(''), emptySha256)
  assert.equal(sha256Hex('é'), sha256Hex(Uint8Array.of(0xc3, 0xa9)))
})
