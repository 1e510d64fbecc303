import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseForm } from './form.ts'
import { readInput } from './read-input.ts'
import { boolean, integer, list, type Members, oneOf, optional, string, structure } from './shapes.ts'
import { refusesQuery } from './testing/refuses-query.ts'

const members = {
  UserName: optional(string({ min: 2, max: 4, pattern: '[\\w+=,.@-]+' })),
  Status: optional(oneOf('Active', 'Inactive')),
  MaxItems: optional(integer(1, 1000)),
  OnlyAttached: optional(boolean),
  Tags: optional(list(structure({ Key: string({ min: 1 }), Value: string() }), 3)),
  Names: optional(list(string({ min: 1 }))),
  Text: optional(string()),
} as const satisfies Members
const absent = {
  UserName: null,
  Status: null,
  MaxItems: null,
  OnlyAttached: null,
  Tags: null,
  Names: null,
  Text: null,
}

const read = (text: string): unknown => readInput(members, parseForm(Buffer.from(text)))
const refuses = (text: string, message: RegExp): void =>
  refusesQuery('ValidationError', () => read(text), message)

test('an input is read into its types, and what is absent is null', () => {
  assert.deepEqual(read(''), absent)
  const form =
    'UserName=ann&Status=Active&MaxItems=10&OnlyAttached=true&Names.member.1=a&Names.member.2=b' +
    '&Tags.member.2.Key=y&Tags.member.2.Value=&Tags.member.1.Value=1&Tags.member.1.Key=x'
  assert.deepEqual(read(form), {
    ...{ UserName: 'ann', Status: 'Active', MaxItems: 10, OnlyAttached: true, Names: ['a', 'b'], Text: null },
    Tags: [
      { Key: 'x', Value: '1' },
      { Key: 'y', Value: '' },
    ],
  })
})

test('an empty list is a name without a value', () => {
  assert.deepEqual(read('Names=&Tags='), { ...absent, Names: [], Tags: [] })
})

test('what the operation does not know is ignored', () => {
  assert.deepEqual(read('Action=x&Version=1&Newer.member.1.Thing=1&userName=ann'), absent)
})

test('what is required must be there', () => {
  const required = { RoleName: string() } as const
  refusesQuery(
    'ValidationError',
    () => readInput(required, parseForm(Buffer.from('Role=x'))),
    /^1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must not be null$/,
  )
  refuses('Tags.member.1.Key=x', /'tags\.1\.member\.value'.*must not be null/)
})

test('strings keep to their length, in characters, and to their pattern, whole', () => {
  for (const [value, message] of [
    ['', /'userName'.*greater than or equal to 2/],
    ['a', /greater than or equal to 2/],
    ['abcde', /less than or equal to 4/],
    ['a'.repeat(100_000), /less than or equal to 4/],
    ['an n', /regular expression pattern: \[\\w\+=,\.@-\]\+/],
    ['ann%0A', /regular expression pattern/],
    ['%C3%A9%C3%A9', /regular expression pattern/],
    ['%F0%9F%98%80', /greater than or equal to 2/],
  ] as const)
    refuses(`UserName=${value}`, message)
})

test('a set of values is exact', () => {
  refuses('Status=active', /'status'.*enum value set: \[Active, Inactive\]/)
  refuses('Status=', /enum value set/)
})

test('numbers are whole, decimal and within their bounds', () => {
  for (const value of ['', '1.5', '1e2', '0x10', ' 1', '--1', '9'.repeat(16), 'NaN'])
    refuses(`MaxItems=${value}`, /whole number/)
  for (const value of ['0', '-5']) refuses(`MaxItems=${value}`, /greater than or equal to 1/)
  refuses('MaxItems=1001', /less than or equal to 1000/)
})

test('booleans are true and false', () => {
  for (const value of ['True', '1', '', 'yes']) refuses(`OnlyAttached=${value}`, /true or false/)
})

test('lists count from 1 without gaps, in digits as they are written, and not too far', () => {
  for (const indices of [['2'], ['0'], ['1', '3'], ['01'], ['-1'], ['x'], ['1', '1000000000']])
    refuses(
      indices.map((index) => `Names.member.${index}=a`).join('&'),
      /'names'.*numbered from 1 without gaps/,
    )
  refuses(
    [1, 2, 3, 4].map((i) => `Tags.member.${i}.Key=k&Tags.member.${i}.Value=`).join('&'),
    /'tags'.*length less than or equal to 3/,
  )
})

test('a value of another kind is refused by name', () => {
  refuses('UserName.member.1=ann', /'userName'.*a single value/)
  refuses('Names=ann', /'names'.*a list/)
  refuses('Names.entry.1=ann', /'names'.*a list/)
  refuses('Tags.member.1=ann', /'tags\.1\.member'.*a structure/)
})

test('text that no answer could give back is refused', () => {
  for (const value of ['%00', 'a%08', '%1F', '%EF%BF%BE', '%EF%BF%BF']) refuses(`Text=${value}`, /XML/)
  assert.deepEqual(read('Text=%09%0A%0D%7F%C2%85'), { ...absent, Text: '\t\n\r\x7f\x85' })
})
