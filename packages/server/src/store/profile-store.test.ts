import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { naiveFromJson } from '@wick/profile/testing'
import {
  answered,
  body,
  forgetWindows,
  group,
  minute,
  noon,
  otherGroup,
  type Sent,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'
import { windowOf } from './window.ts'

const windowLength = 5 * minute
const hour = 60 * minute
const simple = (count: number, end = noon + minute): Uint8Array =>
  body({ children: { main: { children: { hot: { counts: { RUNNABLE: count } } } } } }, end)
const everything = [0, Number.MAX_SAFE_INTEGER] as const

test('a stored profile is in the next answer', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = simple(3)
  assert.deepEqual(await send(open, bench.now, { body: sent }), { kind: 'stored' })
  assert.deepEqual(await answered(open, noon, noon + windowLength), sumsOf([sent]))
})

test('the bounds of an answer are the first and last instants of windows with data', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: simple(1, noon - 7 * minute) })
  await send(open, bench.now, { body: simple(1, noon + minute) })
  const query = {
    groupId: group.id,
    from: noon - 60 * minute,
    to: noon + 60 * minute,
    maxDepth: null,
    encoding: 'json',
  } as const
  const { start, end } = (await open.store.profile(query))!
  assert.deepEqual([start, end], [noon - 10 * minute, noon + 5 * minute])
})

test('times with data are those that overlap what is asked for, in whatever resolution they are kept', async () => {
  const bench = storeBench()
  const open = await bench.open()
  for (const back of [130, 70, 55, 30, 10])
    await send(open, bench.now, { body: body({ counts: { R: 1 } }, noon - back * minute) })
  bench.now = noon + 2 * hour
  await open.store.seal()
  await forgetWindows(bench, noon - hour)
  const asked = async (from: number, to: number) =>
    Array.from(
      await open.store.windows({ groupId: group.id, from: noon - from * minute, to: noon - to * minute }),
      (start) => (noon - start) / minute,
    )
  assert.deepEqual(await asked(180, 0), [180, 120, 60, 35, 15])
  assert.deepEqual(await asked(130, 30), [180, 120, 60, 35])
  assert.deepEqual(await asked(100, 56), [120, 60])
  assert.deepEqual(await asked(120, 60), [120])
  await open.store.close()
})

test('a path that is known from another time only is unknown, whatever was asked before', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: body({ children: { old: { counts: { R: 1 } } } }, noon - 3 * hour) })
  await send(open, bench.now, { body: body({ children: { main: { counts: { R: 1 } } } }, noon) })
  const tree = async (from: number, focus: string[]) => {
    const sides = [{ from, to: noon + hour }]
    return (await open.store.tree({ groupId: group.id, sides, maxNodes: 9, focus, encoding: 'json' })).kind
  }
  for (const round of [1, 2]) {
    assert.equal(await tree(noon - hour, ['old']), 'unknown-path', `round ${round}`)
    assert.equal(await tree(noon - hour, ['main']), 'tree')
    assert.equal(await tree(noon - 5 * hour, ['old']), 'tree')
  }
  await open.store.close()
})

test('a profile that ends exactly on a border belongs to the window before', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: simple(1, noon) })
  await send(open, bench.now, { body: simple(1, noon + 1) })
  assert.deepEqual(
    [...(await open.store.windows({ groupId: group.id, from: 0, to: noon * 2 }))],
    [noon - windowLength, noon],
  )
})

test('an end 24 hours old or 10 minutes ahead is accepted, a millisecond beyond is refused', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const at = async (end: number) => (await send(open, bench.now, { body: simple(1, end) })).kind
  const oldest = bench.now - 24 * 60 * minute
  assert.equal(await at(oldest), 'stored')
  assert.equal(await at(oldest - 1), 'refused')
  assert.equal(await at(bench.now + 10 * minute), 'stored')
  assert.equal(await at(bench.now + 10 * minute + 1), 'refused')
})

test('a body that cannot be decoded is refused with the reason, and nothing of it is kept', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const outcome = await send(open, bench.now, { body: simple(1).subarray(0, -5), token: 't' })
  assert.equal(outcome.kind, 'refused')
  assert.match((outcome as { message: string }).message, /malformed/)
  assert.deepEqual([...(await open.store.windows({ groupId: group.id, from: 0, to: noon * 2 }))], [])
  assert.deepEqual(
    await send(open, bench.now, { body: simple(1), token: 't' }),
    { kind: 'stored' },
    'its token is free again',
  )
})

test('a token counts once, at the same time and after a restart; with another body it is refused', async () => {
  const bench = storeBench()
  const first = await bench.open()
  const sent = { body: simple(2), token: 'once' }
  const kinds = (await Promise.all([1, 2, 3].map(() => send(first, bench.now, sent)))).map(({ kind }) => kind)
  assert.deepEqual(kinds.sort(), ['repeated', 'repeated', 'stored'])
  assert.equal((await send(first, bench.now, { ...sent, body: simple(9) })).kind, 'refused')
  await first.store.close()

  bench.now += 23 * 60 * minute
  const second = await bench.open()
  assert.equal((await send(second, bench.now, sent)).kind, 'repeated')
  assert.equal((await send(second, bench.now, { ...sent, body: simple(9, bench.now) })).kind, 'refused')
  assert.deepEqual(await answered(second, ...everything), sumsOf([sent.body]))
})

test('tokens are scoped to their group, and a post without one is never a repetition', async () => {
  const bench = storeBench()
  const open = await bench.open()
  assert.equal((await send(open, bench.now, { body: simple(1), token: 'a' })).kind, 'stored')
  assert.equal(
    (await send(open, bench.now, { body: simple(1), token: 'a', groupId: otherGroup.id })).kind,
    'stored',
  )
  for (const _ of [1, 2]) assert.equal((await send(open, bench.now, { body: simple(5) })).kind, 'stored')
  assert.deepEqual(await answered(open, ...everything), sumsOf([simple(1), simple(5), simple(5)]))
})

test('a window shows the latest file and the union of the lines seen in it, and of no other window', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const seen = (file: string, line: number[], end: number) =>
    body({ children: { f: { counts: { A: 1 }, file, line } } }, end)
  await send(open, bench.now, { body: seen('old.py', [10], noon - minute) })
  await send(open, bench.now, { body: seen('a.py', [20, 25], noon + 1) })
  await send(open, bench.now, { body: seen('b.py', [3], noon + 2) })
  await send(open, bench.now, { body: seen('old.py', [10], noon - minute) })
  const { body: json } = (await open.store.profile({
    groupId: group.id,
    from: noon,
    to: noon + windowLength,
    maxDepth: null,
    encoding: 'json',
  }))!
  const node = naiveFromJson(json).get('["f"]')!
  assert.deepEqual([node.file, node.lines], ['b.py', [3, 25]])
})

test('random posts over hosts, windows, segments, repeats and restarts add up to the naive reference', async () => {
  const random = seeded(11)
  for (let round = 0; round < 12; round++) {
    const bench = storeBench()
    let open = await bench.open({ maxSegmentBytes: 2000 })
    const kept: { sent: Sent; window: number }[] = []
    for (let i = 0; i < 60; i++) {
      if (random() < 0.05) {
        await open.store.close()
        open = await bench.open({ maxSegmentBytes: 2000 })
      }
      const end = bench.now - Math.floor(random() * 40 * minute)
      const groupId = random() < 0.8 ? group.id : otherGroup.id
      const sent = { body: randomBody(random, end), token: random() < 0.5 ? `t${i}` : null, groupId }
      assert.equal((await send(open, bench.now, sent)).kind, 'stored')
      if (sent.token !== null && random() < 0.5)
        assert.equal((await send(open, bench.now, sent)).kind, 'repeated')
      kept.push({ sent, window: windowOf(end) })
    }
    for (const groupId of [group.id, otherGroup.id]) {
      for (const [from, to] of [
        everything,
        [noon - 20 * minute, noon - 5 * minute],
        [noon - 5 * minute, noon],
      ] as const) {
        const expected = kept.filter(
          ({ sent, window }) => sent.groupId === groupId && window >= from && window < to,
        )
        assert.deepEqual(
          await answered(open, from, to, groupId),
          sumsOf(expected.map(({ sent }) => sent.body)),
        )
      }
    }
    await open.store.close()
  }
})

test('recorded agent bodies come back with the counts they had', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const bodies = ['small-first-report', 'medium', 'large', 'deep-1000-truncated'].map(
    (name) =>
      new Uint8Array(
        readFileSync(new URL(`../../../../fixtures/agent-bodies/${name}.body.json`, import.meta.url)),
      ),
  )
  for (const bytes of bodies) {
    const { end } = JSON.parse(Buffer.from(bytes).toString())
    assert.equal((await send(open, end, { body: bytes })).kind, 'stored')
  }
  assert.deepEqual(await answered(open, ...everything), sumsOf(bodies))
})

test('removing a group removes its data and leaves the others', async () => {
  const bench = storeBench()
  const open = await bench.open({ maxSegmentBytes: 300 })
  for (const groupId of [group.id, otherGroup.id, group.id, group.id])
    await send(open, bench.now, { body: simple(1), groupId })
  await open.store.removeGroup(group.id)
  assert.equal((await send(open, bench.now, { body: simple(1) })).kind, 'unknown-group')
  assert.deepEqual(await answered(open, ...everything), new Map())
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf([simple(1)]))
  await open.store.close()
  const again = await bench.open({ groups: [otherGroup] })
  assert.deepEqual(await answered(again, ...everything, otherGroup.id), sumsOf([simple(1)]))
})

test('a group is removed while others write to its segments: nothing of theirs is lost', async () => {
  for (let delay = 0; delay < 40; delay++) {
    const bench = storeBench()
    // Full with its first record: each post retires the segment that the one before may still be writing.
    const open = await bench.open({ maxSegmentBytes: 50 })
    const sent = [1, 2, 3, 4].map((count) => ({ body: simple(count), groupId: otherGroup.id }))
    const underway = [send(open, bench.now, { body: simple(1) })]
    for (const post of sent) {
      for (let step = 0; step < delay % 8; step++) await null
      underway.push(send(open, bench.now, post))
    }
    for (let step = 0; step < delay; step++) await null
    await open.store.removeGroup(group.id)
    await Promise.all(underway)
    bench.disk.cutPower('drop', () => 0)
    const again = await bench.open()
    assert.deepEqual(
      await answered(again, ...everything, otherGroup.id),
      sumsOf(sent.map(({ body: bytes }) => bytes)),
      `after ${delay} steps`,
    )
  }
})

test('removing the only group of a segment that failed keeps nobody from being stored', async () => {
  const bench = storeBench()
  const open = await bench.open({ failures: new Map([[7, 'short-write']]) })
  assert.equal((await send(open, bench.now, { body: simple(1) })).kind, 'stored')
  assert.equal((await send(open, bench.now, { body: simple(2) })).kind, 'unavailable')
  await open.store.removeGroup(group.id)
  const sent = { body: simple(3), groupId: otherGroup.id }
  assert.equal((await send(open, bench.now, sent)).kind, 'stored')
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf([sent.body]))
})

test('what is on disk shows no frame name and no metadata', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, {
    body: body({ children: { SecretFrameName: { counts: { A: 1 } } } }, noon + 1),
  })
  await open.store.close()
  const disk = Buffer.concat(bench.disk.files.map((file) => bench.disk.contents(file))).toString('latin1')
  assert.ok(!disk.includes('SecretFrameName') && !disk.includes('agentInfo'))
})

/** A small random tree with names that repeat between bodies. */
function randomBody(random: () => number, end: number): Uint8Array {
  const names = ['main', 'run', 'parse', '__proto__', 'x\u0000y', 'ü', '\ud800', 'lock', 'read', 'write']
  const states = ['RUNNABLE', 'WAITING', 'BLOCKED']
  type Node = { counts?: Record<string, number>; line?: number[]; children?: Record<string, Node> }
  const grow = (depth: number): Node => {
    const node: Node = {}
    if (random() < 0.6) node.counts = { [states[Math.floor(random() * 3)]!]: 1 + Math.floor(random() * 1000) }
    if (random() < 0.5) node.line = [Math.floor(random() * 100)]
    if (depth < 5 && random() < 0.8) {
      const children = Array.from(
        { length: 1 + Math.floor(random() * 3) },
        () => [names[Math.floor(random() * names.length)]!, grow(depth + 1)] as const,
      )
      node.children = Object.fromEntries(children)
    }
    return node
  }
  return body(grow(0), end)
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test("a group's profiles do not make up thread states without end", async () => {
  const bench = storeBench()
  const open = await bench.open()
  const states = (from: number, to: number): Uint8Array => {
    const counts = Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`state ${from + i}`, 1]))
    return body({ children: { main: { counts } } }, noon + minute)
  }
  const sent: Uint8Array[] = []
  for (let from = 0; from < 256; from += 64) {
    sent.push(states(from, from + 64))
    assert.deepEqual(await send(open, bench.now, { body: sent.at(-1)! }), { kind: 'stored' })
  }
  // One is new.
  const refused = await send(open, bench.now, { body: states(193, 257), token: 'more' })
  assert.ok(refused.kind === 'refused')
  assert.match(refused.message, /more than 256 distinct counters in a day/)
  // Nor in other windows of the day, which one roll-up is the sum of.
  const later = { counts: { 'state 300': 1 } }
  assert.equal((await send(open, bench.now, { body: body(later, noon + 6 * minute) })).kind, 'refused')
  // Neither those that are known nor other groups are affected, nor what comes behind the refused one.
  sent.push(states(192, 256))
  assert.deepEqual(await send(open, bench.now, { body: sent.at(-1)!, token: 'more' }), { kind: 'stored' })
  assert.deepEqual(await send(open, bench.now, { groupId: otherGroup.id, body: states(256, 300) }), {
    kind: 'stored',
  })
  await open.store.close()
  const reopened = await bench.open()
  assert.deepEqual(await answered(reopened, noon, noon + windowLength), sumsOf(sent))
  assert.deepEqual(reopened.damage, [])
  await reopened.store.close()
})
