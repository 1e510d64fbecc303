/** Programs with a problem, run now under Wick's agents: the server says what it is. The recordings of all are replayed elsewhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PatternSet, shippedPatterns } from '../../packages/analysis/src/index.ts'
import { ProfileDecoder } from '../../packages/profile/src/index.ts'
import { temporaryDirectory } from '../support/wick.ts'
import { startProfiler } from './support/profiled.ts'
import { languages, prepare } from './support/programs.ts'

const programs = ['jvm-regex-compile', 'python-regex-compile', 'node-sync-key-derivation']

test('what is wrong with a running program is found', { concurrency: 2 }, async (t) => {
  await prepare(new Set(languages))
  const profiler = await startProfiler(await temporaryDirectory(t))
  t.after(() => profiler.wick.stop())
  const set = new PatternSet(shippedPatterns())
  const runs = programs.map((id) =>
    t.test(id, async () => {
      const profile = await profiler.profile(id, 'with')
      const { tree } = new ProfileDecoder().decode(new TextEncoder().encode(JSON.stringify(profile)))
      const found = set.find(tree).recommendations.map(({ pattern }) => pattern.id)
      assert.ok(found.includes(id), `${id} is not among ${found}`)
    }),
  )
  await Promise.all(runs)
})
