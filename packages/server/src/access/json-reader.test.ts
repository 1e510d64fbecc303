import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { JsonError, type JsonNode, readJson } from './json-reader.ts'

/** The value without lines. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'number':
      return Number(node.text)
    case 'null':
      return null
    default:
      return node.value
  }
}

/** `line: reason`, or null for JSON. */
function error(text: string, maxDepth = 100): string | null {
  try {
    readJson(text, maxDepth)
    return null
  } catch (caught) {
    assert.ok(caught instanceof JsonError)
    return `${caught.line}: ${caught.message}`
  }
}

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      assert.deepEqual(plain(readJson(text, 100)), JSON.parse(text))
    }),
  )
})

test('what JSON.parse refuses is refused', () => {
  const alphabet = [
    ...'{}[]",:\\/ \n\t\r0123456789-+.eEtrufalsn',
    '\u0000',
    '\u00a0',
    '"a"',
    'true',
    '\\u00e9',
    '\\ud83d',
  ]
  const pieces = fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }).map((all) => all.join(''))
  let valid = 0
  fc.assert(
    fc.property(
      fc.oneof(
        pieces,
        fc.json().map((text) => text.slice(0, -1)),
        fc.json(),
      ),
      (text) => {
        let wanted: unknown
        try {
          wanted = JSON.parse(text)
        } catch {
          assert.notEqual(error(text), null, text)
          return
        }
        // A name that stands twice is the one thing that is refused here and not there.
        const found = error(text)
        if (found !== null) assert.match(found, /stands twice/)
        else assert.deepEqual(plain(readJson(text, 100)), wanted)
        valid++
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(valid > 1000)
})

describe('errors name the line and what was expected', () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [text: string, wanted: string])[] = [
    ['', '1: the text ends where a value was expected'],
    ['\n\n', '3: the text ends where a value was expected'],
    ['{\n"a": 1,\n}', '3: a name in double quotes was expected, not "}"'],
    ['{\n"a" 1}', '2: a colon was expected, not "1"'],
    ['{"a":1\n"b":2}', '2: a comma or } was expected, not "\\""'],
    ['[1\n2]', '2: a comma or ] was expected, not "2"'],
    ['[1,]', '1: a value was expected, not "]"'],
    ["{'a':1}", `1: a name in double quotes was expected, not "'"`],
    ['"a\nb"', '1: a string does not end on the line it begins'],
    ['"a', '1: a string does not end on the line it begins'],
    ['"\\', '1: a backslash begins no escape that JSON knows'],
    ['"\\x41"', '1: a backslash begins no escape that JSON knows'],
    ['"\\u12g4"', '1: a backslash begins no escape that JSON knows'],
    ['"\\u12"', '1: a backslash begins no escape that JSON knows'],
    ['01', '1: there is text after the end of the JSON value'],
    ['-', '1: the text ends where a digit was expected'],
    ['1.', '1: the text ends where a digit was expected'],
    ['1e+', '1: the text ends where a digit was expected'],
    ['-a', '1: a digit was expected, not "a"'],
    ['nul', '1: a value was expected, not "n"'],
    ['{} {}', '1: there is text after the end of the JSON value'],
    ['// comment\n{}', '1: a value was expected, not "/"'],
    ['{"a":1,\n"b":2,\n\n"a":3}', '4: "a" stands twice in one object'],
    ['{"__proto__":1,"__proto__":2}', '1: "__proto__" stands twice in one object'],
  ]
  for (const [text, wanted] of cases) test(JSON.stringify(text), () => assert.equal(error(text), wanted))
})

test('nesting is bounded, however deep the text goes', () => {
  assert.equal(error('[[[]]]', 3), null)
  assert.equal(error('[[[[]]]]', 3), '1: nested more than 3 deep')
  assert.equal(error('{"a":{"b":{"c":{}}}}', 3), '1: nested more than 3 deep')
  assert.equal(error('['.repeat(1_000_000), 3), '1: nested more than 3 deep')
})
