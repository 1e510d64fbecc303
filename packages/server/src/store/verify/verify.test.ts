/** Verification: every changed byte of every kind of file is found and named, and nothing else is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import { badSector, failingDisk } from '../testing/failing-disk.ts'
import {
  answered,
  body,
  forgetWindows,
  group,
  minute,
  noon,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
} from '../testing/store-bench.ts'
import { verifyAll } from '../testing/verify-all.ts'
import { quarantine } from './quarantine.ts'

const hour = 60 * minute
const day = 24 * hour

/** Two groups with sealed windows, an hour's roll-up, tokens, and something not sealed yet. */
async function filled(): Promise<StoreBench> {
  const bench = storeBench()
  const open = await bench.open()
  for (const [i, back] of [70, 65, 20, 1].entries()) {
    for (const groupId of [group.id, otherGroup.id]) {
      const graph = { children: { main: { counts: { R: back }, file: `f${i}.js`, line: [i, back] } } }
      await send(open, bench.now, { body: body(graph, noon - back * minute), token: `${i}`, groupId })
    }
  }
  bench.now = noon + 10 * minute
  await open.store.seal()
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, bench.now), token: 'open' })
  await send(open, bench.now, { body: body({ counts: { R: 2 } }, bench.now) })
  await open.store.close()
  return bench
}

/** Every file that counts, by its name in findings, with its path. */
async function filesOf(bench: StoreBench): Promise<Map<string, string>> {
  const segments = (await bench.disk.mount().list('segments')).filter((name) => name.endsWith('.wickseg'))
  const lists = (await bench.manifest.tokenLists()).map(({ key }) => key)
  const keys = [...(await bench.manifest.keys(group.id)), ...(await bench.manifest.keys(otherGroup.id))]
  return new Map([
    ...segments.map((name) => [name.slice(0, -'.wickseg'.length), `segments/${name}`] as const),
    ...[...lists, ...keys].map((key) => [key, `blocks/${key}`] as const),
  ])
}

function change(bench: StoreBench, path: string, at: number): void {
  bench.disk.replace(
    path,
    bench.disk.contents(path).map((byte, i) => (i === at ? byte ^ 0x40 : byte)),
  )
}

test('a sound store has no findings, and every file of it was read', async () => {
  const bench = await filled()
  const open = await bench.open()
  assert.deepEqual(await verifyAll(open), { files: (await filesOf(bench)).size, findings: [] })
  assert.deepEqual(open.damage, [])
  await open.store.close()
})

test('what is being written is verified as far as it is durable', async () => {
  const bench = storeBench()
  const open = await bench.open()
  await send(open, bench.now, { body: body({ counts: { R: 1 } }, bench.now) })
  const [posted, found] = await Promise.all([
    send(open, bench.now, { body: body({ counts: { R: 2 } }, bench.now) }),
    verifyAll(open),
  ])
  assert.deepEqual([posted.kind, found.files, found.findings], ['stored', 1, []])
  await open.store.close()
})

test('any changed byte of any sealed file is found, and named with what is lost', async () => {
  const sound = await filled()
  const random = seeded(3)
  const kinds = new Set<string>()
  for (const [file, path] of await filesOf(sound)) {
    if (path.startsWith('segments/')) continue
    const { length } = sound.disk.contents(path)
    // First and last byte, and some between.
    for (const at of [0, length - 1, ...Array.from({ length: 12 }, () => random() % length)]) {
      const bench = sound.copy()
      change(bench, path, at)
      const open = await bench.open()
      const { findings } = await verifyAll(open)
      assert.deepEqual(
        findings.map((finding) => finding.file),
        [file],
        `byte ${at} of ${path}`,
      )
      assert.notEqual(findings[0]!.lost, '')
      kinds.add(findings[0]!.kind)
      await open.store.close()
    }
  }
  assert.deepEqual([...kinds].sort(), ['block', 'dictionary', 'roll-up', 'tokens'])
})

test('a file that is missing, cut or empty is found', async () => {
  const sound = await filled()
  const [key] = await sound.manifest.keys(group.id)
  for (const length of [0, 1, 40, sound.disk.contents(`blocks/${key}`).length - 1]) {
    const bench = sound.copy()
    bench.disk.replace(`blocks/${key}`, bench.disk.contents(`blocks/${key}`).slice(0, length))
    const open = await bench.open()
    assert.deepEqual(
      (await verifyAll(open)).findings.map(({ file }) => file),
      [key],
      `cut at ${length}`,
    )
    await open.store.close()
  }
  const gone = sound.copy()
  await gone.disk.mount().remove(`blocks/${key}`)
  const open = await gone.open()
  assert.deepEqual(
    (await verifyAll(open)).findings.map(({ file }) => file),
    [key],
  )
  await open.store.close()
})

test('a file that the disk does not give back is found, keeps no other from being looked at, and is not given up', async () => {
  const bench = await filled()
  const all = await filesOf(bench)
  const kinds = new Set<string>()
  for (const file of [...all.keys()].filter((key) => key.includes('/'))) {
    let unreadable: string | null = null
    const open = await bench.copy().open({
      through: failingDisk((key) => {
        if (key === unreadable) throw badSector()
      }),
    })
    unreadable = file
    const { files, findings } = await verifyAll(open, true)
    assert.deepEqual(
      findings.map((found) => [found.file, found.isQuarantined]),
      [[file, false]],
    )
    assert.match(findings[0]!.lost, /it cannot be read \(EIO: i\/o error, read\)$/)
    assert.equal(files, all.size)
    kinds.add(findings[0]!.kind)
    unreadable = null
    assert.deepEqual((await verifyAll(open)).findings, [], 'all of it is there when the disk gives it back')
    await open.store.close()
  }
  assert.deepEqual([...kinds].sort(), ['block', 'dictionary', 'roll-up', 'tokens'])
})

test('any changed byte of a record is found while the server runs', async () => {
  const sound = await filled()
  const [file, path] = [...(await filesOf(sound))].find(([, name]) => name.startsWith('segments/'))!
  const { length } = sound.disk.contents(path)
  const random = seeded(4)
  for (let i = 0; i < 25; i++) {
    // Behind the header.
    const at = 38 + (random() % (length - 38))
    const bench = sound.copy()
    const open = await bench.open()
    change(bench, path, at)
    const { findings } = await verifyAll(open)
    assert.ok(
      findings.length > 0 && findings.every((finding) => finding.file === file && finding.kind === 'segment'),
      `byte ${at}`,
    )
    await open.store.close()
  }
})

test('one group’s damage says which group and which time', async () => {
  const bench = await filled()
  const blocks = await bench.manifest.blocks({ groupId: otherGroup.id, from: noon - 2 * hour, to: noon })
  const rollUp = blocks.find(({ level }) => level === 'PT1H')!
  change(bench, `blocks/${rollUp.key}`, 60)
  const open = await bench.open()
  assert.deepEqual((await verifyAll(open)).findings, [
    {
      kind: 'roll-up',
      file: rollUp.key,
      offset: 0,
      groupId: otherGroup.id,
      start: noon - 2 * hour,
      lost: 'a roll-up of 2 profiles: what it is the sum of answers, as long as it is kept',
      isQuarantined: false,
    },
  ])
  await open.store.close()
})

test('of a damaged roll-up whose windows are gone it is said how much is nowhere else', async () => {
  const bench = await filled()
  const range = { groupId: group.id, from: noon - 2 * hour, to: noon - hour }
  const known = await bench.manifest.blocks(range)
  const rollUp = known.find(({ level }) => level === 'PT1H')!
  await forgetWindows(bench, noon - hour)
  change(bench, `blocks/${rollUp.key}`, 60)
  const open = await bench.open()
  assert.deepEqual(
    (await verifyAll(open)).findings.map(({ lost }) => lost),
    [
      `a roll-up of ${rollUp.profiles} profiles, 0 of them in finer blocks: the rest has at most a coarser roll-up made before`,
    ],
  )
  await open.store.close()
})

test('a quarantined roll-up is made again of what it was the sum of', async () => {
  const bench = await filled()
  const range = { groupId: group.id, from: noon - 2 * hour, to: noon - hour }
  const before = (await bench.manifest.blocks(range)).find(({ level }) => level === 'PT1H')!
  change(bench, `blocks/${before.key}`, 60)
  const open = await bench.open()
  const expected = await answered(open, range.from, range.to)
  const { findings } = await verifyAll(open, true)
  assert.deepEqual(
    findings.map(({ kind, isQuarantined }) => [kind, isQuarantined]),
    [['roll-up', true]],
  )
  assert.ok(bench.disk.contents(`blocks/quarantine/${before.key.replace('/', '.')}`).length > 0)
  await open.store.seal()
  const after = (await bench.manifest.blocks(range)).find(({ level }) => level === 'PT1H')!
  assert.deepEqual([after.profiles, after.key === before.key], [before.profiles, false])
  assert.deepEqual(await answered(open, range.from, range.to), expected)
  assert.deepEqual((await verifyAll(open)).findings, [])
  await open.store.close()
})

test('a quarantined window is gone from finer answers, and stays in the roll-ups that hold it', async () => {
  const bench = await filled()
  const range = { groupId: group.id, from: noon - 2 * hour, to: noon - hour }
  const [window] = (await bench.manifest.blocks(range)).filter(({ level }) => level === 'PT5M')
  change(bench, `blocks/${window!.key}`, 60)
  const open = await bench.open()
  const hourly = await answered(open, range.from, range.to)
  assert.equal((await verifyAll(open, true)).findings[0]!.isQuarantined, true)
  assert.deepEqual(await answered(open, window!.start, window!.start + 5 * minute), new Map())
  assert.deepEqual(await answered(open, range.from, range.to), hourly)
  // Also when the roll-up is made again for a late profile.
  await send(open, bench.now, {
    body: body({ children: { late: { counts: { R: 5 } } } }, noon - 90 * minute),
  })
  await open.store.seal()
  const later = await answered(open, range.from, range.to)
  assert.deepEqual(later, new Map([...hourly, ['["late"] R', 5] as const].sort()))
  assert.deepEqual((await verifyAll(open)).findings, [])
  await open.store.close()
})

test('the only window of its hour is quarantined: the hour answers as before, from its roll-up', async () => {
  const bench = storeBench()
  const first = await bench.open()
  for (const [back, count] of [
    [121, 7],
    [300, 1],
  ] as const)
    await send(first, bench.now, { body: body({ counts: { R: count } }, noon - back * minute) })
  bench.now = noon + hour
  await first.store.seal()
  await first.store.close()
  const range = { groupId: group.id, from: noon - 3 * hour, to: noon - 2 * hour }
  const [window] = (await bench.manifest.blocks(range)).filter(({ level }) => level === 'PT5M')
  change(bench, `blocks/${window!.key}`, 60)
  const open = await bench.open()
  const endOf = async (from: number, to: number) =>
    (await open.store.profile({ groupId: group.id, from, to, maxDepth: null, encoding: 'json' }))?.end
  const before = await answered(open, range.from, range.to)
  assert.equal(await endOf(noon - day, noon), noon - 2 * hour)
  await verifyAll(open, true)
  assert.deepEqual(await answered(open, range.from, range.to), before)
  assert.deepEqual([...(await open.store.windows(range))], [range.from])
  assert.equal(await endOf(noon - day, noon), noon - 2 * hour)
  await open.store.close()
})

test('with a damaged dictionary nothing of its day can be sealed; quarantined, the day begins anew', async () => {
  const bench = await filled()
  const range = { groupId: group.id, from: noon - 12 * hour, to: noon + 12 * hour }
  const [part] = await bench.manifest.dictionaryParts(group.id, noon - 12 * hour)
  change(bench, `blocks/${part!.key}`, 60)
  const open = await bench.open()
  bench.now += 10 * minute
  await assert.rejects(open.store.seal())
  const { findings } = await verifyAll(open, true)
  assert.deepEqual(
    findings.map(({ kind, file, isQuarantined }) => [kind, file, isQuarantined]),
    [['dictionary', part!.key, true]],
  )
  await open.store.seal()
  assert.deepEqual([...(await answered(open, range.from, range.to))], [['[] R', 3]])
  assert.deepEqual((await verifyAll(open)).findings, [])
  // The other group is as it was.
  assert.equal((await answered(open, range.from, range.to, otherGroup.id)).size, 1)
  await open.store.close()
})

test('a day that is deleted while it is verified, and begins anew, is sound', async () => {
  for (let heldRead = 1; ; heldRead++) {
    const bench = storeBench()
    const reached = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    let reads = 0
    const graph = (name: string) => ({ children: { [name]: { counts: { R: 1 } } } })
    const before = await bench.open()
    await send(before, bench.now, { body: body(graph('first'), noon - 20 * minute) })
    await before.store.seal()
    // What it remembers of the day is gone.
    await before.store.close()
    const open = await bench.open({
      through: ({ blobs, manifest }) => ({
        manifest,
        blobs: {
          ...blobs,
          get: async (key, from, to) => {
            const bytes = await blobs.get(key, from, to)
            if (++reads === heldRead) {
              reached.resolve()
              await released.promise
            }
            return bytes
          },
        },
      }),
    })
    const verifying = verifyAll(open)
    const isHeld = await Promise.race([reached.promise.then(() => true), verifying.then(() => false)])
    if (!isHeld) {
      assert.ok(heldRead > 2)
      await open.store.close()
      break
    }
    const period = { groupId: group.id, from: noon - 12 * hour, to: noon }
    const deleting = open.store.deletePeriod(period)
    // With readers that are not to be disturbed it waits for them.
    await Promise.race([deleting, new Promise((resolve) => setTimeout(resolve, 20))])
    released.resolve()
    assert.equal((await deleting).kind, 'deleted')
    assert.deepEqual((await verifying).findings, [])
    await send(open, bench.now, { body: body(graph('second'), noon - 20 * minute) })
    await open.store.seal()
    const what = `read ${heldRead} held`
    assert.deepEqual([...(await answered(open, period.from, period.to))], [['["second"] R', 1]], what)
    assert.deepEqual((await verifyAll(open)).findings, [], what)
    assert.deepEqual(open.damage, [], what)
    await open.store.close()
  }
})

test('what is sealed while a quarantine of its day is under way keeps no damaged dictionary', async () => {
  const bench = storeBench()
  let sealing: Promise<void> | null = null
  let onSetAside = (): void => {}
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        setAside: async (key) => {
          onSetAside()
          return blobs.setAside(key)
        },
      },
    }),
  })
  const late = (name: string) =>
    send(open, bench.now, {
      body: body({ children: { [name]: { counts: { R: 1 } } } }, noon - 20 * minute),
    })
  await late('first')
  await open.store.seal()
  const [part] = await bench.manifest.dictionaryParts(group.id, noon - 12 * hour)
  change(bench, `blocks/${part!.key}`, 60)
  await late('second')
  onSetAside = () => {
    sealing ??= open.store.seal()
  }
  assert.deepEqual(
    (await verifyAll(open, true)).findings.map(({ isQuarantined }) => isQuarantined),
    [true],
  )
  await sealing
  await late('third')
  await open.store.seal()
  assert.deepEqual((await verifyAll(open)).findings, [])
  const left = await answered(open, noon - hour, noon)
  assert.deepEqual([...left.keys()], ['["second"] R', '["third"] R'])
  await open.store.close()
})

test('a finding whose file is named no longer costs nothing', async () => {
  const bench = await filled()
  const { manifest } = bench
  const found = {
    file: `${group.id}/${noon - 12 * hour}-of-before`,
    groupId: group.id,
    start: noon - 12 * hour,
  }
  const remove = async (): Promise<void> => assert.fail('removed')
  const blobs = await openDirectoryBlobs(bench.disk.mount(), 'blocks')
  for (const kind of ['dictionary', 'block', 'roll-up'] as const)
    assert.equal(await quarantine({ manifest, blobs, remove }, { kind, ...found }), false)
})

test('a file that comes while the next files are listed is taken for what it is', async () => {
  const bench = storeBench()
  let beforeKeys = async (): Promise<void> => {}
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      manifest: {
        ...manifest,
        keys: async (groupId) => {
          await beforeKeys()
          return manifest.keys(groupId)
        },
      },
    }),
  })
  const post = (back: number) =>
    send(open, bench.now, { body: body({ counts: { R: back } }, noon - back * minute) })
  await post(150)
  await post(20)
  await open.store.seal()
  await post(90)
  beforeKeys = async () => {
    beforeKeys = async () => {}
    await open.store.seal()
    const period = { groupId: group.id, from: noon - 2 * hour, to: noon - hour }
    const added = (await bench.manifest.blocks(period)).find(({ level }) => level === 'PT5M')
    change(bench, `blocks/${added!.key}`, 60)
  }
  const { findings } = await verifyAll(open, true)
  assert.ok(findings.every(({ kind }) => kind !== 'dictionary'))
  // What is not damaged is there.
  assert.deepEqual(await answered(open, noon - hour, noon), new Map([['[] R', 20]]))
  await open.store.close()
})

for (const fate of ['keep', 'drop', 'scramble'] as const) {
  test(`a quarantine cut off by a power cut at any operation, unsynced data ${fate}, is made good by the next`, async () => {
    const sound = await filled()
    const range = { groupId: group.id, from: noon - 2 * hour, to: noon - hour }
    const rollUp = (await sound.manifest.blocks(range)).find(({ level }) => level === 'PT1H')!
    change(sound, `blocks/${rollUp.key}`, 60)
    const intact = await sound.copy().open()
    const expected = await answered(intact, range.from, range.to)
    await intact.store.close()
    for (let cutAfter = 0; ; cutAfter++) {
      const bench = sound.copy()
      const first = await bench.open({ cutAfter }).catch(() => null)
      const isDone =
        first !== null &&
        (await verifyAll(first, true)
          .then(() => true)
          .catch(() => false))
      bench.disk.cutPower(fate, () => ((cutAfter * 7919) % 97) / 97)
      const second = await bench.open()
      await verifyAll(second, true)
      await second.store.seal()
      assert.deepEqual((await verifyAll(second)).findings, [], `cut after ${cutAfter}`)
      assert.deepEqual(await answered(second, range.from, range.to), expected)
      await second.store.close()
      if (isDone) {
        assert.ok(cutAfter > 5, `${cutAfter} operations`)
        break
      }
    }
  })
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) & 0xffffff
  }
}
