import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PriceTableError, parsePriceTable } from './price-table.ts'

const whole = {
  name: 'our racks',
  currency: 'EUR',
  instanceHour: { 'rack-1': 0.5, __proto__x: 1 },
  vCpuHour: 0.02,
  gbHour: 0.003,
  otherHour: 0.4,
}

test('a table is read as it is written', () => {
  assert.deepEqual(parsePriceTable(JSON.stringify(whole)), {
    ...whole,
    instanceHour: new Map(Object.entries(whole.instanceHour)),
  })
  assert.deepEqual(parsePriceTable('{"name":"n","currency":"USD","otherHour":null}'), {
    name: 'n',
    currency: 'USD',
    instanceHour: new Map(),
    vCpuHour: null,
    gbHour: null,
    otherHour: null,
  })
})

test('what is wrong is told at once, each with its field', () => {
  const wrong = {
    currency: 'usd',
    instanceHours: {},
    instanceHour: { a: -1, b: '1' },
    vCpuHour: 'x',
    gbHour: 1e9,
  }
  assert.throws(
    () => parsePriceTable(JSON.stringify(wrong)),
    (error) => {
      assert.ok(error instanceof PriceTableError)
      assert.deepEqual(error.problems, [
        "There is no field 'instanceHours'; did you mean 'instanceHour'?",
        "'name' must say whose prices these are, in at most 200 characters.",
        "'currency' must be three capital letters, such as USD or EUR.",
        "'instanceHour' of 'a' must be a price by the hour from 0 to 1000000; it is -1.",
        "'instanceHour' of 'b' must be a price by the hour from 0 to 1000000; it is \"1\".",
        '\'vCpuHour\' must be a price by the hour from 0 to 1000000, or null; it is "x".',
        "'gbHour' must be a price by the hour from 0 to 1000000, or null; it is 1000000000.",
      ])
      return true
    },
  )
  for (const text of ['', '{', '[]', '7', 'null', '{"name":"n","currency":"USD","instanceHour":[1]}'])
    assert.throws(() => parsePriceTable(text), PriceTableError)
})
