/**
 * Programs with a problem, run now under Wick's agents: the server says what it is. The recordings of all programs, with and without
 * their problems, are replayed in packages/analysis.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryDirectory } from '../support/wick.ts'
import { startProfiler } from './support/profiled.ts'
import { languages, prepare } from './support/programs.ts'

/**
 * None whose problem is a short method that the JVM's compiler inlines: stacks are taken at safepoints, and where there is none in it
 * the caller stands for it, in some runs and not in others.
 */
const programs = [
  'jvm-regex-compile',
  'jvm-string-format',
  'jvm-exception-creation',
  'python-regex-compile',
  'python-boto3-client',
  'python-traceback',
  'python-json-pure-encoder',
  'node-sync-key-derivation',
  'node-sync-read',
  'node-module-loading',
]

/** A machine that is busy with other things lets a program run too little to say anything of it: then it runs longer. */
const seconds = [5, 10, 20, 40]

test('what is wrong with a running program is found', { concurrency: 2 }, async (t) => {
  await prepare(new Set(languages))
  const profiler = await startProfiler(await temporaryDirectory(t))
  t.after(() => profiler.wick.stop())
  const runs = programs.map((id) =>
    t.test(id, async () => {
      let found = await profiler.recommendations(id, 'with', seconds[0]!)
      for (const longer of seconds.slice(1)) {
        if (found.samples > 0 && found.needed === null) break
        found = await profiler.recommendations(id, 'with', longer)
      }
      assert.ok(found.patterns.includes(id), `${id} is not among: ${JSON.stringify(found)}`)
    }),
  )
  await Promise.all(runs)
})
