import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { type NameRule, nameRules } from './generated-names.ts'
import { normaliseName } from './normalise-name.ts'
import { decodeName, encodeName } from './wtf8.ts'

/** Generated parts go, and nothing else. */

function normalised(name: string): string {
  const bytes = encodeName(name)
  const normal = normaliseName(bytes, 0, bytes.length)
  return normal === null ? name : decodeName(normal, 0, normal.length)
}

/** Pieces of which rules are made, whole and in part, and what may stand between them. */
const pieces = [
  ...nameRules
    .flatMap(({ keep, drop }) => [...keep, ...drop.flat()])
    .filter((part) => typeof part === 'string'),
  ...nameRules.flatMap(({ examples }) => examples.flat()),
  ...['.', '/', ':', '+', '$', '_', '-', '(', '', 'a', 'Z', 'é', '\ud800', '\0'],
  ...['0', '12', '0x', '1a2b3c4d', '0x0000000800c0a440', 'AbCdEf12', 'abcdefgh', '38e_0', '9'.repeat(25)],
]
const gluedName = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), {
  maxLength: 10,
})
const hostileName = gluedName.map((parts) => parts.join(''))

test('each example of the table becomes what the table says', () => {
  for (const { source, examples } of nameRules) {
    assert.ok(examples.length > 0, source)
    for (const [from, to] of examples) {
      assert.notEqual(from, to)
      assert.equal(normalised(from), to)
    }
  }
})

test('names that only look generated stay as they are', () => {
  const ordinary = [
    'com.shop.Cart$Item.price',
    'com.shop.Cart$1.run',
    'com.shop.Cart.lambda$checkout$0',
    'scala.collection.Iterator$$anon$11.hasNext',
    'clojure.core$fn__5612.invoke',
    'com.shop.Outer$Proxy1.call',
    'com.shop.MyGeneratedMethodAccessor1.call',
    'com.shop.Order$ByteBuddy$Renderer.draw',
    'com.shop.Cart$$Lambda$c51fbe3c6ac7.apply',
    '-$$Lambda$Welcome$ITX_AP2mc22w8XXp7vc8ub9L4vE.onClick',
    'java.lang.invoke.LambdaForm$DMH/sa346b79c.invokeStaticInit',
    'org.apache.spark.sql.catalyst.expressions.GeneratedClass$SpecificUnsafeProjection.apply26646_63$',
    'libc.so.6+0x29d90',
    'parse.0x1f',
    'shop.cart:Cart:add',
    '<attrs generated init shop.Cart>:__init__',
    '<frozen importlib._bootstrap>:_load',
    'node:internal/modules/run_main',
    'evalmachine.<anonymous>',
    'jdk.proxytools.Main',
    'GET /orders/12345',
    'proxy2.serve',
    'sha256.0x0000000800c0a440ff',
    '',
    '$',
  ]
  for (const name of ordinary) assert.equal(normalised(name), name)
})

test('a name without any of the beginnings is never touched', () => {
  const beginnings = [
    '$',
    '0x',
    'Generated',
    'ByGuice',
    'CGLIB',
    'jdk',
    'ASM',
    'ipy',
    '__autograph',
    'LambdaForm',
  ]
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      fc.pre(!beginnings.some((beginning) => name.includes(beginning)))
      assert.equal(normalised(name), name)
    }),
  )
})

test('what is normalised stays as it is', () => {
  fc.assert(
    fc.property(hostileName, (name) => {
      const once = normalised(name)
      assert.equal(normalised(once), once)
    }),
    { numRuns: 5000 },
  )
})

test('what is left is some of the name in its order: not empty, well-formed, and shorter if it changed at all', () => {
  fc.assert(
    fc.property(hostileName, (name) => {
      const bytes = encodeName(name)
      const normal = normaliseName(bytes, 0, bytes.length)
      if (normal === null) return
      assert.ok(normal.length > 0 && normal.length < bytes.length)
      let at = 0
      for (const byte of bytes) if (byte === normal[at]) at++
      assert.equal(at, normal.length)
      assert.deepEqual(encodeName(decodeName(normal, 0, normal.length)), normal)
    }),
    { numRuns: 2000 },
  )
})

test('only the bytes asked for are read', () => {
  fc.assert(
    fc.property(hostileName, hostileName, hostileName, (before, name, after) => {
      const [a, b, c] = [before, name, after].map(encodeName) as [Uint8Array, Uint8Array, Uint8Array]
      const inside = normaliseName(Buffer.concat([a, b, c]), a.length, a.length + b.length)
      assert.deepEqual(inside, normaliseName(b, 0, b.length))
    }),
    { numRuns: 1000 },
  )
})

test('the numbers a JVM gives make no difference', () => {
  const counter = fc.nat()
  const address = fc.nat().map((n) => `0x${n.toString(16).padStart(16, '0')}`)
  fc.assert(
    fc.property(counter, address, (n, at) => {
      assert.equal(normalised(`a.B$$Lambda$${n}/${at}.run`), 'a.B$$Lambda.run')
      assert.equal(normalised(`a.B$$Lambda/${at}.run`), 'a.B$$Lambda.run')
      assert.equal(normalised(`a.B/${at}:run`), 'a.B:run')
      assert.equal(normalised(`jdk/proxy${n}/$Proxy${n}.run`), 'jdk/proxy/$Proxy.run')
      assert.equal(
        normalised(`a.B$$EnhancerBySpringCGLIB$$${(n >>> 0).toString(16)}.run`),
        'a.B$$EnhancerBySpringCGLIB.run',
      )
    }),
  )
})

test('docs/generated-names.md shows the table', async () => {
  const page = await readFile(new URL('../../../docs/generated-names.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'))
  assert.deepEqual(rows, nameRules.flatMap(documented))
})

function documented({ source, examples }: NameRule): string[] {
  return examples.map(([from, to]) => `| ${source} | \`${from}\` | \`${to}\` |`)
}
