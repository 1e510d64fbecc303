/** What every manifest does, whatever it is kept in. Each adapter's test runs this. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import type { Catalog } from './catalog.ts'
import { keptFromTheFirst } from './kept-since.ts'
import {
  type BlockLevel,
  type BlockRecord,
  levelMilliseconds,
  type Manifest,
  type NewBlock,
  type NewPart,
  type Removal,
  type RollUpLevel,
  type Seal,
  type SealedSegment,
  type SegmentSeal,
} from './manifest.ts'

export interface OpenManifest {
  readonly manifest: Manifest
  /** Of the same database: groups come and go there. */
  readonly catalog: Catalog
  close(): Promise<void>
}

const window = levelMilliseconds.PT5M
const hour = levelMilliseconds.PT1H
const day = levelMilliseconds.P1D
/** Start of a day. */
const midnight = Date.UTC(2026, 10, 24)
const always = Number.MAX_SAFE_INTEGER
const blobKeys = (groupId: string): string => `${groupId}/${randomUUID()}`

/** @param open an empty manifest each time */
export function manifestContract(name: string, open: () => Promise<OpenManifest>): void {
  describe(name, () => {
    const opened: OpenManifest[] = []
    const fresh: Fresh = async () => {
      const one = await open()
      opened.push(one)
      const [group, other] = [await createGroup(one.catalog), await createGroup(one.catalog)]
      return { ...one, group, other }
    }
    afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))

    sealContract(fresh)
    blocksContract(fresh)
    partsContract(fresh)
    rollUpContract(fresh)
    retentionContract(fresh)
    deletedGroupContract(fresh)
    databaseContract(fresh)
  })
}

type Fresh = () => Promise<OpenManifest & { readonly group: string; readonly other: string }>

async function createGroup(catalog: Catalog): Promise<string> {
  const id = randomUUID()
  await catalog.createGroup({
    id,
    accountId: '000000000000',
    region: 'us-east-1',
    name: id,
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: {},
    sealedDataKey: Uint8Array.of(1),
    clientToken: id,
    inputHash: '',
    now: midnight,
    maxGroups: 1000,
  })
  return id
}

function block(groupId: string, start: number, changes: Partial<NewBlock> = {}): NewBlock {
  const key = blobKeys(groupId)
  return { groupId, level: 'PT5M', start, key, profiles: 1, receivedAt: start, through: 0, ...changes }
}

function rollUp(
  groupId: string,
  level: RollUpLevel,
  start: number,
  through: number,
): NewBlock & { readonly level: RollUpLevel } {
  return { ...block(groupId, start), level, through }
}

function part(groupId: string, epoch = midnight): NewPart {
  return { groupId, epoch, key: blobKeys(groupId) }
}

/** Segments that nothing was sealed of, and of which nothing is left. */
function wholly(...names: readonly string[]): SegmentSeal[] {
  return names.map((name) => ({ name, before: null, left: [] }))
}

function seal(changes: Partial<Seal> = {}): Seal {
  return { segments: wholly(randomUUID()), blocks: [], parts: [], tokens: [], ...changes }
}

/** As text: name, and how many groups are left. */
function sealed(segments: readonly SealedSegment[]): string[] {
  return segments.map(({ name, left }) => (left.length === 0 ? name : `${name} but ${left.length}`))
}

function removal(groupId: string, blocks: readonly number[], changes: Partial<Removal> = {}): Removal {
  return { groupId, blocks, keptSince: null, deleted: null, due: [], ...changes }
}

/** Removes the blocks of one level that ended by `before`. @returns keys of what went */
async function drop(
  manifest: Manifest,
  groups: readonly string[],
  level: BlockLevel,
  before = always,
): Promise<string[]> {
  const keys: string[] = []
  for (const groupId of groups) {
    const known = await manifest.blocks(all(groupId))
    const gone = known.filter((one) => one.level === level && one.start + levelMilliseconds[level] <= before)
    keys.push(
      ...(await manifest.removeBlocks(
        removal(
          groupId,
          gone.map(({ id }) => id),
        ),
      )),
    )
  }
  return keys
}

const all = (groupId: string, from = 0, to = always) => ({ groupId, from, to })
const keysOf = (records: readonly { readonly key: string }[]): string[] => records.map(({ key }) => key)
const sorted = (keys: readonly string[]): string[] => [...keys].sort()

function sealContract(fresh: Fresh): void {
  test('a seal is found as it was committed: blocks and parts by group, segments, tokens', async () => {
    const { manifest, group, other } = await fresh()
    const blocks = [
      block(group, midnight, { profiles: 12, receivedAt: midnight + 1234 }),
      block(group, midnight + window),
      block(other, midnight),
    ]
    const parts = [part(group), part(other, midnight + day)]
    const tokens = [5, 6].map((n) => ({ key: `tokens/${n}`, receivedAt: midnight + n }))
    assert.deepEqual(await manifest.commitSeal({ segments: wholly('s2', 's1'), blocks, parts, tokens }), [])

    const found = await manifest.blocks(all(group))
    assert.deepEqual(found, [
      { ...blocks[0], id: found[0]!.id },
      { ...blocks[1], id: found[1]!.id },
    ])
    assert.deepEqual(keysOf(await manifest.blocks(all(other))), [blocks[2]!.key])
    const [firstPart] = await manifest.dictionaryParts(group, midnight)
    assert.deepEqual(firstPart, { ...parts[0], id: firstPart!.id })
    assert.deepEqual(await manifest.dictionaryParts(other, midnight), [])
    assert.deepEqual(keysOf(await manifest.dictionaryParts(other, midnight + day)), [parts[1]!.key])
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['s1', 's2'])
    assert.deepEqual(await manifest.tokenLists(), tokens)
    assert.deepEqual(sorted(await manifest.keys(group)), sorted(keysOf([blocks[0]!, blocks[1]!, parts[0]!])))
  })

  test('an empty manifest has nothing of anything', async () => {
    const { manifest, group } = await fresh()
    assert.deepEqual(await manifest.blocks(all(group)), [])
    assert.deepEqual(await manifest.dictionaryParts(group, midnight), [])
    assert.deepEqual(await manifest.keys(group), [])
    assert.deepEqual(await manifest.sealedSegments(), [])
    assert.deepEqual(await manifest.tokenLists(), [])
    assert.deepEqual(await manifest.latest(), [])
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [])
    assert.deepEqual(await manifest.forgetTokenLists(always), [])
    assert.deepEqual(await manifest.removeBlocks(removal(group, [1, 2])), [])
    assert.deepEqual(await manifest.retentions(), [])
    assert.deepEqual(await manifest.keptSince(group), keptFromTheFirst)
    assert.equal(await manifest.firstBlock(group, 'PT5M', 0), null)
    assert.equal(await manifest.retentionClock(), null)
    await manifest.forgetSegments(['never sealed'])
  })

  test('segments are known as sealed until they are forgotten', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ segments: wholly('a', 'b'), blocks: [block(group, midnight)] }))
    await manifest.commitSeal(seal({ segments: wholly('c') }))
    await manifest.forgetSegments(['a', 'c', 'unknown'])
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['b'])
    await manifest.forgetSegments([])
    await manifest.forgetSegments(['b'])
    assert.deepEqual(await manifest.sealedSegments(), [])
    assert.equal((await manifest.blocks(all(group))).length, 1)
  })

  test('a segment is sealed once: a second seal with it is refused whole, so nothing counts twice', async () => {
    const { manifest, group } = await fresh()
    const first = block(group, midnight)
    await manifest.commitSeal(seal({ segments: wholly('a'), blocks: [first] }))
    const again = seal({
      segments: wholly('b', 'a'),
      blocks: [block(group, midnight + hour)],
      parts: [part(group)],
      tokens: [{ key: 'tokens/1', receivedAt: midnight }],
    })
    await assert.rejects(manifest.commitSeal(again))
    assert.deepEqual(keysOf(await manifest.blocks(all(group))), [first.key])
    assert.deepEqual(await manifest.dictionaryParts(group, midnight), [])
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['a'])
    assert.deepEqual(await manifest.tokenLists(), [])
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [{ groupId: group, start: midnight }])
    assert.equal((await manifest.latest())[0]!.latestWindow, midnight)
  })

  test('a segment is sealed in part, then in more parts, until nothing is left of it', async () => {
    const { manifest, group, other } = await fresh()
    const left = [group, other].sort()
    await manifest.commitSeal(
      seal({
        segments: [{ name: 'a', before: null, left }, ...wholly('b')],
        blocks: [block(group, midnight)],
      }),
    )
    const known = await manifest.sealedSegments()
    assert.deepEqual(known, [
      { name: 'a', left },
      { name: 'b', left: [] },
    ])
    await manifest.commitSeal(seal({ segments: [{ name: 'a', before: known[0]!.left, left: [other] }] }))
    assert.deepEqual((await manifest.sealedSegments())[0], { name: 'a', left: [other] })
    await manifest.commitSeal(seal({ segments: [{ name: 'a', before: [other], left: [] }] }))
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['a', 'b'])
    await manifest.forgetSegments(['a', 'b'])
    assert.deepEqual(await manifest.sealedSegments(), [])
  })

  test('a part of a segment is sealed once: a seal that supposes something else to be left is refused whole', async () => {
    const { manifest, group, other } = await fresh()
    const first = block(group, midnight)
    await manifest.commitSeal(
      seal({ segments: [{ name: 'a', before: null, left: [other] }], blocks: [first] }),
    )
    for (const before of [null, [], [group], [group, other], [other, group]]) {
      const segments = [...wholly('b'), { name: 'a', before, left: [] }]
      const again = seal({ segments, blocks: [block(other, midnight)], parts: [part(other)] })
      await assert.rejects(manifest.commitSeal(again))
    }
    await assert.rejects(manifest.commitSeal(seal({ segments: [{ name: 'c', before: [other], left: [] }] })))
    assert.deepEqual(await manifest.sealedSegments(), [{ name: 'a', left: [other] }])
    assert.deepEqual(keysOf(await manifest.blocks(all(group))), [first.key])
    assert.deepEqual(await manifest.keys(other), [])
  })

  test('what is left of a segment is left when the group is deleted: nothing else in it may count again', async () => {
    const { manifest, catalog, group } = await fresh()
    await manifest.commitSeal(seal({ segments: [{ name: 'a', before: null, left: [group] }] }))
    await catalog.deleteGroup(group)
    assert.deepEqual(await manifest.sealedSegments(), [{ name: 'a', left: [group] }])
  })

  test('a seal that fails at its last row leaves nothing of the others, and the next one is taken', async () => {
    const { manifest, group } = await fresh()
    // Text where a number belongs: what a mistake looks like to the database.
    const wrong = block(group, midnight + window, { profiles: 'many' as unknown as number })
    const right = block(group, midnight)
    await assert.rejects(
      manifest.commitSeal(
        seal({
          segments: wholly('a'),
          blocks: [right, wrong],
          parts: [part(group)],
          tokens: [{ key: 'tokens/1', receivedAt: midnight }],
        }),
      ),
    )
    assert.deepEqual(await manifest.blocks(all(group)), [])
    assert.deepEqual(await manifest.keys(group), [])
    assert.deepEqual(await manifest.sealedSegments(), [])
    assert.deepEqual(await manifest.tokenLists(), [])
    assert.deepEqual(await manifest.latest(), [])
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [])
    assert.deepEqual(await manifest.commitSeal(seal({ segments: wholly('a'), blocks: [right] })), [])
  })

  test('ids ascend in the order of commits, over all groups, and are never given again', async () => {
    const { manifest, group, other } = await fresh()
    const ids: number[] = []
    for (const [groupId, start] of [
      [group, midnight + hour],
      [other, midnight],
      [group, midnight],
    ] as const) {
      await manifest.commitSeal(seal({ blocks: [block(groupId, start), block(groupId, start)] }))
      ids.push(...(await manifest.blocks(all(groupId, start, start + window))).map(({ id }) => id))
    }
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((a, b) => a - b),
    )
    await drop(manifest, [group, other], 'PT5M')
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    const [later] = await manifest.blocks(all(group))
    assert.ok(later!.id > Math.max(...ids))
  })

  test('the latest window and the latest profile of each group are told apart and kept', async () => {
    const { manifest, group, other } = await fresh()
    await manifest.commitSeal(
      seal({
        blocks: [
          block(group, midnight + hour, { receivedAt: midnight + hour }),
          // A late profile: received last, of a window before.
          block(group, midnight, { receivedAt: midnight + 2 * hour }),
        ],
      }),
    )
    await manifest.commitSeal(seal({ blocks: [block(other, midnight, { receivedAt: midnight + 7 })] }))
    const expected = [
      { groupId: group, latestWindow: midnight + hour, receivedAt: midnight + 2 * hour },
      { groupId: other, latestWindow: midnight, receivedAt: midnight + 7 },
    ]
    const byId = (a: { groupId: string }, b: { groupId: string }): number => (a.groupId < b.groupId ? -1 : 1)
    assert.deepEqual((await manifest.latest()).toSorted(byId), expected.sort(byId))
    await manifest.commitSeal(seal({ blocks: [block(group, midnight - hour, { receivedAt: midnight })] }))
    assert.deepEqual((await manifest.latest()).toSorted(byId), expected)
  })

  test('the latest window is still known when it is kept in roll-ups only, and no longer when nothing is', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight + window)] }))
    await manifest.putRollUp(rollUp(group, 'P1D', midnight, 1))
    await drop(manifest, [group], 'PT5M')
    assert.deepEqual(await manifest.latest(), [
      { groupId: group, latestWindow: midnight + window, receivedAt: midnight + window },
    ])
    await drop(manifest, [group], 'P1D')
    assert.deepEqual(await manifest.latest(), [])
  })
}

function blocksContract(fresh: Fresh): void {
  test('a range finds the blocks of every level that overlap it, to the millisecond', async () => {
    const { manifest, group } = await fresh()
    const start = midnight + day
    await manifest.commitSeal(seal({ blocks: [block(group, start)] }))
    await manifest.putRollUp(rollUp(group, 'PT1H', start, 1))
    await manifest.putRollUp(rollUp(group, 'P1D', start, 1))
    const levels = async (from: number, to: number): Promise<BlockLevel[]> =>
      (await manifest.blocks(all(group, from, to))).map(({ level }) => level)
    const every = ['PT5M', 'PT1H', 'P1D']
    assert.deepEqual(await levels(start, start + window), every)
    assert.deepEqual(await levels(start - 1, start), [])
    assert.deepEqual(await levels(start - 1, start + 1), every)
    assert.deepEqual(await levels(start + window - 1, start + window), every)
    assert.deepEqual(await levels(start + window, always), ['PT1H', 'P1D'])
    assert.deepEqual(await levels(start + hour - 1, start + hour), ['PT1H', 'P1D'])
    assert.deepEqual(await levels(start + hour, always), ['P1D'])
    assert.deepEqual(await levels(start + day - 1, always), ['P1D'])
    assert.deepEqual(await levels(start + day, always), [])
    assert.deepEqual(await levels(0, start), [])
    assert.deepEqual(await levels(start + 5, start + 5), [], 'nothing overlaps an empty range')
    assert.deepEqual(await levels(start + 10, start + 5), [])
    assert.deepEqual(await levels(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), every)
  })

  test('blocks come by id, late ones of the same window after the first', async () => {
    const { manifest, group } = await fresh()
    const blocks = [midnight + window, midnight, midnight + window].map((start) => block(group, start))
    for (const one of blocks) await manifest.commitSeal(seal({ blocks: [one] }))
    assert.deepEqual(keysOf(await manifest.blocks(all(group))), keysOf(blocks))
    assert.deepEqual(keysOf(await manifest.blocks(all(group, midnight + window, midnight + 2 * window))), [
      blocks[0]!.key,
      blocks[2]!.key,
    ])
  })

  test('of a group that has none, or that there never was, no blocks are found', async () => {
    const { manifest, group, other } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    assert.deepEqual(await manifest.blocks(all(other)), [])
    assert.deepEqual(await manifest.blocks(all("x' OR 1=1; --")), [])
  })
}

function partsContract(fresh: Fresh): void {
  test('parts of an epoch come in the order of their commits', async () => {
    const { manifest, group, other } = await fresh()
    const parts = [part(group), part(other), part(group), part(group, midnight + day)]
    for (const one of parts) await manifest.commitSeal(seal({ parts: [one] }))
    const found = await manifest.dictionaryParts(group, midnight)
    assert.deepEqual(keysOf(found), [parts[0]!.key, parts[2]!.key])
    assert.ok(found[0]!.id < found[1]!.id)
  })

  test('one part takes the place of those up to an id; what was committed since stays', async () => {
    const { manifest, group, other } = await fresh()
    const old = [part(group), part(group)]
    const elsewhere = [part(other), part(group, midnight + day)]
    await manifest.commitSeal(seal({ parts: [...elsewhere, ...old] }))
    const through = (await manifest.dictionaryParts(group, midnight)).at(-1)!.id
    const since = part(group)
    await manifest.commitSeal(seal({ parts: [since] }))
    const consolidated = part(group)
    assert.deepEqual(sorted(await manifest.consolidateParts(consolidated, through)), sorted(keysOf(old)))
    assert.deepEqual(
      sorted(keysOf(await manifest.dictionaryParts(group, midnight))),
      sorted(keysOf([since, consolidated])),
    )
    assert.deepEqual(keysOf(await manifest.dictionaryParts(other, midnight)), [elsewhere[0]!.key])
    assert.deepEqual(keysOf(await manifest.dictionaryParts(group, midnight + day)), [elsewhere[1]!.key])
  })

  test('a part that would replace none is not taken: its day was dropped meanwhile', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ parts: [part(group)], blocks: [block(group, midnight)] }))
    const through = (await manifest.dictionaryParts(group, midnight))[0]!.id
    await drop(manifest, [group], 'PT5M')
    const late = part(group)
    assert.deepEqual(await manifest.consolidateParts(late, through), [late.key])
    assert.deepEqual(await manifest.dictionaryParts(group, midnight), [])
  })
}

function rollUpContract(fresh: Fresh): void {
  test('an hour and a day with a block are due once they are over', async () => {
    const { manifest, group } = await fresh()
    const start = midnight + 3 * hour
    await manifest.commitSeal(seal({ blocks: [block(group, start + 11 * window)] }))
    const due = (level: RollUpLevel, endedBy: number) => manifest.dueRollUps(level, endedBy, 10)
    assert.deepEqual(await due('PT1H', start + hour - 1), [])
    assert.deepEqual(await due('PT1H', start + hour), [{ groupId: group, start }])
    assert.deepEqual(await due('P1D', midnight + day - 1), [])
    assert.deepEqual(await due('P1D', midnight + day), [{ groupId: group, start: midnight }])
  })

  test('what includes the newest block is not due, and a late block makes it due again', async () => {
    const { manifest, group } = await fresh()
    const newest = async (): Promise<number> => (await windowBlocks(manifest, group)).at(-1)!.id
    const due = () => manifest.dueRollUps('PT1H', always, 10)
    const place = { groupId: group, start: midnight }
    await manifest.commitSeal(seal({ blocks: [block(group, midnight), block(group, midnight + window)] }))
    const first = await newest()
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, first - 1))
    assert.deepEqual(await due(), [place], 'one is missing from it')
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, first))
    assert.deepEqual(await due(), [])
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [place], 'the day is another matter')
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    assert.deepEqual(await due(), [place])
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, await newest()))
    assert.deepEqual(await due(), [])
  })

  test('a block that is sealed while a roll-up is made stays due', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    const seen = (await windowBlocks(manifest, group)).at(-1)!.id
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    await manifest.putRollUp(rollUp(group, 'P1D', midnight, seen))
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [{ groupId: group, start: midnight }])
  })

  test('due ones come by start and group, so many at a time, and on from where one left off', async () => {
    const { manifest, group, other } = await fresh()
    const places = [
      [group, midnight + hour],
      [other, midnight],
      [group, midnight],
      [other, midnight + 2 * hour],
    ] as const
    for (const [groupId, start] of places)
      await manifest.commitSeal(seal({ blocks: [block(groupId, start)] }))
    const expected = places
      .map(([groupId, start]) => ({ groupId, start }))
      .sort((a, b) => a.start - b.start || (a.groupId < b.groupId ? -1 : 1))
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), expected)
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 3), expected.slice(0, 3))
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 0), [])
    for (let at = 0; at < expected.length; at++)
      assert.deepEqual(
        await manifest.dueRollUps('PT1H', always, 2, expected[at]),
        expected.slice(at + 1, at + 3),
      )
    assert.deepEqual(await manifest.dueRollUps('PT1H', midnight + 2 * hour, 10), expected.slice(0, 3))
  })

  test('a roll-up takes the place of the one before it, and of no other', async () => {
    const { manifest, group, other } = await fresh()
    const first = rollUp(group, 'PT1H', midnight, 1)
    const untouched = [
      rollUp(group, 'PT1H', midnight + hour, 1),
      rollUp(group, 'P1D', midnight, 1),
      rollUp(other, 'PT1H', midnight, 1),
    ]
    for (const one of [first, ...untouched]) assert.deepEqual(await manifest.putRollUp(one), [])
    const second = { ...rollUp(group, 'PT1H', midnight, 5), profiles: 9, receivedAt: midnight + 77 }
    assert.deepEqual(await manifest.putRollUp(second), [first.key])
    const found = await manifest.blocks(all(group))
    assert.deepEqual(keysOf(found), keysOf([untouched[0]!, untouched[1]!, second]))
    assert.deepEqual(found.at(-1), { ...second, id: found.at(-1)!.id })
    assert.deepEqual(keysOf(await manifest.blocks(all(other))), [untouched[2]!.key])
  })

  test('whatever is sealed, rolled up and dropped in whatever order, due is what the blocks say', async () => {
    const { manifest, group, other } = await fresh()
    const random = seeded(7)
    const pick = (count: number): number => Math.floor(random() * count)
    for (let step = 0; step < 150; step++) {
      const groupId = [group, other][pick(2)]!
      const level = (['PT1H', 'P1D'] as const)[pick(2)]!
      const [place] = (await manifest.dueRollUps(level, always, 50)).slice(pick(3))
      if (pick(3) > 0 || place === undefined) {
        await manifest.commitSeal(seal({ blocks: [block(groupId, midnight + pick(600) * window)] }))
      } else {
        const inside = await windowBlocks(
          manifest,
          place.groupId,
          place.start,
          place.start + levelMilliseconds[level],
        )
        await manifest.putRollUp(rollUp(place.groupId, level, place.start, inside[pick(inside.length)]!.id))
      }
      if (step % 40 === 39) await drop(manifest, [group, other], 'PT5M', midnight + pick(300) * window)
      for (const checked of ['PT1H', 'P1D'] as const) {
        assert.deepEqual(
          await manifest.dueRollUps(checked, always, 1000),
          await dueOf(manifest, [group, other], checked),
          `step ${step}`,
        )
      }
    }
  })
}

/** The reference: a look at every block. */
async function dueOf(
  manifest: Manifest,
  groups: readonly string[],
  level: RollUpLevel,
): Promise<{ groupId: string; start: number }[]> {
  const due: { groupId: string; start: number }[] = []
  for (const groupId of groups) {
    const blocks = await manifest.blocks(all(groupId))
    const newest = new Map<number, number>()
    for (const one of blocks.filter(({ level: of }) => of === 'PT5M' || (of === 'PT1H' && level === 'P1D'))) {
      const at = one.start - (one.start % levelMilliseconds[level])
      newest.set(at, Math.max(newest.get(at) ?? 0, one.level === 'PT5M' ? one.id : one.through))
    }
    for (const [start, id] of newest) {
      const known = blocks.find((one) => one.level === level && one.start === start)
      if (id > (known?.through ?? 0)) due.push({ groupId, start })
    }
  }
  return due.sort((a, b) => a.start - b.start || (a.groupId < b.groupId ? -1 : 1))
}

async function windowBlocks(
  manifest: Manifest,
  groupId: string,
  from = 0,
  to = always,
): Promise<BlockRecord[]> {
  return (await manifest.blocks(all(groupId, from, to))).filter(({ level }) => level === 'PT5M')
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function databaseContract(fresh: Fresh): void {
  test('a sound database has parts, each once, and no faults in any', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)], parts: [part(group)] }))
    const parts = await manifest.databaseParts()
    assert.equal(new Set(parts).size, parts.length)
    for (const one of [...parts, 'no part of it']) assert.deepEqual(await manifest.databaseFaults(one), [])
  })
}

function retentionContract(fresh: Fresh): void {
  test('the blocks that are named are removed, of that group, and no others', async () => {
    const { manifest, group, other } = await fresh()
    const gone = [block(group, midnight), block(group, midnight)]
    const kept = [block(group, midnight + window), block(other, midnight)]
    await manifest.commitSeal(seal({ blocks: [...gone, ...kept] }))
    const ids = (await manifest.blocks(all(group, midnight, midnight + window))).map(({ id }) => id)
    const [foreign] = await manifest.blocks(all(other))
    const keys = await manifest.removeBlocks(removal(group, [...ids, foreign!.id, 999]))
    assert.deepEqual(sorted(keys), sorted(keysOf(gone)))
    assert.deepEqual(keysOf(await manifest.blocks(all(group))), [kept[0]!.key])
    assert.deepEqual(keysOf(await manifest.blocks(all(other))), [kept[1]!.key])
    assert.deepEqual(await manifest.removeBlocks(removal(group, ids)), [], 'a second time there is nothing')
  })

  test('the dictionary of a day goes with the last of its blocks, whatever the level', async () => {
    const { manifest, group, other } = await fresh()
    const parts = [part(group), part(group)]
    const elsewhere = [part(other), part(group, midnight + day)]
    const last = midnight + day - window
    await manifest.commitSeal(
      seal({
        blocks: [block(group, last), block(group, midnight + day), block(other, last)],
        parts: [...parts, ...elsewhere],
      }),
    )
    const hourly = rollUp(group, 'PT1H', midnight + day - hour, 1)
    const daily = rollUp(group, 'P1D', midnight, 1)
    await manifest.putRollUp(hourly)
    await manifest.putRollUp(daily)
    assert.equal((await drop(manifest, [group], 'PT5M', midnight + day)).length, 1)
    assert.equal((await manifest.dictionaryParts(group, midnight)).length, 2)
    assert.deepEqual(await drop(manifest, [group], 'PT1H'), [hourly.key])
    assert.equal((await manifest.dictionaryParts(group, midnight)).length, 2)
    assert.deepEqual(sorted(await drop(manifest, [group], 'P1D')), sorted(keysOf([daily, ...parts])))
    assert.deepEqual(await manifest.dictionaryParts(group, midnight), [])
    assert.equal((await manifest.dictionaryParts(other, midnight)).length, 1)
    assert.equal((await manifest.dictionaryParts(group, midnight + day)).length, 1, 'it has a block')
  })

  test('what is kept of each resolution only ever shrinks, group by group', async () => {
    const { manifest, group, other } = await fresh()
    const since = { windows: midnight + hour, hours: midnight, days: 0 }
    await manifest.removeBlocks(removal(group, [], { keptSince: since }))
    assert.deepEqual(await manifest.keptSince(group), since)
    await manifest.removeBlocks(
      removal(group, [], { keptSince: { windows: midnight, hours: midnight + day, days: 0 } }),
    )
    assert.deepEqual(await manifest.keptSince(group), { ...since, hours: midnight + day })
    assert.deepEqual(await manifest.keptSince(other), keptFromTheFirst)
  })

  test('each deletion of a time is known, group by group, also of one that held nothing', async () => {
    const { manifest, group, other } = await fresh()
    const [first, second] = [
      { from: midnight, to: midnight + hour },
      { from: midnight, to: midnight + day },
    ]
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    const ids = (await manifest.blocks(all(group))).map(({ id }) => id)
    await manifest.removeBlocks(removal(group, ids, { deleted: first }))
    for (const deleted of [second, null, first]) await manifest.removeBlocks(removal(group, [], { deleted }))
    assert.deepEqual(await manifest.deletedPeriods(group), [first, second, first])
    assert.deepEqual(await manifest.deletedPeriods(other), [])
  })

  test('hours are not due from before what is kept of hours; their days are', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight), block(group, midnight + day)] }))
    await manifest.removeBlocks(
      removal(group, [], { keptSince: { windows: midnight + day, hours: midnight + day, days: 0 } }),
    )
    const next = { groupId: group, start: midnight + day }
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [next])
    await manifest.commitSeal(seal({ blocks: [block(group, midnight + hour)] }))
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [next])
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [
      { groupId: group, start: midnight },
      next,
    ])
    await manifest.removeBlocks(
      removal(group, [], {
        keptSince: { windows: midnight + day, hours: midnight + day, days: midnight + day },
      }),
    )
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [next])
  })

  test('a removal can make roll-ups due, and none is due of windows that are gone', async () => {
    const { manifest, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight), block(group, midnight + hour)] }))
    const windows = await windowBlocks(manifest, group)
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, windows[0]!.id))
    await manifest.putRollUp(rollUp(group, 'P1D', midnight, windows[1]!.id))
    const daily = (await manifest.blocks(all(group))).find(({ level }) => level === 'P1D')!
    const today = { groupId: group, start: midnight }
    await manifest.removeBlocks(
      removal(group, [daily.id, windows[1]!.id], { due: [{ level: 'P1D', start: midnight }] }),
    )
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [])
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [today])
    await drop(manifest, [group], 'PT5M')
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [today], 'there is an hour that it lacks')
    await manifest.putRollUp(rollUp(group, 'P1D', midnight, windows[0]!.id))
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [])
    const left = await manifest.blocks(all(group))
    await manifest.removeBlocks(
      removal(
        group,
        left.map(({ id }) => id),
        { due: [{ level: 'P1D', start: midnight }] },
      ),
    )
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [], 'nothing is left to make it of')
  })

  test('the latest window is another one once its time is deleted, and stays where it only got old', async () => {
    const { manifest, group } = await fresh()
    const latest = async (): Promise<number | undefined> => (await manifest.latest())[0]?.latestWindow
    const starts = [midnight, midnight + hour, midnight + day + hour]
    await manifest.commitSeal(seal({ blocks: starts.map((start) => block(group, start)) }))
    const [first, second, third] = await windowBlocks(manifest, group)
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, first!.id))
    await manifest.removeBlocks(
      removal(group, [first!.id], { deleted: { from: midnight, to: midnight + 1 } }),
    )
    assert.equal(await latest(), midnight + day + hour)
    const deleted = { from: midnight + day, to: midnight + 2 * day }
    await manifest.removeBlocks(removal(group, [third!.id], { deleted }))
    assert.equal(await latest(), midnight + hour)
    await manifest.removeBlocks(removal(group, [second!.id]))
    assert.equal(await latest(), midnight + hour, 'its profiles are in a roll-up')
    await drop(manifest, [group], 'PT1H')
    assert.equal(await latest(), undefined)
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)] }))
    assert.equal(await latest(), midnight, 'what was before is forgotten')
  })

  test('the first block of a level is found from an instant on', async () => {
    const { manifest, group, other } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight + hour), block(group, midnight + day)] }))
    await manifest.putRollUp(rollUp(group, 'P1D', midnight, 1))
    assert.equal(await manifest.firstBlock(group, 'PT5M', 0), midnight + hour)
    assert.equal(await manifest.firstBlock(group, 'PT5M', midnight + hour), midnight + hour)
    assert.equal(await manifest.firstBlock(group, 'PT5M', midnight + hour + 1), midnight + day)
    assert.equal(await manifest.firstBlock(group, 'PT5M', midnight + day + 1), null)
    assert.equal(await manifest.firstBlock(group, 'P1D', 0), midnight)
    assert.equal(await manifest.firstBlock(group, 'PT1H', 0), null)
    assert.equal(await manifest.firstBlock(other, 'PT5M', 0), null)
  })

  test('the rules that groups have of their own are those of the catalog', async () => {
    const { manifest, catalog, group, other } = await fresh()
    const retention = { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 3 }
    await catalog.setRetention(group, retention)
    await catalog.setRetention(other, retention)
    await catalog.setRetention(other, null)
    assert.deepEqual(await manifest.retentions(), [{ groupId: group, retention }])
  })

  test('the clock of ages is kept as it was written last, and the catalog tells it as well', async () => {
    const { manifest, catalog } = await fresh()
    assert.equal(await catalog.retentionClock(), null)
    await manifest.keepRetentionClock({ trusted: 1, seen: 2, stood: 3 })
    const clock = { trusted: midnight, seen: midnight + 5, stood: 0 }
    await manifest.keepRetentionClock(clock)
    assert.deepEqual(await manifest.retentionClock(), clock)
    assert.deepEqual(await catalog.retentionClock(), clock)
  })

  test('token lists come oldest first and are forgotten by their time', async () => {
    const { manifest } = await fresh()
    for (const receivedAt of [30, 10, 20])
      await manifest.commitSeal(seal({ tokens: [{ key: `tokens/${receivedAt}`, receivedAt }] }))
    assert.deepEqual(
      (await manifest.tokenLists()).map(({ receivedAt }) => receivedAt),
      [10, 20, 30],
    )
    assert.deepEqual(await manifest.forgetTokenLists(10), [])
    assert.deepEqual(sorted(await manifest.forgetTokenLists(21)), ['tokens/10', 'tokens/20'])
    assert.deepEqual(await manifest.tokenLists(), [{ key: 'tokens/30', receivedAt: 30 }])
  })
}

function deletedGroupContract(fresh: Fresh): void {
  test('a group that is deleted takes all that is known of it along', async () => {
    const { manifest, catalog, group, other } = await fresh()
    const kept = block(other, midnight)
    await manifest.commitSeal(
      seal({ segments: wholly('a'), blocks: [block(group, midnight), kept], parts: [part(group)] }),
    )
    await manifest.putRollUp(rollUp(group, 'PT1H', midnight, 1))
    const since = { windows: midnight, hours: midnight, days: midnight }
    await manifest.removeBlocks(removal(group, [], { keptSince: since }))
    await catalog.setRetention(group, { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 3 })
    await catalog.deleteGroup(group)
    assert.deepEqual(await manifest.keptSince(group), keptFromTheFirst)
    assert.deepEqual(await manifest.removeBlocks(removal(group, [1], { keptSince: since })), [])
    assert.deepEqual(await manifest.keptSince(group), keptFromTheFirst)
    assert.deepEqual(await manifest.retentions(), [])
    assert.deepEqual(await manifest.blocks(all(group)), [])
    assert.deepEqual(await manifest.dictionaryParts(group, midnight), [])
    assert.deepEqual(await manifest.keys(group), [])
    assert.deepEqual(keysOf(await manifest.blocks(all(other))), [kept.key])
    assert.deepEqual(
      (await manifest.latest()).map(({ groupId }) => groupId),
      [other],
    )
    assert.deepEqual(await manifest.dueRollUps('P1D', always, 10), [{ groupId: other, start: midnight }])
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['a'])
  })

  test('of a group deleted while it was sealed nothing is taken, and the rest of the seal is', async () => {
    const { manifest, catalog, group, other } = await fresh()
    await catalog.deleteGroup(group)
    const gone = [block(group, midnight), block(group, midnight + window)]
    const gonePart = part(group)
    const kept = block(other, midnight)
    const keptPart = part(other)
    const tokens = [{ key: 'tokens/1', receivedAt: midnight }]
    const untaken = await manifest.commitSeal({
      segments: wholly('a'),
      blocks: [gone[0]!, kept, gone[1]!],
      parts: [gonePart, keptPart],
      tokens,
    })
    assert.deepEqual(sorted(untaken), sorted(keysOf([...gone, gonePart])))
    assert.deepEqual(await manifest.blocks(all(group)), [])
    assert.deepEqual(sorted(await manifest.keys(other)), sorted([kept.key, keptPart.key]))
    assert.deepEqual(sealed(await manifest.sealedSegments()), ['a'])
    assert.deepEqual(await manifest.tokenLists(), tokens)
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [{ groupId: other, start: midnight }])
  })

  test('of a group deleted meanwhile a roll-up and a consolidated part are not taken', async () => {
    const { manifest, catalog, group } = await fresh()
    await manifest.commitSeal(seal({ blocks: [block(group, midnight)], parts: [part(group)] }))
    await catalog.deleteGroup(group)
    const late = rollUp(group, 'PT1H', midnight, 1)
    assert.deepEqual(await manifest.putRollUp(late), [late.key])
    const latePart = part(group)
    assert.deepEqual(await manifest.consolidateParts(latePart, always), [latePart.key])
    assert.deepEqual(await manifest.keys(group), [])
    assert.deepEqual(await manifest.dueRollUps('PT1H', always, 10), [])
  })
}
