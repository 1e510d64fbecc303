import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import {
  answered,
  body,
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  segmentsOn,
  send,
  storeBench,
  sumsOf,
} from './testing/store-bench.ts'

const windowLength = 5 * minute
const hour = 60 * minute
const day = 24 * hour
const everything = [0, Number.MAX_SAFE_INTEGER] as const

const simple = (count: number, end: number, frame = 'hot'): Uint8Array =>
  body(
    {
      children: {
        main: {
          file: 'app.py',
          line: [1, 9],
          children: { [frame]: { file: `${frame}.py`, line: [count], counts: { RUNNABLE: count } } },
        },
      },
    },
    end,
  )

test('sealing a window changes no answer, and takes the place of its segment', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = [simple(3, noon + minute), simple(4, noon + 2 * minute, 'cold'), simple(5, noon + 3 * minute)]
  for (const one of sent) await send(open, bench.now, { body: one })
  const before = await open.store.profile({
    groupId: group.id,
    from: noon,
    to: noon + windowLength,
    maxDepth: null,
    encoding: 'json',
  })
  bench.now = noon + 6 * minute
  await open.store.seal()
  const after = await open.store.profile({
    groupId: group.id,
    from: noon,
    to: noon + windowLength,
    maxDepth: null,
    encoding: 'json',
  })
  assert.equal(Buffer.from(after!.body).toString(), Buffer.from(before!.body).toString())
  assert.deepEqual(segmentsOn(bench), [])
  assert.deepEqual(await answered(open, ...everything), sumsOf(sent))
  assert.deepEqual([...(await open.store.windows({ groupId: group.id, from: 0, to: noon * 2 }))], [noon])
})

test('a window of which more is said than may be held at a time is sealed as several blocks, with the same answers', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const range = { groupId: group.id, from: noon, to: noon + windowLength }
  const mebibyte = 2 ** 20
  // Takes a few hundred bytes in a segment, and a limit of bodies in memory.
  const remark = 'x'.repeat(4 * mebibyte - 1024)
  const sent = Array.from({ length: 18 }, (_, i) => {
    const said = JSON.parse(Buffer.from(simple(1 + i, noon + 1 + i, `f${i % 4}`)).toString())
    return Buffer.from(JSON.stringify({ ...said, remark }))
  })
  for (const one of sent) assert.equal((await send(open, bench.now, { body: one })).kind, 'stored')
  const asked = { ...range, maxDepth: null, encoding: 'json' } as const
  const before = await open.store.profile(asked)
  bench.now = noon + 6 * minute
  await open.store.seal()
  const windows = (await bench.manifest.blocks(range)).filter(({ level }) => level === 'PT5M')
  assert.deepEqual(
    windows.map(({ profiles }) => profiles),
    [9, 9],
  )
  assert.equal(
    Buffer.from((await open.store.profile(asked))!.body).toString(),
    Buffer.from(before!.body).toString(),
  )
  assert.deepEqual(await answered(open, ...everything), sumsOf(sent))
  await open.store.close()
})

test('a window that is not over is not sealed, and a maintained store waits for what is on its way', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: simple(1, noon + minute) })
  await open.store.seal()
  assert.equal(segmentsOn(bench).length, 1)
  bench.now = noon + 5 * minute + 10_000
  await open.store.maintain()
  assert.equal(segmentsOn(bench).length, 1)
  bench.now = noon + 5 * minute + 30_000
  await open.store.maintain()
  assert.equal(segmentsOn(bench).length, 0)
})

test('a late profile reaches its window, and the roll-ups of its hour and day', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const first = simple(1, noon + minute)
  await send(open, bench.now, { body: first })
  bench.now = noon + 2 * hour
  await open.store.seal()
  const late = simple(2, noon + 2 * minute, 'late')
  await send(open, bench.now, { body: late })
  assert.deepEqual(await answered(open, noon, noon + hour), sumsOf([first, late]), 'before it is sealed')
  await open.store.maintain()
  assert.equal(segmentsOn(bench).length, 1, 'latecomers are gathered for a while')
  await open.store.seal()
  assert.deepEqual(segmentsOn(bench), [])
  for (const [from, to] of [
    [noon, noon + windowLength],
    [noon, noon + hour],
    [noon - 12 * hour, noon + 12 * hour],
  ] as const)
    assert.deepEqual(await answered(open, from, to), sumsOf([first, late]))
})

test('days of different names are kept apart and added up', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent: Uint8Array[] = []
  for (let at = 0; at < 3; at++) {
    const end = noon + at * day + minute
    bench.now = end + minute
    const one = simple(at + 1, end, `only-day-${at}`)
    sent.push(one)
    await send(open, bench.now, { body: one })
    bench.now = end + 2 * hour
    await open.store.seal()
  }
  assert.deepEqual(await answered(open, noon, noon + 3 * day), sumsOf(sent))
  assert.deepEqual(await answered(open, noon + day, noon + day + hour), sumsOf([sent[1]!]))
})

test('a token is remembered when its segment is gone, also after a restart', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = { body: simple(2, noon + minute), token: 'once' }
  await send(open, bench.now, sent)
  bench.now = noon + 10 * minute
  await open.store.seal()
  assert.deepEqual(await send(open, bench.now, sent), { kind: 'repeated' })
  await open.store.close()
  const again = await bench.open()
  assert.deepEqual(await send(again, bench.now, sent), { kind: 'repeated' })
  bench.now = noon + 23 * hour
  await again.store.maintain()
  assert.deepEqual(await send(again, bench.now, sent), { kind: 'repeated' })
})

test('the status survives sealing and a restart', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: simple(1, noon + minute) })
  const status = await open.store.status(group.id)
  bench.now = noon + 10 * minute
  await open.store.seal()
  assert.deepEqual(await open.store.status(group.id), status)
  await open.store.close()
  assert.deepEqual(await (await bench.open()).store.status(group.id), status)
})

test('removing a group removes its blobs and leaves those of others', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const kept = simple(2, noon + minute)
  await send(open, bench.now, { body: simple(1, noon + minute) })
  await send(open, bench.now, { body: kept, groupId: otherGroup.id })
  bench.now = noon + 2 * hour
  await open.store.seal()
  await bench.deleteGroup(group.id)
  await open.store.removeGroup(group.id)
  assert.ok(!bench.disk.files.some((file) => file.includes(group.id)))
  assert.deepEqual(await answered(open, ...everything, otherGroup.id), sumsOf([kept]))
})

test('what is on disk after sealing shows no frame name and no metadata', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: simple(1, noon + minute, 'veryPrivateFunctionName') })
  bench.now = noon + 2 * hour
  await open.store.seal()
  for (const file of bench.disk.files)
    assert.ok(!Buffer.from(bench.disk.contents(file)).includes('veryPrivateFunctionName'), file)
})

const scriptEnds = [noon + minute, noon + 2 * minute, noon + 6 * minute, noon - 3 * minute]

/** Posts, sealings, a late post; each post has a frame of its own. @returns the bodies that were acknowledged */
async function script(open: OpenStore, bench: ReturnType<typeof storeBench>): Promise<Uint8Array[]> {
  const stored: Uint8Array[] = []
  const post = async (i: number, end: number): Promise<void> => {
    const one = { body: simple(i + 1, end, `frame${i}`), token: `token-${i}` }
    if ((await send(open, bench.now, one)).kind === 'stored') stored.push(one.body)
  }
  for (const [i, end] of scriptEnds.entries()) {
    bench.now = noon + 8 * minute
    await post(i, end)
  }
  for (const at of [noon + 20 * minute, noon + 2 * hour]) {
    bench.now = at
    await open.store.seal().catch(() => {})
    await post(stored.length + 10, noon + 3 * minute)
  }
  return stored
}

for (const fate of ['keep', 'drop', 'scramble'] as const) {
  test(`a power cut at any operation of a sealing loses and doubles nothing, what was not synced ${fate}`, async () => {
    for (let cutAfter = 1; ; cutAfter++) {
      const bench = storeBench()
      const first = await bench.open({ cutAfter }).catch(() => null)
      if (first === null) continue
      const stored = await script(first, bench)
      const isComplete = first.fatal.length === 0 && stored.length === scriptEnds.length + 2
      bench.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      const second = await bench.open()
      const sums = await answered(second, ...everything)
      const expected = sumsOf(stored)
      for (const [path, count] of expected) {
        if (path.includes('frame')) assert.equal(sums.get(path), count, `${path} after operation ${cutAfter}`)
      }
      bench.now += hour
      await second.store.seal()
      assert.deepEqual(
        await answered(second, ...everything),
        sums,
        `sealed later, after operation ${cutAfter}`,
      )
      assert.deepEqual(segmentsOn(bench), [])
      if (isComplete) break
      assert.ok(cutAfter < 500)
    }
  })
}

for (const failure of ['ENOSPC', 'EIO'] as const) {
  test(`a sealing of which any operation fails with ${failure} changes no answer, and is made good or ends the store`, async () => {
    const bench = storeBench()
    const open = await bench.open()
    const sent = [simple(1, noon + minute), simple(2, noon + 2 * minute, 'cold')]
    for (const one of sent) await send(open, bench.now, { body: one })
    await open.store.close()
    bench.now = noon + 2 * hour
    for (let operation = 1; ; operation++) {
      const copy = bench.copy()
      const second = await copy.open({ failures: new Map([[operation, failure]]) })
      const isSealed = await second.store.seal().then(
        () => true,
        () => false,
      )
      assert.deepEqual(await answered(second, ...everything), sumsOf(sent), `operation ${operation}`)
      const isSyncLost = second.fatal.length > 0
      if (isSyncLost) assert.equal((await second.store.health()).isWritable, false)
      else {
        await second.store.seal()
        assert.deepEqual(
          await answered(second, ...everything),
          sumsOf(sent),
          `operation ${operation}, made good`,
        )
      }
      await second.store.close()
      assert.deepEqual(
        await answered(await copy.open(), ...everything),
        sumsOf(sent),
        `operation ${operation}, after a restart`,
      )
      if (isSealed && operation > 20) break
      assert.ok(operation < 500)
    }
  })
}

test('a damaged block is reported and left out, the rest is served', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const [damaged, sound] = [simple(1, noon + minute), simple(2, noon + 6 * minute, 'cold')]
  await send(open, bench.now, { body: damaged })
  bench.now = noon + 7 * minute
  await send(open, bench.now, { body: sound })
  bench.now = noon + 20 * minute
  await open.store.seal()
  const file = bench.disk.files.find((name) => name.includes(`${group.id}/${noon}-`))!
  const bytes = Uint8Array.from(bench.disk.contents(file))
  bytes[bytes.length >> 1]! ^= 1
  for (let at = 60; at < bytes.length; at++) bytes[at]! ^= 1
  bench.disk.replace(file, bytes)
  assert.deepEqual(await answered(open, ...everything), sumsOf([sound]))
  await answered(open, ...everything)
  assert.equal(open.damage.length, 1, 'once')
  assert.match(open.damage[0]!.lost, /1 profiles/)
})

test('random posts, late ones too, with sealings and restarts in between, add up to the naive reference', async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record(
        {
          kind: fc.constant('post' as const),
          back: fc.nat(300),
          paths: fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }),
          other: fc.boolean(),
        },
        { noNullPrototype: true },
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 400 }) },
        { noNullPrototype: true },
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        { kind: fc.constantFrom('seal' as const, 'maintain' as const, 'restart' as const) },
        { noNullPrototype: true },
      ),
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const bench = storeBench()
      let open = await bench.open()
      const sent = new Map<string, { end: number; bytes: Uint8Array }[]>([
        [group.id, []],
        [otherGroup.id, []],
      ])
      for (const one of steps) {
        if (one.kind === 'wait') bench.now += one.minutes * minute
        else if (one.kind === 'post') {
          const end = bench.now - one.back * 4 * minute
          const children = Object.fromEntries(
            one.paths.map((path) => [
              `p${path % 7}`,
              {
                file: `f${path % 3}.py`,
                line: [path + 1],
                children: { [`q${path}`]: { counts: { RUNNABLE: path + 1, WAITING: path % 2 } } },
              },
            ]),
          )
          const bytes = body({ children }, end)
          const groupId = one.other ? otherGroup.id : group.id
          assert.equal((await send(open, bench.now, { body: bytes, groupId })).kind, 'stored')
          sent.get(groupId)!.push({ end, bytes })
        } else if (one.kind === 'restart') {
          await open.store.close()
          open = await bench.open()
        } else await open.store[one.kind]()
      }
      for (const [groupId, posts] of sent) {
        assert.deepEqual(
          await answered(open, ...everything, groupId),
          sumsOf(posts.map(({ bytes }) => bytes)),
        )
        for (const length of [windowLength, hour, day]) {
          const from = Math.floor((bench.now - 3 * hour) / length) * length
          const inside = posts.filter(({ end }) => end - 1 >= from && end - 1 < from + length)
          assert.deepEqual(
            await answered(open, from, from + length, groupId),
            sumsOf(inside.map(({ bytes }) => bytes)),
          )
        }
      }
      assert.deepEqual(open.damage, [])
    }),
    { numRuns: 60 },
  )
})

test('files that a cut-off sealing left are swept away, and none that counts', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = simple(1, noon + minute)
  await send(open, bench.now, { body: sent, token: 'a' })
  bench.now = noon + 2 * hour
  await open.store.seal()
  const named = bench.disk.files
  await open.store.close()
  for (const left of [`blocks/${group.id}/left`, 'blocks/tokens/left', 'blocks/of-nobody/left'])
    bench.disk.replace(left, Uint8Array.of(1))
  const again = await bench.open()
  await again.store.maintain()
  assert.deepEqual(bench.disk.files, named)
  assert.deepEqual(await answered(again, ...everything), sumsOf([sent]))
})

test('the parts of a day that was sealed many times become one, and nothing changes', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent: Uint8Array[] = []
  for (let i = 0; i < 40; i++) {
    bench.now = noon + i * windowLength + minute
    const one = simple(i + 1, bench.now, `frame${i}`)
    sent.push(one)
    await send(open, bench.now, { body: one })
    bench.now += windowLength
    await open.store.seal()
  }
  const parts = await bench.manifest.dictionaryParts(group.id, noon - 12 * hour)
  assert.ok(parts.length < 16, `${parts.length} parts`)
  assert.deepEqual(await answered(open, ...everything), sumsOf(sent))
  await open.store.close()
  const again = await bench.open()
  assert.deepEqual(await answered(again, ...everything), sumsOf(sent))
  assert.deepEqual(again.damage, [])
})

test('an answer and a sealing that need the same dictionary at once do not get in each other’s way', async () => {
  const bench = storeBench()
  const first = await bench.open()
  const sent = [simple(3, noon + minute)]
  await send(first, bench.now, { body: sent[0]! })
  bench.now = noon + 10 * minute
  await first.store.seal()
  await first.store.close()
  // The dictionary is read slowly, and by both.
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: { ...blobs, get: (...args) => wait(5).then(() => blobs.get(...args)) },
    }),
  })
  for (const [i, frame] of ['fresh', 'later'].entries()) {
    const end = bench.now + minute
    sent.push(simple(i + 5, end, frame))
    await send(open, bench.now, { body: sent.at(-1)! })
    bench.now += 10 * minute
    const sealing = open.store.seal()
    const answers = Array.from({ length: 8 }, (_, at) =>
      wait(at * 3).then(() => answered(open, ...everything)),
    )
    await sealing
    for (const sums of await Promise.all(answers)) assert.deepEqual(sums, sumsOf(sent))
  }
  assert.deepEqual(await answered(open, ...everything), sumsOf(sent))
  assert.deepEqual(open.damage, [])
})

/** A sealed hour of two windows; @returns the key of the earlier window's block */
async function sealedHour(
  bench: ReturnType<typeof storeBench>,
  sent: readonly Uint8Array[],
): Promise<string> {
  const open = await bench.open()
  bench.now = noon + 7 * minute
  for (const one of sent) await send(open, bench.now, { body: one })
  bench.now = noon + 20 * minute
  await open.store.seal()
  await open.store.close()
  const [block] = await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + windowLength })
  return `blocks/${block!.key}`
}

/** Other bytes from the sections on. */
function garbled(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (at < 100 ? byte : byte ^ 1))
}

test('no roll-up is made over damage: it is made once the block is put back', async () => {
  const bench = storeBench()
  const sent = [simple(3, noon + minute), simple(4, noon + 6 * minute, 'cold')]
  const file = await sealedHour(bench, sent)
  const sound = bench.disk.contents(file)
  bench.disk.replace(file, garbled(sound))
  bench.now = noon + 2 * hour
  const open = await bench.open()
  await open.store.seal()
  assert.deepEqual(await answered(open, noon, noon + hour), sumsOf([sent[1]!]))
  assert.equal(open.damage.length, 1)
  bench.disk.replace(file, sound)
  await open.store.seal()
  assert.deepEqual(await answered(open, noon, noon + hour), sumsOf(sent))
  const known = await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + hour })
  assert.ok(known.some(({ level }) => level === 'PT1H'))
})

test('where a roll-up is damaged, the windows it is the sum of answer', async () => {
  const bench = storeBench()
  const sent = [simple(3, noon + minute), simple(4, noon + 6 * minute, 'cold')]
  await sealedHour(bench, sent)
  bench.now = noon + 2 * hour
  const open = await bench.open()
  await open.store.seal()
  const file = bench.disk.files.find((name) => name.includes('PT1H'))!
  bench.disk.replace(file, garbled(bench.disk.contents(file)))
  assert.deepEqual(await answered(open, noon, noon + hour), sumsOf(sent))
  assert.equal(open.damage.length, 1)
})

test('what cannot be removed of a group that was deleted during a sealing takes nothing of others with it', async () => {
  const bench = storeBench()
  let isDeleted = false
  let refusals = 1
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest: {
        ...manifest,
        commitSeal: async (seal) => {
          if (!isDeleted) await bench.deleteGroup(otherGroup.id)
          isDeleted = true
          return manifest.commitSeal(seal)
        },
      },
      blobs: {
        ...blobs,
        remove: async (key) => {
          if (isDeleted && refusals-- > 0) throw new Error('EIO: i/o error, unlink')
          return blobs.remove(key)
        },
      },
    }),
  })
  const sent = simple(3, noon - 20 * minute)
  for (const { id } of [group, otherGroup]) await send(open, bench.now, { body: sent, groupId: id })
  await assert.rejects(open.store.seal(), /EIO/)
  assert.deepEqual(await answered(open, ...everything), sumsOf([sent]))
  await open.store.maintain()
  await open.store.close()
  const again = await bench.open()
  assert.deepEqual(await answered(again, ...everything), sumsOf([sent]))
  assert.deepEqual(again.damage, [])
})

test('a commit whose answer was lost counts once', async () => {
  const bench = storeBench()
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        commitSeal: async (seal) => {
          await manifest.commitSeal(seal)
          throw new Error('the answer was lost')
        },
      },
    }),
  })
  const sent = simple(3, noon + minute)
  await send(open, bench.now, { body: sent })
  bench.now = noon + 20 * minute
  await open.store.seal()
  assert.deepEqual(await answered(open, ...everything), sumsOf([sent]))
  assert.deepEqual(segmentsOn(bench), [])
})

test('a commit of which nothing can be learnt ends the store, and the next start counts once', async () => {
  const bench = storeBench()
  let isGone = false
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        commitSeal: async (seal) => {
          await manifest.commitSeal(seal)
          isGone = true
          throw new Error('nobody answers')
        },
        sealedSegments: async () => {
          if (isGone) throw new Error('nobody answers')
          return manifest.sealedSegments()
        },
      },
    }),
  })
  const sent = simple(3, noon + minute)
  await send(open, bench.now, { body: sent })
  bench.now = noon + 20 * minute
  await assert.rejects(open.store.seal())
  assert.equal(open.fatal.length, 1)
  assert.match((await open.store.health()).reason!, /whether a sealing was committed cannot be known/)
  assert.deepEqual(await answered(await bench.open(), ...everything), sumsOf([sent]))
})

test('one day’s damaged dictionary does not keep other days from being sealed', async () => {
  const bench = storeBench()
  const first = await bench.open()
  await send(first, bench.now, { body: simple(3, noon + minute) })
  bench.now = noon + 10 * minute
  await first.store.seal()
  await first.store.close()
  const [part] = await bench.manifest.dictionaryParts(group.id, noon - 12 * hour)
  bench.disk.replace(`blocks/${part!.key}`, garbled(bench.disk.contents(`blocks/${part!.key}`)))
  const open = await bench.open()
  const sent = [simple(4, noon + 11 * minute), simple(5, noon + 13 * hour)]
  await send(open, bench.now, { body: sent[0]! })
  bench.now = noon + 13 * hour
  await send(open, bench.now, { body: sent[1]! })
  bench.now += hour
  await assert.rejects(open.store.seal(), /is not what was written/)
  assert.equal(segmentsOn(bench).length, 1)
  assert.deepEqual(await answered(open, noon + 10 * minute, noon + day), sumsOf(sent))
  const blobs = bench.disk.files.filter((file) => file.startsWith('blocks/'))
  await assert.rejects(open.store.seal())
  assert.deepEqual(
    bench.disk.files.filter((file) => file.startsWith('blocks/')),
    blobs,
    'what was tried in vain leaves nothing behind',
  )
})

test('threat 26: a clock that is set back keeps no latecomer from being sealed', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const late = simple(3, noon - 2 * hour)
  await send(open, bench.now, { body: late })
  bench.now -= 30 * minute
  await open.store.maintain()
  assert.deepEqual(segmentsOn(bench), [])
  assert.deepEqual(await answered(open, ...everything), sumsOf([late]))
})

test('threat 26: a clock that jumps ahead for a while makes no token forgotten, neither of what is sealed nor across a restart', async () => {
  const bench = storeBench()
  const open = await bench.open()
  const sent = [simple(3, noon + minute), simple(4, noon + 3 * minute)]
  await send(open, bench.now, { body: sent[0]!, token: 'early' })
  bench.now = noon + 20 * minute
  await open.store.maintain()
  await send(open, bench.now, { body: sent[1]!, token: 'late' })
  bench.now += 400 * day
  await open.store.maintain()
  await open.store.close()
  const again = await bench.open()
  await again.store.maintain()
  bench.now -= 400 * day
  for (const [i, token] of ['early', 'late'].entries())
    assert.deepEqual(await send(again, bench.now, { body: sent[i]!, token }), { kind: 'repeated' })
  assert.deepEqual(await answered(again, ...everything), sumsOf(sent))
})
