import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import {
  date,
  host,
  judge,
  rules,
  secret,
  signed,
  timestamp,
  withHeader,
  withLines,
} from './testing/signed.ts'
import { verify, verifyScope } from './verify.ts'

const invalid = 'InvalidSignatureException'
const doesNotMatch = /^The request signature we calculated does not match the signature you provided\./

test('a request is verified with the secret of its key and the hash of its body', () => {
  judge(signed({ method: 'POST', target: '/a%2Fb?c=d', body: 'x' }), 'x')
  judge(signed({ headers: [host, date, ['X-Amz-Content-Sha256', sha256Hex('x')]], body: 'x' }), 'x')
})

test('a request may be verified again: that it came before is not remembered', () => {
  const request = signed()
  judge(request)
  judge(request)
})

for (const region of rules.regions) {
  test(`the region ${region} is one of ours`, () => judge(signed({ scope: { region } })))
}

for (const region of ['us-west-2', 'EU-WEST-1', 'eu-west-1 ', 'eu-west', '*', 'aws4_request']) {
  test(`the region '${region}' is refused although it is signed`, () =>
    refuses(invalid, () => judge(signed({ scope: { region } })), /should be scoped to a valid region, not '/))
}

for (const service of ['service', 'codeguru', 'CodeGuru-Profiler', 'codeguru-profiler ', 's3', '*']) {
  test(`the service '${service}' is refused although it is signed`, () =>
    refuses(
      invalid,
      () => judge(signed({ scope: { service } })),
      /should be scoped to correct service: 'codeguru-profiler'/,
    ))
}

test('without a region nothing is accepted', () =>
  refuses(invalid, () => judge(signed(), '', { regions: [] }), /valid region/))

const minute = 60_000
for (const [words, skewMilliseconds] of [
  ['5 minutes', 5 * minute],
  ['15 minutes', 15 * minute],
  ['no time', 0],
] as const) {
  const request = signed()
  const at = (offset: number) => judge(request, '', { now: rules.now + offset, skewMilliseconds })

  test(`with ${words} of skew allowed, a request as old or as new as that is accepted`, () => {
    at(skewMilliseconds)
    at(-skewMilliseconds)
    at(0)
  })

  test(`with ${words} of skew allowed, a request one millisecond older or newer is refused`, () => {
    refuses(
      invalid,
      () => at(skewMilliseconds + 1),
      /^Signature expired: 20261124T131500Z is now earlier than/,
    )
    refuses(
      invalid,
      () => at(-skewMilliseconds - 1),
      /^Signature not yet current: 20261124T131500Z is still later/,
    )
  })
}

test('a refused time is explained in the words that SDKs look for', () => {
  const at = (now: string) => judge(signed(), '', { now: Date.parse(now) })
  refuses(
    invalid,
    () => at('2026-11-24T13:20:01Z'),
    /^Signature expired: 20261124T131500Z is now earlier than 20261124T131501Z \(20261124T132001Z - 5 min\.\)$/,
  )
  refuses(
    invalid,
    () => at('2026-11-24T13:09:59Z'),
    /^Signature not yet current: 20261124T131500Z is still later than 20261124T131459Z \(20261124T130959Z \+ 5 min\.\)$/,
  )
})

test('midnight between signing and arrival is no mismatch', () => {
  const before = signed({
    headers: [host, ['X-Amz-Date', '20261123T235959Z']],
    timestamp: '20261123T235959Z',
    scope: { date: '20261123' },
  })
  judge(before, '', { now: Date.parse('2026-11-24T00:00:30Z') })
})

test('region, service and time are judged before the key is known, and again with it', () => {
  const parsed = parseAuthorization(signed({ scope: { region: 'us-west-2' } }))
  refuses(invalid, () => verifyScope(parsed, rules), /valid region/)
  refuses(invalid, () => verify(parsed, { ...rules, secret, bodySha256Hex: sha256Hex('') }), /valid region/)
})

test('another secret is refused', () => {
  const parsed = parseAuthorization(signed())
  const proof = { ...rules, bodySha256Hex: sha256Hex('') }
  verify(parsed, { ...proof, secret })
  for (const other of ['', `${secret} `, secret.toLowerCase(), secret.slice(1), 'fakeSecretForTestsOnly'])
    refuses(invalid, () => verify(parsed, { ...proof, secret: other }), doesNotMatch)
})

const hashed = [host, date, ['X-Amz-Content-Sha256', sha256Hex('body')]] as const
test('another body is refused, whether its hash is sent or not', () => {
  for (const other of ['', 'Body', 'body\n', 'bod']) {
    refuses(invalid, () => judge(signed({ body: 'body' }), other), doesNotMatch)
    refuses(invalid, () => judge(signed({ headers: hashed, body: 'body' }), other), doesNotMatch)
  }
})

test('a body hash that was signed but is not that of the body is refused', () => {
  // Signed over the body that came: only the header tells of another one.
  refuses(invalid, () => judge(signed({ headers: hashed, body: 'other' }), 'other'), doesNotMatch)
})

test('every signature that differs in one bit is refused', () => {
  const request = signed()
  const right = request.rawHeaders.at(-1)!.slice(-64)
  for (let bit = 0; bit < 256; bit++) {
    const bytes = Buffer.from(right, 'hex')
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const wrong = withHeader(request, 'authorization', (text) => text.replace(right, bytes.toString('hex')))
    refuses(invalid, () => judge(wrong), doesNotMatch)
  }
  judge(request)
})

test('a signature of zeros, of ones and of the string to sign are refused', () => {
  const request = signed()
  for (const digits of ['0'.repeat(64), 'f'.repeat(64), sha256Hex('')]) {
    const wrong = withHeader(request, 'authorization', (text) => `${text.slice(0, -64)}${digits}`)
    refuses(invalid, () => judge(wrong), doesNotMatch)
  }
})

const sameRequest = {
  'more blanks in a signed value': withHeader(
    signed({ headers: [host, date, ['A', 'b c']] }),
    'a',
    () => ' b \t c  ',
  ),
  'two values in one header instead of two': {
    ...signed({ headers: [host, date, ['a', 'b'], ['a', 'c']] }),
    rawHeaders: [host, date, ['a', 'b,c'] as const]
      .flat()
      .concat(signed({ headers: [host, date, ['a', 'b'], ['a', 'c']] }).rawHeaders.slice(-2)),
  },
  'its query in another order': { ...signed({ target: '/a?b=1&c=2' }), rawTarget: '/a?c=2&b=1' },
  'its query in another encoding': { ...signed({ target: '/a?b=~%2B' }), rawTarget: '/a?%62=%7e+' },
  'an equals sign for an empty value': { ...signed({ target: '/a?b' }), rawTarget: '/a?b=&' },
  'headers that are not signed': withLines(signed(), ['Connection', 'close']),
}
for (const [name, request] of Object.entries(sameRequest)) {
  test(`a request with ${name} is the same request`, () => judge(request))
}

const otherRequest = {
  'another method': { ...signed(), method: 'DELETE' },
  'its method in small letters': { ...signed(), method: 'get' },
  'another path': { ...signed(), rawTarget: '/profilingGroup' },
  'a slash decoded': { ...signed({ target: '/tags/a%2Fb' }), rawTarget: '/tags/a/b' },
  'a slash in other hexadecimal': { ...signed({ target: '/tags/a%2Fb' }), rawTarget: '/tags/a%2fb' },
  'a letter of the path encoded': { ...signed(), rawTarget: '/%70rofilingGroups' },
  'a slash at the end': { ...signed(), rawTarget: '/profilingGroups/' },
  'a parameter': { ...signed(), rawTarget: '/profilingGroups?maxResults=1' },
  'a parameter less': { ...signed({ target: '/a?b=1&c=2' }), rawTarget: '/a?b=1' },
  'a parameter twice': { ...signed({ target: '/a?b=1' }), rawTarget: '/a?b=1&b=1' },
  'two values swapped': { ...signed({ target: '/a?b=1&c=2' }), rawTarget: '/a?b=2&c=1' },
  'a blank for a plus': { ...signed({ target: '/a?b=1+2' }), rawTarget: '/a?b=1%202' },
  'another host': withHeader(signed(), 'host', () => 'wick.example:443'),
  'a host in capitals': withHeader(signed(), 'host', (text) => text.toUpperCase()),
  'a second later': withHeader(signed(), 'x-amz-date', () => '20261124T131501Z'),
  'two duplicates swapped': (() => {
    const { rawHeaders, ...rest } = signed({ headers: [['a', '1'], ['a', '2'], host, date] })
    return { ...rest, rawHeaders: ['a', '2', 'a', '1', ...rawHeaders.slice(4)] }
  })(),
  'a signed header twice': withLines(signed({ headers: [host, date, ['a', '1']] }), ['A', '1']),
  'an empty duplicate': withLines(signed({ headers: [host, date, ['a', '1']] }), ['A', '']),
  'a blank inside a value': withHeader(signed({ headers: [host, date, ['a', 'bc']] }), 'a', () => 'b c'),
  'another region of ours': withHeader(signed(), 'authorization', (text) =>
    text.replace('eu-west-1', 'us-east-1'),
  ),
  'another header signed': withHeader(withLines(signed(), ['Accept', '*/*']), 'authorization', (text) =>
    text.replace('=host;', '=accept;host;'),
  ),
  'its authorization among the signed': withHeader(signed(), 'authorization', (text) =>
    text.replace('=host;', '=authorization;host;'),
  ),
}
for (const [name, request] of Object.entries(otherRequest)) {
  test(`a request with ${name} is another request, and refused`, () => {
    assert.equal(request.rawHeaders.length % 2, 0)
    refuses(invalid, () => judge(request), doesNotMatch)
  })
}

test('the refusal tells nothing of what was calculated', () => {
  try {
    judge({ ...signed(), method: 'PUT' })
    assert.fail('accepted')
  } catch (error) {
    assert.doesNotMatch(String(error), /[0-9a-f]{16}|canonical|20261124|wick\.example/i)
  }
})

test('the signed time is the one of the string to sign', () => {
  refuses(invalid, () => judge(signed({ timestamp: '20261124T131459Z' })), doesNotMatch)
  judge(signed({ timestamp }))
})
