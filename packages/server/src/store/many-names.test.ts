/** A million distinct names in one day, as a program makes that puts ids into them: all of it kept, none of it for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TreeQuery } from '../storage/ports.ts'
import { restName } from './epoch-map.ts'
import {
  body,
  group,
  type JsonNode,
  minute,
  noon,
  type OpenStore,
  send,
  storeBench,
} from './testing/store-bench.ts'

const windowLength = 5 * minute
const day = 24 * 60 * minute
const profiles = 20
const namesOfEach = 50_000

test('threat 3: a million names of one day are counted exactly where its dictionary has room, and the next day begins without them', async () => {
  const bench = storeBench()
  const open = await bench.open({ mostDayBytes: 128 * 2 ** 20, mostAnswerBytes: 128 * 2 ** 20 })
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

test('names that never end fill the dictionary of a day to its bound: what is new then is the rest of its caller, and every sum stays right', async () => {
  const bench = storeBench()
  const open = await bench.open({ mostDayBytes: 400_000 })
  const perProfile = 2000
  const sizes: number[] = []
  let sent = 0
  for (let window = 0; window < 12; window++) {
    bench.now = noon + window * windowLength + minute
    const names = Array.from({ length: perProfile }, (_, n): [string, JsonNode] => [
      `request ${window}/${n}`,
      { file: `r${window}`, line: [n], counts: { R: 1 }, children: { parse: { counts: { R: 2, W: 1 } } } },
    ])
    const handle = { file: 'app', line: [7], counts: { R: 5 }, children: Object.fromEntries(names) }
    const post = { body: body({ children: { main: { children: { handle } } } }, bench.now) }
    assert.equal((await send(open, bench.now, post)).kind, 'stored')
    sent++
    bench.now += windowLength
    await open.store.seal()
    const parts = await bench.manifest.dictionaryParts(group.id, noon - day / 2)
    sizes.push(parts.reduce((sum, { key }) => sum + bench.disk.contents(`blocks/${key}`).length, 0))
  }
  assert.ok(sizes.at(-1)! - sizes[5]! < 1000, `${sizes}`)
  const range = { from: noon - day / 2, to: noon + day / 2 }
  const nothing = { instances: [], hostTypes: [], agents: [], labels: {}, counters: [] }
  for (const filter of [nothing, { ...nothing, agents: ['test'] }]) {
    // Of the windows' profiles as well as of their sums.
    const found = await pathsOf(open, { ...range, filter })
    const total = (path: string, counter: string): number =>
      [...found].reduce(
        (sum, [at, counts]) => sum + (at === path || at.startsWith(`${path};`) ? (counts[counter] ?? 0) : 0),
        0,
      )
    assert.equal(total('main;handle', 'R'), sent * (5 + 3 * perProfile))
    assert.equal(total('main;handle', 'W'), sent * perProfile)
    assert.equal(found.get('main;handle')!.R, sent * 5)
    assert.deepEqual(found.get('main;handle;request 0/7;parse'), { R: 2, W: 1 })
    assert.equal(found.has('main;handle;request 11/7'), false)
    const rest = found.get(`main;handle;${restName}`)!
    assert.ok(rest.R! >= 3 * perProfile * 6 && rest.W! >= perProfile * 6, JSON.stringify(rest))
  }
  assert.deepEqual([open.notices.length, open.damage], [1, []])
  assert.match(open.notices[0]!, /more call paths in a day than are told apart/)
  await open.store.close()
})

/** Self samples by call path, frames joined by semicolons. */
async function pathsOf(
  { store }: OpenStore,
  side: TreeQuery['sides'][number],
): Promise<ReadonlyMap<string, Record<string, number>>> {
  const asked = {
    groupId: group.id,
    sides: [side],
    maxNodes: 1_000_000,
    focus: [],
    encoding: 'json',
  } as const
  const tree = await store.tree(asked)
  assert.equal(tree.kind, 'tree')
  const { names, parent, frame, columns } = JSON.parse(
    Buffer.from((tree as { body: Uint8Array }).body).toString(),
  )
  const paths: string[] = []
  const found = new Map<string, Record<string, number>>()
  for (let node = 0; node < parent.length; node++) {
    const above = paths[parent[node]]
    paths.push(node === 0 ? '' : above === '' ? names[frame[node]] : `${above};${names[frame[node]]}`)
    const counts = columns.flatMap(({ counter, self }: { counter: string; self: number[] }) =>
      self[node]! > 0 ? [[counter, self[node]]] : [],
    )
    found.set(paths[node]!, Object.fromEntries(counts))
  }
  return found
}
