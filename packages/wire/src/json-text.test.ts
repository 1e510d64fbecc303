import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonFault } from './json-text.ts'

const repeated = (key: string) => ({ kind: 'repeated-key', key })

for (const [text, key] of [
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"a":1}', 'a'],
  ['{ "a" : 1 , "b":2,\n"a"\t: 2 }', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"":1,"":2}', ''],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"x":{"a":1,"a":2}}', 'a'],
  ['{"x":[{"b":1},{"a":1,"a":2}]}', 'a'],
  ['{"a":{"b":1},"a":{}}', 'a'],
  ['{"\\"":1,"\\"":2}', '"'],
  ['[{"a":[1,{"a":"a"}],"a":0}]', 'a'],
] as const)
  test(`${text} has the key '${key}' twice`, () => assert.deepEqual(jsonFault(text), repeated(key)))

test('what is the same in different objects, or is no key, is no fault', () => {
  for (const text of [
    '',
    '{}',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '["a","a","a"]',
    '{"x":["a","a"],"y":"a"}',
    '{"a":1,"A":2}',
    '{"a":"\\",\\"a\\":2"}',
    '{"a\\\\":1,"a":2}',
  ])
    assert.equal(jsonFault(text), null, text)
})

test('nesting is bounded, whatever else the text is', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  assert.equal(jsonFault(nested(64)), null)
  assert.deepEqual(jsonFault(nested(65)), { kind: 'too-deep' })
  assert.deepEqual(jsonFault('{"a":'.repeat(100_000)), { kind: 'too-deep' })
  assert.equal(jsonFault(`"${'['.repeat(1000)}"`), null)
})

test('the keys of one object are bounded', () => {
  const object = (keys: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, i])))
  assert.equal(jsonFault(object(1000)), null)
  assert.equal(jsonFault(`[${object(1000)},${object(1000)}]`), null)
  assert.deepEqual(jsonFault(object(1001)), { kind: 'too-many-keys' })
  assert.deepEqual(jsonFault(`{"a":${object(1001)}}`), { kind: 'too-many-keys' })
})

test('text that is no JSON does no harm', () => {
  for (const text of ['"', '{"a', '{"a\\', '}}}}', ']"a":', '{"a":1,"\\u00":2,"\\u00":3}', '\\"'])
    jsonFault(text)
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a') }),
      (text) => {
        jsonFault(text)
      },
    ),
  )
})

test('what JSON.stringify writes has no fault', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), (text) => {
      assert.equal(jsonFault(text), null)
    }),
  )
})

test('a key put in again is found, wherever it is', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true })
  fc.assert(
    fc.property(object, fc.nat(), (value, seed) => {
      const keys = Object.keys(value)
      const key = keys[seed % keys.length]!
      const text = `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(key)}:0}`
      assert.deepEqual(jsonFault(text), repeated(key))
    }),
  )
})
