import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits, encodeJson, encodePprof, ProfileDecoder } from '@wick/profile'
import { naiveFromJson } from '@wick/profile/testing'
import { importedBody } from './imported-body.ts'
import { lengthOf, readBody } from './profile-body.ts'
import { body, noon } from './testing/store-bench.ts'

test('a file with few long names becomes no longer than they are, however often they are called', () => {
  const names = Array.from({ length: 70 }, (_, i) => `${i} ${'n'.repeat(4000)}`)
  const leaves = Object.fromEntries(names.map((name) => [name, { counts: { R: 1 }, file: name }]))
  const json = body({ children: Object.fromEntries(names.map((name) => [name, { children: leaves }])) }, noon)
  const profile = new ProfileDecoder().decode(json)
  const file = encodePprof(profile)
  const times = { start: null, end: null, counter: '', receivedAt: noon }
  const imported = importedBody({ groupId: 'g', format: 'pprof', body: file, ...times }, defaultLimits)
  assert.ok(json.length > 30_000_000 && lengthOf(imported) < 1_000_000, `${lengthOf(imported)} bytes`)
  const read = readBody(imported, new ProfileDecoder())
  assert.deepEqual(naiveFromJson(encodeJson(read)), naiveFromJson(json))
  assert.deepEqual([read.start, read.end], [noon - 5 * 60_000, noon])
  assert.match(Buffer.from(read.extras).toString(), /"wick-import"/)
})

test('a file of ordinary names becomes a body as agents post them', () => {
  const text = Buffer.from('a;b 3\n')
  const times = { start: noon - 1, end: noon, counter: 'R', receivedAt: noon }
  const imported = importedBody({ groupId: 'g', format: 'collapsed', body: text, ...times }, defaultLimits)
  assert.equal(imported.callgraph, null)
  assert.deepEqual(JSON.parse(Buffer.from(imported.body).toString()), {
    start: noon - 1,
    end: noon,
    callgraph: { children: { a: { children: { b: { counts: { R: 3 } } } } } },
    agentMetadata: { agentInfo: { type: 'wick-import', version: 'collapsed' } },
  })
})
