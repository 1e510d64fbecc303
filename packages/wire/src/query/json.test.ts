import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '../errors.ts'
import { readJsonInput } from './json-input.ts'
import { writeJsonAnswer } from './json-output.ts'
import { operation } from './operation.ts'
import { boolean, double, integer, list, map, optional, string, structure, timestamp } from './shapes.ts'
import { refusesQuery } from './testing/refuses-query.ts'

const everything = operation(
  {
    Name: string({ min: 1, max: 3 }),
    Count: optional(integer(1, 9)),
    Share: optional(double),
    IsOn: optional(boolean),
    At: optional(timestamp),
    Tags: optional(list(structure({ Key: string() }), 2)),
  },
  {
    Share: optional(double),
    At: optional(timestamp),
    Tags: optional(list(string())),
    By: optional(map(double)),
  },
)

const read = (value: unknown) => readJsonInput(everything, Buffer.from(JSON.stringify(value)))

test('an input is read as a form is: what is absent is null, what is unknown is ignored', () => {
  const absent = { Count: null, Share: null, IsOn: null, At: null, Tags: null }
  assert.deepEqual(read({ Name: 'a', Other: 1, Count: null }), { Name: 'a', ...absent })
  assert.deepEqual(read({ Name: 'a', Count: 9, Share: -0.5, IsOn: false, At: 1.5, Tags: [{ Key: '' }] }), {
    ...{ Name: 'a', Count: 9, Share: -0.5, IsOn: false, At: 1500, Tags: [{ Key: '' }] },
  })
  assert.equal(read({ Name: 'a', At: '1970-01-01T00:00:01Z' }).At, 1000)
})

test('what breaks a constraint is refused by its field', () => {
  const wrong: readonly [unknown, RegExp][] = [
    [{}, /'name' .* must not be null/],
    [{ Name: null }, /'name' .* must not be null/],
    [{ Name: 5 }, /'name' .* must be a string/],
    [{ Name: 'long' }, /'name' .* less than or equal to 3/],
    [{ Name: 'a', Count: 1.5 }, /'count' .* whole number/],
    [{ Name: 'a', Count: '1' }, /'count' .* whole number/],
    [{ Name: 'a', Count: 10 }, /'count' .* less than or equal to 9/],
    [{ Name: 'a', Share: 'NaN' }, /'share' .* a number/],
    [{ Name: 'a', IsOn: 'true' }, /'isOn' .* true or false/],
    [{ Name: 'a', At: 1e12 }, /'at' .* seconds since 1970/],
    [{ Name: 'a', At: 'now' }, /'at' .* seconds since 1970/],
    [{ Name: 'a', Tags: {} }, /'tags' .* a list/],
    [{ Name: 'a', Tags: [null] }, /'tags.1.member' .* not be null/],
    [{ Name: 'a', Tags: [[]] }, /'tags.1.member' .* a structure/],
    [{ Name: 'a', Tags: [{ Key: 'x' }, {}] }, /'tags.2.member.key' .* not be null/],
    [{ Name: 'a', Tags: [{ Key: '' }, { Key: '' }, { Key: '' }] }, /'tags' .* less than or equal to 2/],
  ]
  for (const [value, message] of wrong) refusesQuery('ValidationError', () => read(value), message)
  const infinite = Buffer.from('{"Name":"a","Share":1e999}')
  refusesQuery('ValidationError', () => readJsonInput(everything, infinite), /a number/)
  for (const text of ['[]', '"a"', '{', '\xff'])
    assert.throws(() => readJsonInput(everything, Buffer.from(text, 'latin1')), ApiError)
})

test('an answer has what there is, instants in seconds', () => {
  const answer = { Share: 0.5, At: 1500, Tags: ['<&>'], By: { x: 1 }, More: 1 }
  assert.equal(writeJsonAnswer(everything, answer), '{"Share":0.5,"At":1.5,"Tags":["<&>"],"By":{"x":1}}')
  assert.equal(writeJsonAnswer(everything, { Share: null }), '{}')
  assert.equal(writeJsonAnswer(operation({}, null), null), '{}')
})
