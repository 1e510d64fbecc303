/** A million distinct names in one day, as a program makes that puts ids into them: all of it kept, none of it for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { body, group, minute, noon, send, storeBench } from './testing/store-bench.ts'

const windowLength = 5 * minute
const day = 24 * 60 * minute
const profiles = 20
const namesOfEach = 50_000

test('threat 3: a million names of one day are counted exactly, and the next day begins without them', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (let i = 0; i < profiles; i++) {
    bench.now = noon + Math.floor(i / 4) * windowLength + minute
    const names = Array.from(
      { length: namesOfEach },
      (_, n) => [`request ${i}/${n}`, { counts: { R: 1 } }] as const,
    )
    const post = { body: body({ children: { main: { children: Object.fromEntries(names) } } }, bench.now) }
    let outcome = await send(open, bench.now, post)
    // Full dictionaries are an honest answer: the next segment has room.
    if (outcome.kind === 'unavailable') {
      bench.now += windowLength
      await open.store.maintain()
      outcome = await send(open, bench.now, post)
    }
    assert.equal(outcome.kind, 'stored', `profile ${i}`)
  }
  const total = profiles * namesOfEach
  for (const state of ['in segments', 'sealed and rolled up']) {
    const asked = { groupId: group.id, from: noon - day / 2, to: noon + day / 2 }
    const found = await open.store.search({ ...asked, text: 'request', orderBy: 'total', maxResults: 1 })
    assert.deepEqual([found!.samples, found!.matched, found!.frames], [total, total, total], state)
    const { groupId, ...side } = asked
    const tree = await open.store.tree({ groupId, sides: [side], maxNodes: 100, focus: [], encoding: 'json' })
    assert.equal(tree.kind, 'tree')
    const { parent, hidden, columns } = JSON.parse(
      Buffer.from((tree as { body: Uint8Array }).body).toString(),
    )
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
    assert.equal(sum(columns[0].self) + sum(columns[0].rest), total, state)
    assert.equal(parent.length + sum(hidden), total + 2, `${state}: the root, main and the names`)
    bench.now = noon + day
    await open.store.seal()
  }
  const end = bench.now + minute
  await send(open, end, { body: body({ children: { main: { counts: { R: 1 } } } }, end) })
  bench.now += 10 * minute
  await open.store.seal()
  const parts = await bench.manifest.dictionaryParts(group.id, noon + day / 2)
  assert.deepEqual(
    parts.map(({ key }) => bench.disk.contents(`blocks/${key}`).length < 1000),
    [true],
  )
  assert.deepEqual(open.damage, [])
})
