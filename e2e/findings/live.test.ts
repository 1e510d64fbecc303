/**
 * Programs with a problem, run now under Wick's agents: the server says what it is. The recordings of all programs, with and without
 * their problems, are replayed in packages/analysis.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  const runs = programs.map((id) =>
    t.test(id, async () => {
      let found = await profiler.recommendations(id, 'with')
      // A machine that is busy with other things lets a program run too little to say anything of it.
      for (let tries = 1; (found.samples === 0 || found.needed !== null) && tries < 3; tries++)
        found = await profiler.recommendations(id, 'with')
      assert.ok(found.patterns.includes(id), `${id} is not among: ${JSON.stringify(found)}`)
    }),
  )
  await Promise.all(runs)
})
