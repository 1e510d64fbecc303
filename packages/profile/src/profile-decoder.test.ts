import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { encodeIon } from './encode-ion.ts'
import { encodeJson } from './encode-json.ts'
import { ProfileDecoder } from './profile-decoder.ts'
import { ionBinary } from './testing/ion-binary.ts'
import { naiveFromJson, naiveFromTree } from './testing/naive.ts'
import { totals } from './totals.ts'

const names = [
  'small-first-report',
  'small-second-report-stale-metadata',
  'medium',
  'deep-1000-truncated',
  'large',
]

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/agent-bodies/${name}.body.json`, import.meta.url))
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

for (const name of names) {
  test(`the recorded body ${name} decodes as JSON.parse reads it`, () => {
    const body = fixture(name)
    const { start, end, callgraph: _, ...others } = JSON.parse(text(body))
    const profile = new ProfileDecoder().decode(body)
    assert.deepEqual(naiveFromTree(profile.tree), naiveFromJson(body))
    assert.equal(profile.start, start)
    assert.equal(profile.end, end)
    assert.deepEqual(JSON.parse(text(profile.extras)), others)
  })

  test(`the recorded body ${name} decodes alike as JSON, Ion text and Ion binary`, () => {
    const decoder = new ProfileDecoder()
    const json = encodeJson(decoder.decode(fixture(name)))
    const ion = encodeIon(decoder.decode(fixture(name)))
    assert.deepEqual(text(encodeJson(decoder.decode(ion))), text(json))
    if (name !== 'large')
      assert.deepEqual(text(encodeJson(decoder.decode(ionBinary(fixture(name))))), text(json))
  })
}

test('a decoder forgets one profile before it reads the next', () => {
  const decoder = new ProfileDecoder()
  const small = encodeJson(decoder.decode(fixture('small-first-report')))
  decoder.decode(fixture('large'))
  assert.throws(() => decoder.decode(fixture('large').subarray(0, 100_000)))
  assert.deepEqual(encodeJson(decoder.decode(fixture('small-first-report'))), small)
})

test('a body may be a part of a larger buffer', () => {
  const decoder = new ProfileDecoder()
  for (const body of [fixture('medium'), encodeIon(decoder.decode(fixture('medium')))]) {
    const larger = new Uint8Array(body.length + 20).fill(0x7d)
    larger.set(body, 7)
    const part = larger.subarray(7, 7 + body.length)
    assert.deepEqual(naiveFromTree(decoder.decode(part).tree), naiveFromJson(fixture('medium')))
  }
})

test('the total of the root is the sum of all counts', () => {
  const { tree } = new ProfileDecoder().decode(fixture('medium'))
  assert.equal(totals(tree)[0], 117)
})
