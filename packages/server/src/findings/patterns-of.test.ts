import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PatternRow } from '../storage/findings-store.ts'
import { maxOwnFrames, ownPatterns } from './patterns-of.ts'

const row = (id: string, changes: object = {}): PatternRow => ({
  id,
  document: JSON.stringify({
    ...{ id, name: 'A name', why: 'Why.', resolutionSteps: 'Do.', targetFrames: [['shop.orders:total']] },
    ...{ countersToAggregate: ['RUNNABLE'], thresholdPercent: 1, ...changes },
  }),
})

async function own(ofAll: readonly PatternRow[], ofGroup: readonly PatternRow[] = []): Promise<string[]> {
  const patternsOf = async (groupId: string | null) => (groupId === null ? ofAll : ofGroup)
  const found = await ownPatterns({ patternsOf }, 'group')
  return found.map(({ pattern, origin }) => `${pattern.id} of ${origin}`)
}

test("a group's pattern comes in place of the installation's", async () => {
  assert.deepEqual(await own([row('one'), row('two')], [row('two'), row('three')]), [
    'one of installation',
    'two of group',
    'three of group',
  ])
})

test('what can be used no more is passed over, and keeps no other from being used', async () => {
  const rows = [
    row('too-broad', { targetFrames: [['*']] }),
    { id: 'no-json', document: '{' },
    // One that Wick ships by now.
    row('python-regex-compile'),
    row('good'),
  ]
  assert.deepEqual(await own(rows), ['good of installation'])
})

test('more frames than there is room for are not looked for, whoever put them there', async () => {
  const long = Array.from({ length: 40 }, (_, i) => Array(10).fill(`shop.orders:step${i}`))
  const rows = ['a', 'b', 'c'].map((id) => row(id, { targetFrames: long }))
  assert.equal(maxOwnFrames, 1000)
  assert.deepEqual(await own(rows), ['a of installation', 'b of installation'])
  assert.deepEqual((await own(rows, [row('mine')])).at(-1), 'mine of group')
})
