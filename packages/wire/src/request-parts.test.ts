import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonBody, parseQuery, single } from './request-parts.ts'
import { refuses } from './testing/refuses.ts'

const queries: readonly (readonly [string, Record<string, string[]>])[] = [
  ['', {}],
  ['&&', {}],
  ['a', { a: [''] }],
  ['a=', { a: [''] }],
  ['=v', { '': ['v'] }],
  ['a=b=c', { a: ['b=c'] }],
  ['a=1&b=2', { a: ['1'], b: ['2'] }],
  ['tagKeys=b&tagKeys=a%20c', { tagKeys: ['b', 'a c'] }],
  ['%61=1&a=2', { a: ['1', '2'] }],
  ['a=1+2', { a: ['1+2'] }],
  ['a=%2B%26%3D%25', { a: ['+&=%'] }],
  ['a=%252F', { a: ['%2F'] }],
  ['a=%C3%A9', { a: ['é'] }],
  ['a=1?b=2', { a: ['1?b=2'] }],
  ['a;b=1', { 'a;b': ['1'] }],
]
for (const [raw, expected] of queries) {
  test(`the query '${raw}' is read as ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(Object.fromEntries(parseQuery(raw)), expected))
}

test('a parameter may have the name of an object member', () => {
  const query = parseQuery('__proto__=1&constructor=2&__proto__=3')
  assert.deepEqual(
    [...query],
    [
      ['__proto__', ['1', '3']],
      ['constructor', ['2']],
    ],
  )
  assert.equal(single(query, 'toString'), null)
})

for (const raw of ['%', 'a=%', 'a=%2', 'a=%zz', '%=1', 'a=%C3%28', 'a=%ED%A0%80']) {
  test(`the query '${raw}' is refused`, () =>
    refuses('ValidationException', () => parseQuery(raw), /percent/))
}

test('parameters that were percent-encoded are read back', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const raw = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      const query = parseQuery(raw.join('&'))
      for (const [name] of pairs) {
        const values = pairs.filter((pair) => pair[0] === name).map((pair) => pair[1])
        assert.deepEqual(query.get(name), values)
      }
    }),
  )
})

test('a parameter asked for once is refused when given twice, even with equal values', () => {
  assert.equal(single(parseQuery('a=1'), 'a'), '1')
  assert.equal(single(parseQuery('b=1'), 'a'), null)
  refuses('ValidationException', () => single(parseQuery('a=1&a=1'), 'a'), /'a' is given 2 times/)
})

function body(text: string | Uint8Array): Readonly<Record<string, unknown>> {
  return jsonBody(typeof text === 'string' ? new TextEncoder().encode(text) : text)
}

test('a body is a JSON object; an empty one is an empty object', () => {
  assert.deepEqual(body(''), {})
  assert.deepEqual(body('{}'), {})
  assert.deepEqual(body(' {"a": [1]} '), { a: [1] })
  assert.deepEqual(body('\ufeff{}'), {})
})

test('__proto__ in a body is a member like any other', () => {
  const object = body('{"__proto__": {"admin": true}}')
  assert.deepEqual(Object.keys(object), ['__proto__'])
  assert.equal(object.admin, undefined)
})

const bodies: readonly (string | Uint8Array)[] = [
  'null',
  '[]',
  '1',
  '"x"',
  'true',
  '{',
  '{"a":1,}',
  '{}{}',
  "{'a':1}",
  ' ',
  Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
  '['.repeat(1_000_000),
  '{"a":'.repeat(1_000_000),
]
for (const text of bodies) {
  test(`the body ${String(text).slice(0, 24)} is refused`, () =>
    refuses('SerializationException', () => body(text)))
}

test('a body that says something twice, or is nested without end, is refused', () => {
  refuses('SerializationException', () => body('{"a":1,"a":1}'), /key 'a' twice/)
  refuses('SerializationException', () => body('{"x":[{"a":1,"\\u0061":2}]}'), /key 'a' twice/)
  refuses('SerializationException', () => body(`{"a":${'['.repeat(500_000)}`), /too deep/)
})
