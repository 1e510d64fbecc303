/** What the WebAssembly reads is what the reader in TypeScript reads; everything else it leaves to that one. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import fc from 'fast-check'
import { encodeIon } from '../encode-ion.ts'
import type { ProfileLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { arbitraryProfile } from '../testing/arbitrary-profile.ts'
import { pair, same, wasmFile, wasmModule } from '../testing/decoder-pair.ts'
import { ionBinary } from '../testing/ion-binary.ts'

const captured = ionBinary(
  readFileSync(new URL('../../../../fixtures/agent-bodies/small-first-report.body.json', import.meta.url)),
)

const both = pair()

/** Ion of a whole profile around a call graph in JSON or Ion text. */
function around(callgraph: string, others = ''): Uint8Array {
  return ionBinary(`{start:1,end:2,${others}callgraph:${callgraph}}`)
}

test('the committed WebAssembly is what its source compiles to', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wick-wasm-'))
  try {
    const made = join(directory, 'made.wasm')
    const config = fileURLToPath(new URL('../../assembly/asconfig.json', import.meta.url))
    const { error, stderr } = await asc.main(['--config', config, '--outFile', made])
    assert.equal(error, null, stderr.toString())
    assert.ok(
      (await readFile(made)).equals(await readFile(wasmFile)),
      'run: npm run build:wasm -w packages/profile',
    )
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('its memory is fixed, and holds all of its layout', () => {
  const { memory, memoryBytes } = new WebAssembly.Instance(wasmModule).exports as {
    memory: WebAssembly.Memory
    memoryBytes: WebAssembly.Global<'i32'>
  }
  assert.ok(memoryBytes.value <= memory.buffer.byteLength)
  assert.throws(() => memory.grow(1), RangeError)
})

test('profiles are read by it, and alike', () => {
  fc.assert(
    fc.property(arbitraryProfile({ allowsLoneSurrogates: false }), (profile) => {
      const body = encodeIon(profile)
      assert.notEqual(both.reader.read(body), null)
      same(both, body)
    }),
    { numRuns: 500 },
  )
})

test('a body as agents post it is read by it, and alike', () => {
  assert.notEqual(both.reader.read(captured), null)
  same(both, captured)
})

const usual: Readonly<Record<string, Uint8Array>> = {
  'an empty call graph': around('{}'),
  'fields of every kind beside the call graph': around(
    '{}',
    `a:1,b:-2.5e0,c:3d-9,d:2026-11-25T10:00:00.5Z,e:sym,f:{{aGk=}},g:{{"clob"}},h:[1,(a b)],i:{j:x::1},k:null.int,`,
  ),
  'nulls where something is absent': around(
    '{counts:null,file:null.string,line:null,children:{a:{counts:null,line:null.list,children:null}}}',
  ),
  'one line, two lines, the larger first': around(
    '{children:{a:{line:7},b:{line:[9]},c:{line:[3,5]},d:{line:[5,3]}}}',
  ),
  'a frame with two files': around(
    '{children:{a:{file:"x",children:{a:{file:"y",children:{a:{file:"x"}}}}},b:{file:""}}}',
  ),
  'siblings of one name': around('{children:{a:{counts:{R:1}},a:{counts:{R:2}}}}'),
  'counters of one name in one node': around('{counts:{R:1,R:2,W:3,R:4},children:{a:{counts:{W:0}}}}'),
  'counts up to four bytes': around('{counts:{A:255,B:256,C:65535,D:65536,E:4294800000}}'),
  'names of every length up to 70': around(
    `{children:{${Array.from({ length: 70 }, (_, n) => `'${'x'.repeat(n)}':{file:"${'y'.repeat(n)}"}`).join()}}}`,
  ),
  'names beyond ASCII': around(
    '{children:{"é":{file:"zażółć gęślą jaźń"},"abcdefghijklmnoé":{},"😀":{},"\\u07ff\\uffff":{}}}',
  ),
  'names that differ in one byte': around(
    `{children:{${Array.from({ length: 40 }, (_, n) => `'${'x'.repeat(n)}z${'x'.repeat(39 - n)}':{}`).join()}}}`,
  ),
}
for (const [what, body] of Object.entries(usual)) {
  test(`it reads ${what}`, () => {
    assert.notEqual(both.reader.read(body), null)
    assert.equal(typeof same(both, body), 'object')
  })
}

const left: Readonly<Record<string, Uint8Array>> = {
  'annotations in the call graph': around('{children:{a:x::{}}}'),
  'fractions and numbers in other forms': around('{counts:{R:5.0,W:5e0}}'),
  'counts of more than four bytes': around('{counts:{R:4294967296}}'),
  'lines of more than three bytes': around('{children:{a:{line:16777216}}}'),
  'files as symbols': around('{children:{a:{file:sym}}}'),
  'names of the system': around('{children:{symbols:{}}}'),
  'no call graph': ionBinary('{start:1,end:2}'),
  'something behind the profile': Uint8Array.from([...around('{}'), 0x0f]),
  'a body in several pieces': Uint8Array.from([...around('{}'), ...around('{}')]),
  'more than one number too much': around('{children:{a:{line:[1,2,3]}}}'),
  'text where a struct belongs': around('{children:"a"}'),
}
for (const [what, body] of Object.entries(left)) {
  test(`it leaves ${what} to the other reader`, () => {
    assert.equal(both.reader.read(body), null)
    same(both, body)
  })
}

test('a body longer than its memory is left to the other reader', () => {
  const body = around('{}', `x:"${'x'.repeat(8 * 1024 * 1024)}",`)
  const larger = pair({ maxExtrasBytes: 16 * 1024 * 1024 })
  assert.equal(larger.reader.read(body), null)
  assert.equal(typeof same(larger, body), 'object')
})

test('wrong times are refused alike', () => {
  for (const times of [
    'start:2,end:1',
    'start:-1,end:1',
    'start:1',
    'end:1.5',
    'start:null,end:1',
    'start:1,end:9e15',
  ])
    assert.equal(typeof same(both, ionBinary(`{${times},callgraph:{}}`)), 'string', times)
})

test('limits hold alike, on both sides of each', () => {
  const body = around('{counts:{A:1,B:2},children:{a:{file:"xyz",children:{bcd:{counts:{C:3}}}},e:{}}}')
  const limits: readonly (readonly [keyof ProfileLimits, number])[] = [
    ['maxDepth', 2],
    ['maxNodes', 3],
    ['maxNames', 3],
    ['maxNameBytes', 3],
    ['maxCounters', 3],
    ['maxSamples', 6],
  ]
  for (const [limit, least] of limits) {
    assert.equal(typeof same(pair({ [limit]: least }), body), 'object', limit)
    assert.equal(typeof same(pair({ [limit]: least - 1 }), body), 'string', limit)
  }
})

test('what is larger than its columns is left to the other reader, and alike', () => {
  const names = (count: number): string => Array.from({ length: count }, (_, i) => `n${i}:{}`).join()
  const files = Array.from({ length: 8193 }, (_, i) => `a:{file:"${i}"}`).join()
  for (const callgraph of [`{children:{${names(65_600)}}}`, `{children:{${files}}}`]) {
    const body = around(callgraph)
    assert.equal(both.reader.read(body), null)
    assert.equal(typeof same(both, body), 'object')
  }
})

test('nothing of a body is left in the next one, whether it was read, refused or left', () => {
  const bodies = [...Object.values(usual), ...Object.values(left), captured, captured.subarray(0, 900)]
  fc.assert(
    fc.property(fc.array(fc.nat(bodies.length - 1), { minLength: 2, maxLength: 6 }), (order) => {
      for (const i of order) same(both, bodies[i]!)
    }),
  )
})

test('a body cut at any byte is refused alike', () => {
  for (let length = 0; length < captured.length; length++) same(both, captured.subarray(0, length))
})

test('bodies with bytes changed, cut out or doubled are read or refused alike', () => {
  const bodies = [captured, ...Object.values(usual), ...Object.values(left)]
  let read = 0
  const { reader } = both
  fc.assert(
    fc.property(
      fc.nat(bodies.length - 1),
      fc.array(fc.tuple(anywhere, fc.oneof(fc.nat(255), interesting)), { minLength: 1, maxLength: 3 }),
      fc.option(fc.tuple(anywhere, fc.integer({ min: -6, max: 6 })), { freq: 1 }),
      (which, changes, cut) => {
        let body = bodies[which]!.slice()
        for (const [at, byte] of changes) body[at % body.length] = byte
        if (cut !== null) {
          const at = cut[0] % body.length
          body = Uint8Array.from([...body.subarray(0, at), ...body.subarray(Math.max(at + cut[1], 0))])
        }
        same(both, body)
        try {
          if (reader.read(body) !== null) read++
        } catch (error) {
          assert.ok(error instanceof ProfileError)
        }
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(read > 1_000, `only ${read} of them were read by it`)
})

const anywhere = fc.noBias(fc.nat())
/** Heads of values and bytes that end numbers. */
const interesting = fc.constantFrom(
  0,
  0x0f,
  0x11,
  0x20,
  0x21,
  0x2e,
  0x80,
  0x81,
  0x8e,
  0x8f,
  0xbe,
  0xd0,
  0xd1,
  0xde,
  0xdf,
  0xe3,
  0xff,
)
