import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ion from 'ion-js'
import { ProfileDecoder } from '../profile-decoder.ts'
import { ProfileError, type ProfileErrorReason } from '../profile-error.ts'
import { ionBinary } from '../testing/ion-binary.ts'
import { FieldReader, type IonStruct, type IonValue } from './field-reader.ts'

const decoder = new ProfileDecoder()
const reader = new FieldReader({ maxDepth: 8, maxValues: 1000 })
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What the reader makes of a field that was posted. */
function posted(body: Uint8Array | string, name = 'x'): IonValue | undefined {
  const { extras } = decoder.decode(typeof body === 'string' ? utf8(body) : body)
  return reader.read(extras, [name]).get(name)
}

const around = (value: string): string => `{x:${value},start:1,end:2,callgraph:{}}`

/** The oracle: ion-js' streaming reader, walked. */
function walked(text: string): IonValue {
  const input = ion.makeReader(text)
  const one = (): IonValue => {
    const type = input.type()
    if (input.isNull()) return null
    if (type === ion.IonTypes.BOOL) return input.booleanValue()
    if (type === ion.IonTypes.INT || type === ion.IonTypes.FLOAT) return input.numberValue()
    if (type === ion.IonTypes.DECIMAL) return input.decimalValue()!.numberValue()
    if (type === ion.IonTypes.STRING || type === ion.IonTypes.SYMBOL) return input.stringValue()
    input.stepIn()
    const names: string[] = []
    const values: IonValue[] = []
    while (input.next() !== null) {
      names.push(input.fieldName() ?? '')
      values.push(one())
    }
    input.stepOut()
    return type === ion.IonTypes.STRUCT ? new Map(names.map((name, i) => [name, values[i]!])) : values
  }
  input.next()
  return one()
}

test('every value of Ion text is read as ion-js reads it', () => {
  for (const value of [
    'null',
    'null.struct',
    'true',
    'false',
    'nan',
    '+inf',
    '-inf',
    '0',
    '-12',
    '0xfF',
    '9007199254740991',
    '123456789012345678901234567890',
    '1.5',
    '-0.25',
    '5.',
    '25d-1',
    '1.5D3',
    '1e0',
    '-2.5E-3',
    'symbol',
    "'a symbol'",
    '"s"',
    '"\\u00e9\\ud83d\\ude00\\x41\\n\\""',
    "'''long\n''' '''string'''",
    '[]',
    '[1,[2],]',
    '{}',
    '{a:1,"b":{},\'c d\':[x]}',
    '{"__proto__":{"polluted":1},"constructor":2}',
    '()',
    '(1 [a] "s" \'q\' {b:2})',
    'a::b::3',
    'a::[b::1]',
    "'a' :: /*x*/ {y:1}",
  ]) {
    assert.deepEqual(posted(around(value)), walked(value), value)
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('numbers that ion-js does not know are read too', () => {
  assert.deepEqual(
    ['1_000_000', '-0x1_0', '0b1_1', '2_5d-1', '/*x*/1//y\n'].map((value) => posted(around(value))),
    [1_000_000, -16, 3, 2.5, 1],
  )
})

test('timestamps, lobs and operators are their text', () => {
  for (const value of ['2007T', '2007-02-23', '2007-02-23T12:14:33.079-08:00', '{{aGVsbG8=}}', '{{"clob"}}'])
    assert.equal(posted(around(value)), value)
  assert.deepEqual(posted(around('(a + -1 ==- b)')), ['a', '+', -1, '==-', 'b'])
})

test('lone surrogates come back as they came', () => {
  assert.equal(posted('{"x":"\\ud800","start":1,"end":2,"callgraph":{}}'), '\ud800')
})

test('a symbol without text, which only Ion binary can hold, is the empty text', () => {
  const bytes = Uint8Array.of(...utf8('{x:$0,$0:1,y:$0::2}'))
  assert.deepEqual(
    reader.read(bytes, ['x', '', 'y']),
    new Map<string, IonValue>([
      ['x', ''],
      ['', 1],
      ['y', 2],
    ]),
  )
})

test('only what is wanted is read, and of fields with one name the last', () => {
  const body = `{a:1,b:{c:2},a:3,start:1,end:2,callgraph:{},d:4}`
  const { extras } = decoder.decode(utf8(body))
  assert.deepEqual(
    reader.read(extras, ['a', 'b', 'none']),
    new Map<string, IonValue>([
      ['a', 3],
      ['b', new Map([['c', 2]])],
    ]),
  )
  assert.deepEqual(reader.read(utf8('{}'), ['a']), new Map())
})

const anyValue: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 5, noUnicodeString: false })

test('what JSON says is read as JSON.parse reads it, posted as JSON, Ion text or Ion binary', () => {
  const plain = (value: IonValue): unknown => {
    if (value instanceof Map)
      return Object.fromEntries([...(value as IonStruct)].map(([k, v]) => [k, plain(v)]))
    return Array.isArray(value) ? value.map(plain) : value
  }
  fc.assert(
    fc.property(anyValue, (value) => {
      const json = JSON.stringify(value)
      const body = `{"start":1,"end":2,"x":${json},"callgraph":{}}`
      const expected = JSON.parse(json, (key, inner) => (key === '__proto__' ? undefined : inner))
      for (const bytes of [utf8(body), ionBinary(body)]) {
        const read = posted(bytes)
        assert.ok(read !== undefined)
        const shown = JSON.parse(JSON.stringify(plain(read)), (key, inner) =>
          key === '__proto__' ? undefined : inner,
        )
        assert.deepEqual(shown, JSON.parse(JSON.stringify(expected)))
      }
    }),
  )
})

test('text that is cut at any byte or garbled is refused or read, soon, and nothing else', () => {
  const text = utf8(
    `{agentMetadata:{a:[1,2.5e0,(x + 'y')],b:"\\u00e9",c:{{aGk=}},d:2007-01-01T,e:'''m''' '''n'''},$0:{{"c"}},z:null.int}`,
  )
  const names = ['agentMetadata', '', 'z']
  const attempt = (bytes: Uint8Array): boolean => {
    try {
      reader.read(bytes, names)
      return true
    } catch (error) {
      assert.ok(error instanceof ProfileError, `${error}`)
      return false
    }
  }
  assert.ok(attempt(text))
  for (let length = 0; length < text.length; length++) assert.ok(!attempt(text.subarray(0, length)))
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
      const garbled = Uint8Array.from(text)
      garbled[at] = byte
      attempt(garbled)
    }),
    { numRuns: 2000 },
  )
})

test('depth and number of values are bounded where they are wanted, and cost nothing where they are not', () => {
  const fails = (text: string, reason: ProfileErrorReason): void =>
    assert.throws(
      () => reader.read(utf8(text), ['x']),
      (error) => error instanceof ProfileError && error.reason === reason,
    )
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
  assert.ok(reader.read(utf8(`{x:${nested(8)}}`), ['x']).has('x'))
  fails(`{x:${nested(9)}}`, 'depth')
  assert.equal((reader.read(utf8(`{x:[${'1,'.repeat(999)}]}`), ['x']).get('x') as unknown[]).length, 999)
  fails(`{x:[${'1,'.repeat(1000)}]}`, 'extras')
  const rest = reader.read(utf8(`{y:${nested(100_000)},z:[${'1,'.repeat(100_000)}],x:1}`), ['x'])
  assert.deepEqual(rest, new Map([['x', 1]]))
  fails('[1]', 'malformed')
  fails('{{aGk=}}', 'malformed')
  fails('{x:1} {}', 'malformed')
})
