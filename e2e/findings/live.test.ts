/**
 * Programs with a problem, run now under Wick's agents: the server says what it is. The recordings of all programs, with and without
 * their problems, are replayed in packages/analysis.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shippedPatterns } from '../../packages/analysis/src/index.ts'
import { temporaryDirectory } from '../support/wick.ts'
import { startProfiler } from './support/profiled.ts'
import { languages, prepare } from './support/programs.ts'

const programs = [
  'jvm-regex-compile',
  'jvm-string-format',
  'jvm-boxing',
  'python-regex-compile',
  'python-boto3-client',
  'python-traceback',
  'python-json-pure-encoder',
  'node-sync-key-derivation',
  'node-sync-read',
  'node-module-loading',
]

test('what is wrong with a running program is found', { concurrency: 2 }, async (t) => {
  await prepare(new Set(languages))
  const profiler = await startProfiler(await temporaryDirectory(t))
  t.after(() => profiler.wick.stop())
  const names = new Map(shippedPatterns().map(({ id, name }) => [id, name]))
  const runs = programs.map((id) =>
    t.test(id, async () => {
      const found = await profiler.recommendations(id, 'with')
      assert.ok(found.includes(names.get(id)!), `${id} is not among: ${found.join(', ')}`)
    }),
  )
  await Promise.all(runs)
})
