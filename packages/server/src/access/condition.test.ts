import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate } from './evaluate.ts'
import { contextOf, policy, request } from './testing/requests.ts'

type Values = string | readonly string[]
type Version = '2008-10-17' | '2012-10-17'

/**
 * How a condition answers: `y` it holds, `n` it does not, `?` it cannot be evaluated, which is no match of an Allow but one
 * of a Deny.
 */
function answer(
  Condition: unknown,
  context: Readonly<Record<string, Values>>,
  version: Version = '2012-10-17',
): string {
  const decide = (Effect: string) => {
    const Statement = [{ Effect, Action: '*', Resource: '*', Condition }]
    const identityPolicies = [{ name: 'p', policy: policy({ Version: version, Statement }) }]
    return evaluate(request({ identityPolicies, context: contextOf(context) }))
  }
  const isAllowed = decide('Allow').kind === 'allow'
  const deny = decide('Deny')
  const isDenied = deny.kind === 'deny' && deny.isExplicit
  if (isAllowed) assert.ok(isDenied, 'what an Allow matches a Deny matches too')
  return isAllowed ? 'y' : isDenied ? '?' : 'n'
}

/** Of each operator: values in a policy, a value in a request that is one of them, one that is none, one of another kind. */
interface Sample {
  readonly policy: Values
  readonly hit: string
  readonly miss: string
  readonly odd?: string
}

// biome-ignore format: a table
const samples: Readonly<Record<string, Sample>> = {
  StringEquals: { policy: ['a', 'b'], hit: 'b', miss: 'B' },
  StringEqualsIgnoreCase: { policy: ['a', 'b'], hit: 'B', miss: 'c' },
  StringLike: { policy: ['x', 'a*'], hit: 'abc', miss: 'Abc' },
  NumericEquals: { policy: ['1', '2'], hit: '2.0', miss: '3', odd: 'two' },
  NumericLessThan: { policy: '10', hit: '9.9', miss: '10', odd: '' },
  NumericLessThanEquals: { policy: '10', hit: '10', miss: '10.1', odd: '1,0' },
  NumericGreaterThan: { policy: '10', hit: '11', miss: '10', odd: 'x' },
  NumericGreaterThanEquals: { policy: '10', hit: '10', miss: '9', odd: '0x11' },
  DateEquals: { policy: '2024-05-01T12:00:00Z', hit: '1714564800', miss: '1714564801', odd: 'noon' },
  DateLessThan: { policy: '2024-05-01T12:00:00Z', hit: '2024-05-01T11:59:59Z', miss: '2024-05-01T12:00:00Z', odd: '2024-13-01' },
  DateLessThanEquals: { policy: '2024-05-01T12:00:00Z', hit: '2024-05-01T12:00:00Z', miss: '2024-05-01T12:00:01Z', odd: '' },
  DateGreaterThan: { policy: '2024-05-01T12:00:00Z', hit: '2024-05-01T12:00:00.001Z', miss: '2024-05-01T12:00:00Z', odd: '2024-05-01T12:00:00' },
  DateGreaterThanEquals: { policy: '2024-05-01T12:00:00Z', hit: '2024-05-01T12:00:00Z', miss: '2024-05-01', odd: '-1' },
  Bool: { policy: 'true', hit: 'true', miss: 'false', odd: '1' },
  BinaryEquals: { policy: ['YQ==', 'YWI='], hit: 'YWI=', miss: 'YWJj', odd: 'YWI' },
  IpAddress: { policy: ['10.0.0.0/8', '2001:db8::/32'], hit: '10.1.2.3', miss: '11.1.2.3', odd: '10.1.2' },
  ArnEquals: { policy: 'arn:aws:sns:*:1:alarm-*', hit: 'arn:aws:sns:eu:1:alarm-x', miss: 'arn:aws:sns:eu:2:alarm-x', odd: 'alarm-x' },
  ArnLike: { policy: 'arn:aws:sns:*:1:alarm-*', hit: 'arn:aws:sns:eu:1:alarm-', miss: 'arn:aws:sns:eu:1:x', odd: 'arn:aws:sns' },
}

const negations: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringEqualsIgnoreCase: 'StringNotEqualsIgnoreCase',
  StringLike: 'StringNotLike',
  NumericEquals: 'NumericNotEquals',
  DateEquals: 'DateNotEquals',
  IpAddress: 'NotIpAddress',
  ArnEquals: 'ArnNotEquals',
  ArnLike: 'ArnNotLike',
}

/** What the request has under the key: nothing, an empty list, one value, several. h: hit, m: miss, o: odd. */
const situations = ['', '[]', 'h', 'm', 'o', '[h]', '[m]', '[hh]', '[hm]', '[mm]', '[oh]', '[om]', '[oo]']

// biome-ignore format: a table
const positive: Readonly<Record<string, string>> = {
  //                         ''   []   h    m    o   [h]  [m]  [hh] [hm] [mm] [oh] [om] [oo]
  '{}':                     'n    n    y    n    ?    y    n    ?    ?    ?    ?    ?    ?',
  '{}IfExists':             'y    y    y    n    ?    y    n    ?    ?    ?    ?    ?    ?',
  'ForAllValues:{}':        'y    y    y    n    ?    y    n    y    n    n    ?    n    ?',
  'ForAllValues:{}IfExists':'y    y    y    n    ?    y    n    y    n    n    ?    n    ?',
  'ForAnyValue:{}':         'n    n    y    n    ?    y    n    y    y    n    y    ?    ?',
  'ForAnyValue:{}IfExists': 'y    y    y    n    ?    y    n    y    y    n    y    ?    ?',
}
// biome-ignore format: a table
const negated: Readonly<Record<string, string>> = {
  //                         ''   []   h    m    o   [h]  [m]  [hh] [hm] [mm] [oh] [om] [oo]
  '{}':                     'y    y    n    y    ?    n    y    ?    ?    ?    ?    ?    ?',
  '{}IfExists':             'y    y    n    y    ?    n    y    ?    ?    ?    ?    ?    ?',
  'ForAllValues:{}':        'y    y    n    y    ?    n    y    n    n    y    n    ?    ?',
  'ForAllValues:{}IfExists':'y    y    n    y    ?    n    y    n    n    y    n    ?    ?',
  'ForAnyValue:{}':         'n    n    n    y    ?    n    y    n    y    y    ?    y    ?',
  'ForAnyValue:{}IfExists': 'y    y    n    y    ?    n    y    n    y    y    ?    y    ?',
}

/** The context that a situation stands for. */
function contextIn(situation: string, { hit, miss, odd }: Sample): Record<string, Values> {
  const values = [...situation].flatMap((letter) => ({ h: [hit], m: [miss], o: [odd ?? ''] })[letter] ?? [])
  if (situation.startsWith('[')) return { 'svc:Key': values }
  return values.length === 0 ? {} : { 'svc:Key': values[0]! }
}

describe('every operator, with every prefix and suffix, on every kind of key', () => {
  let cases = 0
  const check = (name: string, sample: Sample, table: Readonly<Record<string, string>>): void => {
    for (const [form, row] of Object.entries(table)) {
      const operator = form.replace('{}', name)
      test(operator, () => {
        const wanted = row.split(/ +/)
        for (const [index, situation] of situations.entries()) {
          // Any text is a string: nothing is odd for these.
          if (situation.includes('o') && sample.odd === undefined) continue
          const found = answer({ [operator]: { 'svc:Key': sample.policy } }, contextIn(situation, sample))
          assert.equal(found, wanted[index], `key: ${situation || 'absent'}`)
          cases++
        }
      })
    }
  }
  for (const [name, sample] of Object.entries(samples)) check(name, sample, positive)
  for (const [name, negation] of Object.entries(negations)) check(negation, samples[name]!, negated)
  test('these are more than 1,500 cases', () => assert.ok(cases > 1500, String(cases)))
})

describe('Null asks whether the key is absent', () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [policy: unknown, context: Record<string, Values>, wanted: string])[] = [
    ['true', {}, 'y'], ['true', { 'svc:Key': [] }, 'y'], ['true', { 'svc:Key': '' }, 'n'], ['true', { 'svc:Key': 'a' }, 'n'],
    ['false', {}, 'n'], ['false', { 'svc:Key': [] }, 'n'], ['false', { 'svc:Key': '' }, 'y'], ['false', { 'svc:Key': ['a', 'b'] }, 'y'],
    [true, {}, 'y'], [false, {}, 'n'], ['TRUE', {}, 'y'], [['true', 'false'], {}, 'y'], [['true', 'false'], { 'svc:Key': 'a' }, 'y'],
  ]
  for (const [value, context, wanted] of cases)
    test(`${JSON.stringify(value)} of ${JSON.stringify(context)}: ${wanted}`, () => {
      assert.equal(answer({ Null: { 'svc:Key': value } }, context), wanted)
    })
})

describe('what equals what', () => {
  /** operator: policy's value, request's value → answer; several rows of `value → answer` for one policy value. */
  // biome-ignore format: a table
  const cases: readonly (readonly [operator: string, policy: Values, ...requests: readonly [value: string, wanted: string][]])[] = [
    ['StringEquals', '', ['', 'y'], [' ', 'n']],
    ['StringEquals', 'a*', ['a*', 'y'], ['ab', 'n']],
    ['StringEquals', 'a?', ['a?', 'y'], ['ab', 'n']],
    ['StringEquals', 'é', ['é', 'y'], ['e\u0301', 'n'], ['É', 'n']],
    ['StringEquals', '$', ['$', 'y']],
    ['StringEquals', '$x{y}', ['$x{y}', 'y']],
    ['StringEqualsIgnoreCase', 'ÄpFel', ['äPfEL', 'y'], ['apfel', 'n']],
    ['StringEqualsIgnoreCase', 'a*', ['A*', 'y'], ['ab', 'n']],
    ['StringLike', '*', ['', 'y'], ['a/b:c', 'y']],
    ['StringLike', '', ['', 'y'], ['a', 'n']],
    ['StringLike', 'home/*', ['home/', 'y'], ['home/a/b', 'y'], ['home', 'n'], ['Home/a', 'n']],
    ['StringLike', 'a?c', ['abc', 'y'], ['ac', 'n'], ['abbc', 'n']],
    ['StringLike', 'a.c', ['a.c', 'y'], ['abc', 'n']],
    ['StringLike', '[ab]', ['[ab]', 'y'], ['a', 'n']],
    ['NumericEquals', '10', ['10', 'y'], ['10.0', 'y'], ['1e1', 'y'], ['+10', 'y'], [' 10', '?'], ['10 ', '?'], ['0xa', '?'], ['ten', '?'], ['10,0', '?']],
    ['NumericEquals', '0', ['-0', 'y'], ['0.0', 'y'], ['.0', 'y'], ['0.', 'y'], ['.', '?'], ['', '?'], ['-', '?'], ['e', '?']],
    ['NumericEquals', '-1.5', ['-1.5', 'y'], ['-15e-1', 'y'], ['1.5', 'n'], ['--1.5', '?'], ['Infinity', '?'], ['NaN', '?'], ['1e400', '?']],
    ['NumericLessThan', '-1', ['-2', 'y'], ['-1', 'n'], ['0', 'n']],
    ['NumericLessThan', ['5', '10'], ['7', 'y'], ['10', 'n']],
    ['NumericGreaterThan', '9', ['10', 'y'], ['9', 'n']],
    ['DateEquals', '2024', ['2024-01', 'y'], ['2024-01-01', 'y'], ['2024-01-01T00:00Z', 'y'], ['1704067200', 'y'], ['2024-01-01T00:00:00.000Z', 'y'], ['2024-01-01T01:30:00+01:30', 'y'], ['2023-12-31T19:00:00-05:00', 'y'], ['2023', 'n']],
    ['DateEquals', '0', ['1970', 'y'], ['00000', 'y'], ['1', 'n']],
    ['DateEquals', '2024-02-29', ['2024-02-29T00:00:00Z', 'y'], ['2023-02-29', '?'], ['2024-2-29', '?'], ['2024-02-29T00:00:00', '?'], ['2024-02-29T24:00:00Z', '?'], ['2024-02-29T00:60:00Z', '?'], ['2024-02-29T00:00:60Z', '?'], ['2024-02T00:00Z', '?'], ['2024-02-29t00:00:00z', '?']],
    ['DateEquals', '2024-02-29T00:00:00.5Z', ['2024-02-29T00:00:00.500Z', 'y'], ['2024-02-29T00:00:00.5009Z', 'y'], ['2024-02-29T00:00:00.05Z', 'n'], ['2024-02-29T00:00:00.Z', '?'], ['2024-02-29T00:00:00.5.5Z', '?'], ['2024-02-29T00:00:00:00Z', '?'], ['2024-02-29T00Z', '?']],
    ['DateEquals', '2024-02-29T00:00:00+23:59', ['2024-02-28T00:01:00Z', 'y'], ['2024-02-29T00:00:00+24:00', '?'], ['2024-02-29T00:00:00+0100', '?'], ['2024-02-29T00:00:00+01:60', '?'], ['2024-02-29T00:00:00+1:00', '?'], ['2024-02-29T00:00:00+01:00:00', '?']],
    ['DateGreaterThan', '2024-05-01T00:00:00Z', ['1714521601', 'y'], ['1714521600', 'n'], ['1234567890123', '?'], ['1.5', '?'], ['x'.repeat(41), '?'], ['2024-05-01-01', '?']],
    ['Bool', 'true', ['true', 'y'], ['TRUE', 'y'], ['false', 'n'], ['', '?'], ['yes', '?']],
    ['Bool', 'False', ['false', 'y'], ['true', 'n']],
    ['Bool', ['true', 'false'], ['false', 'y'], ['true', 'y']],
    ['BinaryEquals', '', ['', 'y'], ['AA==', 'n'], ['=', '?'], ['====', '?']],
    ['BinaryEquals', '+/8=', ['+/8=', 'y'], ['-_8=', '?'], ['+/8', '?'], ['+/ 8', '?'], ['+/8A', 'n']],
    ['IpAddress', '10.0.0.0/8', ['10.0.0.0', 'y'], ['10.255.255.255', 'y'], ['11.0.0.0', 'n'], ['::ffff:10.1.2.3', 'y'], ['::FFFF:10.1.2.3', 'y'], ['::ffff:a01:203', 'y'], ['::10.1.2.3', 'n'], ['10.1.2', '?'], ['10.1.2.3.4', '?'], ['10.1.2.256', '?'], ['010.1.2.3', '?'], ['10.1.2.3/32', '?'], [' 10.1.2.3', '?'], ['10.1..3', '?'], ['1e1.1.2.3', '?'], ['', '?'], ['localhost', '?']],
    ['IpAddress', '10.1.2.3', ['10.1.2.3', 'y'], ['10.1.2.4', 'n']],
    ['IpAddress', '10.1.2.3/16', ['10.1.255.0', 'y'], ['10.2.0.0', 'n']],
    ['IpAddress', '192.168.1.128/25', ['192.168.1.128', 'y'], ['192.168.1.127', 'n']],
    ['IpAddress', '0.0.0.0/0', ['255.255.255.255', 'y'], ['::1', 'n'], ['::ffff:1.2.3.4', 'y']],
    ['IpAddress', '::/0', ['::1', 'y'], ['1.2.3.4', 'n'], ['::ffff:1.2.3.4', 'n']],
    ['IpAddress', '::ffff:10.0.0.0/104', ['10.9.9.9', 'y'], ['11.0.0.0', 'n'], ['::ffff:10.0.0.1', 'y']],
    ['IpAddress', '::ffff:0:0/64', ['::1', 'y'], ['10.0.0.1', 'n']],
    ['IpAddress', '2001:db8::/33', ['2001:db8:7fff:ffff::', 'y'], ['2001:db8:8000::', 'n'], ['2001:DB8:0:0:0:0:0:1', 'y'], ['2001:db8::1.2.3.4', 'y'], ['2001:db8::1::', '?'], ['2001:db8', '?'], ['2001:db8::12345', '?'], ['2001:db8::g', '?'], ['fe80::1%eth0', '?'], [':', '?'], [':::', '?'], ['1:2:3:4:5:6:7:8:9', '?'], ['1:2:3:4:5:6:7::8', '?'], ['1:2:3:4:5:6:7', '?'], ['1.2.3.4::', '?'], ['::1.2.3', '?'], ['1:2:3:4:5:6:7:', '?']],
    ['IpAddress', '2001:db8::1', ['2001:db8::1', 'y'], ['2001:db8:0::1', 'y'], ['2001:db8::2', 'n']],
    ['IpAddress', '::', ['::', 'y'], ['0:0:0:0:0:0:0:0', 'y'], ['::1', 'n']],
    ['ArnLike', 'arn:aws:iam::*:role/a*', ['arn:aws:iam::1:role/agent', 'y'], ['arn:aws:iam::1:role/a/b:c', 'y'], ['arn:aws:iam:x:1:role/agent', 'n'], ['arn:aws:iam::1:user/agent', 'n'], ['xrn:aws:iam::1:role/a', '?']],
    ['ArnLike', 'arn:*:*:*:*:*', ['arn:aws:iam::1:role/agent', 'y'], ['arn:::::', 'y'], ['arn::::', '?']],
    ['ArnLike', 'arn:aws:iam::1:a:*:c', ['arn:aws:iam::1:a:b:c', 'y'], ['arn:aws:iam::1:a:b', 'n']],
    ['ArnLike', 'arn:aws:*:1:x:y', ['arn:aws:a:1:x:y', 'y'], ['arn:aws:a:b:1:x:y', 'n']],
    ['ArnEquals', 'arn:aws:sns:eu:1:a?', ['arn:aws:sns:eu:1:ab', 'y'], ['arn:aws:sns:eu:1:a', 'n'], ['arn:aws:sns:EU:1:ab', 'n']],
  ]
  for (const [operator, value, ...requests] of cases)
    test(`${operator} ${JSON.stringify(value)}`, () => {
      const seen = requests.map(([found]) => [
        found,
        answer({ [operator]: { 'svc:Key': value } }, { 'svc:Key': found }),
      ])
      assert.deepEqual(seen, requests)
    })
})

describe('policy variables', () => {
  const context = {
    'aws:username': 'alice',
    'svc:star': '*',
    'svc:arn': 'arn:aws:sns:eu:1:a',
    'svc:many': ['alice'],
    'svc:yes': 'true',
    'svc:dollar': '${aws:username}',
  }
  // biome-ignore format: a table
  const cases: readonly (readonly [operator: string, policy: Values, key: string, wanted: string, in2008?: string])[] = [
    ['StringEquals', '${aws:username}', 'alice', 'y', 'n'],
    ['StringEquals', '${AWS:UserName}', 'alice', 'y', 'n'],
    ['StringEquals', '${aws:username}', '${aws:username}', 'n', 'y'],
    ['StringEquals', 'x-${aws:username}-${aws:username}', 'x-alice-alice', 'y', 'n'],
    ['StringEquals', '${svc:dollar}', '${aws:username}', 'y', 'n'],
    ['StringEquals', '${svc:dollar}', 'alice', 'n', 'n'],
    ['StringEqualsIgnoreCase', '${aws:username}', 'ALICE', 'y', 'n'],
    ['StringLike', '${aws:username}*', 'alice-2', 'y', 'n'],
    ['StringLike', '${svc:star}', '*', 'y', 'n'],
    ['StringLike', '${svc:star}', 'anything', 'n', 'n'],
    ['StringLike', 'a${*}', 'a*', 'y', 'n'],
    ['StringLike', 'a${*}', 'ab', 'n', 'n'],
    ['StringLike', 'a${?}', 'a?', 'y', 'n'],
    ['StringLike', 'a${?}', 'ab', 'n', 'n'],
    ['StringEquals', '${$}{aws:username}', '${aws:username}', 'y', 'n'],
    ['StringEquals', "${svc:absent, 'nobody'}", 'nobody', 'y', 'n'],
    ['StringEquals', "${svc:absent,'nobody'}", 'nobody', 'y', 'n'],
    ['StringEquals', "${aws:username, 'nobody'}", 'alice', 'y', 'n'],
    ['StringEquals', "${svc:absent, ''}", '', 'y', 'n'],
    ['StringEquals', "${svc:absent, '}'}", '}', 'y', 'n'],
    ['StringLike', "${svc:absent, '*'}", 'x', 'n', 'n'],
    ['StringLike', "${svc:absent, '*'}", '*', 'y', 'n'],
    ['StringEqualsIgnoreCase', "${svc:absent, 'NoBody'}", 'nobody', 'y', 'n'],
    ['StringEquals', '${svc:absent}', '', 'n', 'n'],
    ['StringNotEquals', '${svc:absent}', 'x', 'n', 'y'],
    ['StringEqualsIfExists', '${svc:absent}', 'x', 'n', 'n'],
    ['StringEquals', ['${svc:absent}', 'x'], 'x', 'y', 'y'],
    ['StringNotEquals', ['${svc:absent}', 'y'], 'x', 'n', 'y'],
    ['StringNotEquals', ['${aws:username}', 'y'], 'x', 'y', 'y'],
    ['StringNotEquals', ['${aws:username}', 'y'], 'alice', 'n', 'y'],
    ['StringEquals', '${svc:many}', 'alice', 'n', 'n'],
    ['StringEquals', "${svc:many, 'bob'}", 'bob', 'y', 'n'],
    ['ArnLike', 'arn:aws:sns:eu:1:${aws:username}', 'arn:aws:sns:eu:1:alice', 'y', 'n'],
    ['ArnEquals', 'arn:aws:sns:eu:1:${svc:star}', 'arn:aws:sns:eu:1:b', 'n', 'n'],
    ['Bool', "${svc:absent, 'true'}", 'true', 'y'],
    ['Bool', '${svc:yes}', 'true', 'y'],
    ['Bool', '${svc:yes}', 'false', 'n'],
    ['Bool', '${aws:username}', 'true', '?'],
    ['ArnEquals', '${svc:arn}', 'arn:aws:sns:eu:1:a', 'y'],
    ['ArnEquals', '${svc:arn}', 'arn:aws:sns:eu:1:b', 'n'],
    ['ArnEquals', '${aws:username}', 'arn:aws:sns:eu:1:b', '?'],
    ['ArnNotEquals', '${aws:username}', 'arn:aws:sns:eu:1:b', '?'],
  ]
  for (const [operator, value, key, wanted, in2008] of cases)
    test(`${operator} ${JSON.stringify(value)} of ${key}`, () => {
      const condition = { [operator]: { 'svc:Key': value } }
      assert.equal(answer(condition, { ...context, 'svc:Key': key }), wanted, '2012-10-17')
      if (in2008 === undefined) return
      assert.equal(answer(condition, { ...context, 'svc:Key': key }, '2008-10-17'), in2008, '2008-10-17')
    })

  test('an unknown variable cannot be helped by an absent key', () => {
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists', 'ForAllValues:StringEquals'])
      assert.equal(answer({ [operator]: { 'svc:Key': '${svc:absent}' } }, context), 'n', operator)
  })
})

describe('several conditions', () => {
  const context = { 'svc:a': '1', 'svc:b': 'x', 'svc:odd': 'x' }
  // biome-ignore format: a table
  const cases: readonly (readonly [condition: object, wanted: string])[] = [
    [{}, 'y'],
    [{ StringEquals: { 'svc:a': '1', 'svc:b': 'x' } }, 'y'],
    [{ StringEquals: { 'svc:a': '1', 'svc:b': 'y' } }, 'n'],
    [{ StringEquals: { 'svc:a': '1' }, NumericLessThan: { 'svc:a': 2 } }, 'y'],
    [{ StringEquals: { 'svc:a': '1' }, NumericLessThan: { 'svc:a': 1 } }, 'n'],
    [{ StringEquals: { 'svc:a': '1' }, NumericLessThan: { 'svc:odd': 1 } }, '?'],
    [{ NumericLessThan: { 'svc:odd': 1 }, StringEquals: { 'svc:a': '2' } }, 'n'],
    [{ StringNotEquals: { 'svc:a': ['1', '2'] } }, 'n'],
    [{ StringNotEquals: { 'svc:a': ['2', '3'] } }, 'y'],
    [{ StringLike: { 'svc:a': '*' }, StringNotLike: { 'svc:a': '2*' } }, 'y'],
    [{ NumericEquals: { 'svc:odd': 1, 'svc:a': 1 } }, '?'],
    [{ StringEquals: { 'SVC:A': '1' } }, 'y'],
  ]
  for (const [condition, wanted] of cases)
    test(JSON.stringify(condition), () => assert.equal(answer(condition, context), wanted))
})

describe('threat 22: tags with names that JavaScript knows are tags', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])
    test(name, () => {
      const condition = { StringEquals: { [`aws:RequestTag/${name}`]: 'x' } }
      assert.equal(answer(condition, {}), 'n')
      assert.equal(answer(condition, { [`aws:RequestTag/${name}`]: 'x' }), 'y')
      assert.equal(answer({ Null: { [`aws:RequestTag/${name}`]: true } }, {}), 'y')
      assert.equal(answer({ StringEquals: { 'svc:Key': `\${svc:${name}}` } }, { 'svc:Key': 'x' }), 'n')
    })
})
