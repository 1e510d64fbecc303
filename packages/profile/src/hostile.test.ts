/** Bodies that were cut, garbled or made to hurt: a ProfileError or a sound profile, soon, and nothing else. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { AgentProfile } from './call-tree.ts'
import { encodeIon } from './encode-ion.ts'
import { encodeJson } from './encode-json.ts'
import { ProfileDecoder } from './profile-decoder.ts'
import { ProfileError } from './profile-error.ts'
import { ionBinary } from './testing/ion-binary.ts'
import { totals } from './totals.ts'

const decoder = new ProfileDecoder()
const small = readFileSync(
  new URL('../../../fixtures/agent-bodies/small-first-report.body.json', import.meta.url),
)
const ionText = new TextEncoder().encode(
  `$ion_1_0 a::{start:1,end:0x2,'x':[1.5,2007-01-01T,{{aGk=}},(a + 'b'),"\\u00e9"],/*c*/callgraph:{counts:{R:5e0},` +
    `children:{'''m''' '''n''':{file:'f',line:[1,2],children:{"\\uD83D\\uDE00":{counts:{'B':1,},},},},},},}`,
)
const bodies: Readonly<Record<string, Uint8Array>> = {
  JSON: small,
  'Ion binary': ionBinary(small),
  'Ion text': ionText,
  'an aggregated profile in Ion binary': encodeIon(decoder.decode(small)),
}

/** Decodes, and checks what everything behind the decoder relies on. */
function attempt(body: Uint8Array): AgentProfile | null {
  try {
    const profile = decoder.decode(body)
    checkSound(profile)
    return profile
  } catch (error) {
    if (error instanceof ProfileError) return null
    throw error
  }
}

function checkSound({ start, end, tree }: AgentProfile): void {
  assert.ok(start >= 0 && start <= end)
  const { parent, frame, file, firstLine, lastLine, names, files } = tree
  for (let node = 0; node < parent.length; node++) {
    assert.ok(node === 0 ? parent[node] === -1 : parent[node]! >= 0 && parent[node]! < node)
    assert.ok(node === 0 ? frame[node] === -1 : frame[node]! >= 0 && frame[node]! < names.length)
    assert.ok(file[node]! >= -1 && file[node]! < files.length)
    assert.ok(firstLine[node]! >= -1 && lastLine[node]! >= firstLine[node]!)
  }
  for (const { nodes, counts } of tree.counters) {
    assert.ok(nodes.every((node) => node >= 0 && node < parent.length))
    assert.ok(counts.every((count) => Number.isInteger(count) && count > 0))
  }
  assert.ok(totals(tree)[0]! <= 2 ** 32)
}

for (const [kind, body] of Object.entries(bodies)) {
  test(`a body in ${kind} that is cut at any byte is refused`, () => {
    assert.notEqual(attempt(body), null)
    for (let length = 0; length < body.length; length++) {
      assert.equal(attempt(body.subarray(0, length)), null, `cut at ${length}`)
    }
  })

  test(`a body in ${kind} with any byte changed is refused as a ProfileError or decodes to a sound tree`, () => {
    const random = seededRandom(1)
    for (let trial = 0; trial < 20_000; trial++) {
      const changed = body.slice()
      const changes = 1 + (random() % 3)
      for (let i = 0; i < changes; i++) changed[random() % body.length] = interestingByte(random)
      attempt(changed)
    }
  })

  test(`a body in ${kind} with bytes cut out or doubled is refused as a ProfileError or decodes soundly`, () => {
    const random = seededRandom(2)
    for (let trial = 0; trial < 5_000; trial++) {
      const from = random() % body.length
      const to = from + (random() % 8)
      const resume = random() % 2 === 0 ? from - (random() % 8) : to
      attempt(Uint8Array.from([...body.subarray(0, from), ...body.subarray(Math.max(resume, 0))]))
    }
  })
}

const structural = [
  ...new TextEncoder().encode('{}[]()",:\'\\/*-+.eExX0159_$ntu'),
  0,
  0x7f,
  0x80,
  0xd1,
  0xde,
  0xe3,
  0xed,
  0xff,
]

function interestingByte(random: () => number): number {
  return random() % 2 === 0 ? random() % 256 : structural[random() % structural.length]!
}

function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) & 0xffffff
  }
}

test('threat 2: nesting of 100,000 levels is refused in every kind of container and format', () => {
  const deep = 100_000
  for (const open of ['{"children":{"a":', '{"x":', '{"x":[', '{"x":(', '[', '{"callgraph":[']) {
    const body = new TextEncoder().encode(`{"start":1,"end":2,"callgraph":{},"y":${open.repeat(deep)}`)
    assert.throws(
      () => decoder.decode(body),
      (error) => error instanceof ProfileError && error.reason === 'depth',
    )
  }
  const graph = new TextEncoder().encode(`{"start":1,"end":2,"callgraph":${'{"children":{"a":'.repeat(deep)}`)
  assert.throws(
    () => decoder.decode(graph),
    (error) => error instanceof ProfileError && error.reason === 'depth',
  )
  const comments = new TextEncoder().encode(`${'/*'.repeat(deep)}${'a::'.repeat(deep)}`)
  assert.equal(attempt(comments), null)
  assert.equal(attempt(new TextEncoder().encode('a::'.repeat(deep))), null)
})

test('threat 3: many names that differ in one byte cost no more than their number', () => {
  // 200,000 names of a length where a weak hash can be made to collide.
  const names = Array.from({ length: 200_000 }, (_, i) => `"${i.toString(2).padStart(18, '0')}":{}`)
  const body = new TextEncoder().encode(`{"start":1,"end":2,"callgraph":{"children":{${names.join()}}}}`)
  const before = performance.now()
  assert.equal(decoder.decode(body).tree.names.length, 200_000)
  // Squared time would be minutes.
  assert.ok(performance.now() - before < 20_000)
})

test('hostile names survive a round trip through JSON', () => {
  const names = [
    '__proto__',
    'constructor',
    '\0',
    '\x1b[31m',
    '\uD800',
    'a\uDFFFb',
    '\uDC00\uD800',
    '<script>',
    '\u202E',
    '',
  ]
  const graph = names.map((name) => `${JSON.stringify(name)}:{"file":${JSON.stringify(name)}}`).join()
  const body = new TextEncoder().encode(`{"start":1,"end":2,"callgraph":{"children":{${graph}}}}`)
  const once = encodeJson(decoder.decode(body))
  assert.deepEqual(encodeJson(decoder.decode(once)), once)
  const { children } = JSON.parse(new TextDecoder().decode(once)).callgraph
  assert.deepEqual(Object.keys(children), names)
  assert.deepEqual(
    Object.values(children).map((child) => (child as { file: string }).file),
    names,
  )
})
