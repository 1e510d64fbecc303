import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FormNode, parseForm } from './form.ts'
import { QueryError } from './query-errors.ts'
import { refusesQuery } from './testing/refuses-query.ts'

const parse = (text: string): FormNode => parseForm(Buffer.from(text))

/** The tree as names and values again, in order. */
function pairs(node: FormNode, at = ''): string[] {
  const own = node.value === null ? [] : [`${at}=${node.value}`]
  return own.concat(
    ...node.members.entries().map(([name, child]) => pairs(child, at === '' ? name : `${at}.${name}`)),
  )
}

test('names lead from node to node, and the last one has the value', () => {
  const form = parse(
    'Action=TagUser&Tags.member.1.Key=team&Tags.member.1.Value=&Tags.member.2.Key=b&UserName=ann',
  )
  assert.deepEqual(pairs(form), [
    'Action=TagUser',
    'Tags.member.1.Key=team',
    'Tags.member.1.Value=',
    'Tags.member.2.Key=b',
    'UserName=ann',
  ])
})

test('values are decoded once: a plus is a space, an escape is UTF-8', () => {
  assert.deepEqual(pairs(parse('a=x+y%2Bz&b=%C3%A9%F0%9F%98%80&c=%2525&%64=1')), [
    'a=x y+z',
    'b=é😀',
    'c=%25',
    'd=1',
  ])
})

test('a missing equals sign is an empty value, and empty pairs are nothing', () => {
  assert.deepEqual(pairs(parse('&&a&b=c=d&')), ['a=', 'b=c=d'])
  assert.deepEqual(pairs(parse('')), [])
})

test('names that objects have are names like others', () => {
  assert.deepEqual(pairs(parse('__proto__.x=1&constructor=2')), ['__proto__.x=1', 'constructor=2'])
})

test('what can be understood in two ways is refused', () => {
  for (const body of ['a=1&a=1', 'a=1&a=2', 'a=1&%61=2', 'a=1&a.b=2', 'a.b=2&a=1', 'a.b.c=1&a.b=2', 'a=&a='])
    refusesQuery('MalformedQueryString', () => parse(body))
})

test('names without meaning, broken escapes and text that is not UTF-8 are refused', () => {
  for (const body of ['=1', 'a.=1', '.a=1', 'a..b=1', 'a=%', 'a=%4', 'a=%GG', '%=1', 'a=%FF', 'a=%C3'])
    refusesQuery('MalformedQueryString', () => parse(body))
  refusesQuery('MalformedQueryString', () => parseForm(Uint8Array.of(0x61, 0x3d, 0xff)))
})

test('number, length and depth of names are bounded', () => {
  const many = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}=`).join('&')
  assert.equal(parse(many(4096)).members.size, 4096)
  refusesQuery('MalformedQueryString', () => parse(many(4097)), /4096 parameters/)
  assert.equal(parse(`${'n'.repeat(256)}=`).members.size, 1)
  refusesQuery('MalformedQueryString', () => parse(`${'n'.repeat(257)}=`), /256 characters/)
  assert.equal(parse('a.b.c.d.e.f.g.h.i.j=1').members.size, 1)
  refusesQuery('MalformedQueryString', () => parse('a.b.c.d.e.f.g.h.i.j.k=1'))
})

test('whatever the bytes, there is a tree or the one error', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '.', '=', '&', '%', '+', '1', '%41', 'é'),
    maxLength: 40,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((value) => Buffer.from(value)),
        fc.uint8Array({ maxLength: 40 }),
      ),
      (body) => {
        try {
          pairs(parseForm(body))
        } catch (error) {
          assert.ok(error instanceof QueryError && error.code === 'MalformedQueryString', String(error))
        }
      },
    ),
  )
})

test('forms written by the platform come back as they were', () => {
  const name = fc.stringMatching(/^[A-Za-z]{1,8}(\.member\.[1-9]){0,2}$/)
  fc.assert(
    fc.property(
      fc.dictionary(
        name,
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      ),
      (fields) => {
        const names = Object.keys(fields)
        fc.pre(!names.some((one) => names.some((other) => other.startsWith(`${one}.`))))
        const form = parse(new URLSearchParams(fields).toString())
        assert.deepEqual(
          pairs(form).toSorted(),
          Object.entries(fields)
            .map(([key, value]) => `${key}=${value}`)
            .toSorted(),
        )
      },
    ),
  )
})
