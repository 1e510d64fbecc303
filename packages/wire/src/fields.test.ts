import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  duration,
  flag,
  groupName,
  integer,
  lengthBetween,
  member,
  oneOf,
  required,
  stringMap,
  tags,
  timestamp,
  word,
} from './fields.ts'
import { refuses } from './testing/refuses.ts'

/** A row: what is tried, and either the value read or the words of the refusal. */
type Row = readonly [name: string, read: () => unknown, expected: unknown]

const numbers = (value: string) => integer(value, 'maxResults', 1, 1000)
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
const emoji = '😀'

const rows: readonly Row[] = [
  ['a whole number at the lower end', () => numbers('1'), 1],
  ['a whole number at the upper end', () => numbers('1000'), 1000],
  ['a whole number with leading zeros', () => numbers('0007'), 7],
  ['a number below the range', () => numbers('0'), /greater than or equal to 1$/],
  ['a negative number', () => numbers('-1'), /greater than or equal to 1$/],
  ['minus zero', () => numbers('-0'), /greater than or equal to 1$/],
  ['a number above the range', () => numbers('1001'), /less than or equal to 1000$/],
  ...['', '-', '1.5', '1e2', '0x10', '+1', ' 1', '1 ', '１', 'NaN', 'Infinity', '9'.repeat(16)].map(
    (text): Row => [`the number '${text}'`, () => numbers(text), /whole number/],
  ),

  ['a word of one character', () => word('a', 'f', 3), 'a'],
  ['a word of as many characters as allowed', () => word('aZ9', 'f', 3), 'aZ9'],
  ['a word of underscore and hyphen', () => word('_-_', 'f', 3), '_-_'],
  ['an empty word', () => word('', 'f', 3), /'f'.*greater than or equal to 1$/],
  ['a word that is too long', () => word('abcd', 'f', 3), /'f'.*less than or equal to 3$/],
  ...[' ', 'a b', 'a.b', 'a/b', 'a\n', 'é', 'ａ', '\0', '@', '[', '`', '{', '/', ':'].map(
    (text): Row => [
      `the word ${JSON.stringify(text)}`,
      () => word(text, 'f', 3),
      /regular expression pattern: \[\\w-\]\+$/,
    ],
  ),
  ['a group name of 255', () => groupName('g'.repeat(255)), 'g'.repeat(255)],
  ['a group name of 256', () => groupName('g'.repeat(256)), /'profilingGroupName'.*equal to 255$/],
  ['a group named __proto__', () => groupName('__proto__'), '__proto__'],

  ['text at both ends of its length', () => lengthBetween('ab', 'f', 2, 2), 'ab'],
  ['text that is too short', () => lengthBetween('a', 'f', 2, 3), /greater than or equal to 2$/],
  ['text that is too long', () => lengthBetween('abcd', 'f', 2, 3), /less than or equal to 3$/],
  ['emoji, counted as one character each', () => lengthBetween(emoji.repeat(3), 'f', 1, 3), emoji.repeat(3)],
  ['one emoji too many', () => lengthBetween(emoji.repeat(4), 'f', 1, 3), /less than or equal to 3$/],
  ['one emoji where two are needed', () => lengthBetween(emoji, 'f', 2, 3), /greater than or equal to 2$/],

  ['the flag true', () => flag('true', 'f'), true],
  ['the flag false', () => flag('false', 'f'), false],
  ...['', 'True', 'TRUE', '1', '0', 'yes', ' true'].map(
    (text): Row => [`the flag '${text}'`, () => flag(text, 'f'), /true or false/],
  ),

  ['a value of the set', () => oneOf('b', 'f', ['a', 'b']), 'b'],
  ...['', 'A', 'c', 'a ', 'constructor', '0', 'length'].map(
    (text): Row => [
      `'${text}', not of the set`,
      () => oneOf(text, 'f', ['a', 'b']),
      /enum value set: \[a, b\]/,
    ],
  ),

  ['a timestamp', () => timestamp('1970-01-01T00:00:01Z', 'f'), 1000],
  ['epoch seconds', () => timestamp('1', 'f'), /'f'.*must be a timestamp/],
  ['a duration', () => duration('PT5M', 'f'), 300_000],
  ['an empty duration', () => duration('', 'f'), /greater than or equal to 1$/],
  ['a duration of 65 characters', () => duration(`P${'1'.repeat(63)}D`, 'f'), /less than or equal to 64$/],
  ['five minutes in words', () => duration('5m', 'f'), /ISO 8601/],

  ['a value that is there', () => required(0, 'f'), 0],
  ['an empty value that is there', () => required('', 'f'), ''],
  ['a missing value', () => required(null, 'f'), /'f'.*must not be null/],

  ['an absent member', () => member({}, 'a', 'string'), null],
  ['a member that is null', () => member({ a: null }, 'a', 'string'), null],
  ['a member of text', () => member({ a: '' }, 'a', 'string'), ''],
  ['a boolean member', () => member({ a: false }, 'a', 'boolean'), false],
  ['a member that only the prototype has', () => member({}, 'toString', 'string'), null],
  ['the member __proto__', () => member({}, '__proto__', 'object'), null],

  ['50 tags', () => Object.keys(tags(many(50))).length, 50],
  ['51 tags', () => tags(many(51)), /'tags'.*less than or equal to 50$/],
  ['an empty tag key', () => tags({ '': 'v' }), /'tags.key'.*greater than or equal to 1$/],
  ['a tag key of 128', () => Object.keys(tags({ ['k'.repeat(128)]: '' }))[0]?.length, 128],
  ['a tag key of 128 emoji', () => Object.keys(tags({ [emoji.repeat(128)]: '' }))[0]?.length, 256],
  ['a tag key of 129', () => tags({ ['k'.repeat(129)]: '' }), /'tags.key'.*less than or equal to 128$/],
  ['a tag value of 256', () => tags({ k: 'v'.repeat(256) }).k?.length, 256],
  ['a tag value of 257', () => tags({ k: 'v'.repeat(257) }), /'tags.value'.*less than or equal to 256$/],
  ['a tag of AWS', () => tags({ 'aws:x': '' }), /must not start with aws:/],
  ['a tag of AWS in capitals', () => tags({ 'AWS:x': '' }), /must not start with aws:/],
  ['a tag that only begins like one of AWS', () => tags({ awsx: '' }).awsx, ''],
]

for (const [name, read, expected] of rows) {
  if (expected instanceof RegExp)
    test(`${name} is refused`, () => refuses('ValidationException', read, expected))
  else test(`${name} is accepted`, () => assert.deepEqual(read(), expected))
}

const mistyped: readonly (readonly ['string' | 'boolean' | 'object', readonly unknown[]])[] = [
  ['string', [1, true, {}, ['a'], []]],
  ['boolean', ['true', 1, 0, {}, [true]]],
  ['object', ['x', 1, true, [], [{}]]],
]
for (const [type, values] of mistyped) {
  for (const value of values) {
    test(`${JSON.stringify(value)} is refused where a member of type ${type} belongs`, () => {
      const read = member as (object: object, field: string, type: string, at: string) => unknown
      refuses(
        'SerializationException',
        () => read({ a: value }, 'a', type, 'outer.a'),
        /'outer\.a' must be an? /,
      )
    })
  }
}

test('a map keeps __proto__ as an entry and has no prototype', () => {
  const map = stringMap(JSON.parse('{"__proto__":"p","constructor":"c"}'), 'f')
  assert.equal(Object.getPrototypeOf(map), null)
  assert.deepEqual(Object.entries(map), [
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ])
})

for (const value of [1, true, null, {}, ['a']]) {
  test(`a map with the value ${JSON.stringify(value)} is refused`, () =>
    refuses('SerializationException', () => stringMap({ k: value }, 'tags'), /'tags' must be strings/))
}
