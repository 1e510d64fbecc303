import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Histories } from '@wick/analysis'
import { GroupSeal } from '../identity/group-seal.ts'
import { HistoryFile } from './history-file.ts'

const limits = { hours: 30, frames: 8, floor: 0.01 }
const seal = new GroupSeal([new Uint8Array(32).fill(1)])

async function bench(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'wick-history-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'new', 'shop-cpu.history')
  const open = (by = seal, name = 'shop-cpu') => new HistoryFile(path, by, name, limits)
  return { path, open }
}

function append({ total, self }: Histories, hour: number): void {
  const names = Array.from({ length: 8 }, (_, i) => `f${Math.floor(hour / 20) + i}`)
  const counts = names.map((_, i) => 10 * (i + 1) + (hour % 7))
  total.append({ hour, samples: 1000, names, counts })
  self.append({ hour, samples: 1000, names, counts: counts.map((count) => count / 2) })
}

/** So many hours, each kept as it comes. */
function filled(file: HistoryFile, hours: number): Histories {
  const histories = file.read()
  for (let hour = histories.total.lastHour + 1; hour < hours; hour++) {
    append(histories, hour)
    file.append(histories)
  }
  return histories
}

test('what was kept hour by hour is there again, also after years of hours', async (t) => {
  const { open, path } = await bench(t)
  assert.equal(open().read().total.lastHour, -1)
  let size = 0
  for (const hours of [1, 2, 40, 61, 62, 150, 400]) {
    const kept = filled(open(), hours)
    const read = open().read()
    append(kept, hours)
    append(read, hours)
    assert.deepEqual(read.total.lastColumn().surprises, kept.total.lastColumn().surprises)
    assert.deepEqual(read.self.lastColumn().steps, kept.self.lastColumn().steps)
    if (hours >= 150) assert.ok((await stat(path)).size < 4 * size, 'hours that are not looked at go')
    if (hours === 62) size = (await stat(path)).size
  }
})

test('nothing of it can be read in the file, nor by another group, nor as another metric', async (t) => {
  const { open, path } = await bench(t)
  filled(open(), 3)
  assert.ok(!(await readFile(path)).includes('f1'))
  assert.equal(open(new GroupSeal([new Uint8Array(32).fill(2)])).read().total.lastHour, -1)
  assert.equal(open(seal, 'shop-latency').read().total.lastHour, -1)
  const rotated = new GroupSeal([new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)])
  assert.equal(open(rotated).read().total.lastHour, 2)
})

test('a file that is cut off or changed anywhere keeps what is before, and goes on from there', async (t) => {
  const { open, path } = await bench(t)
  filled(open(), 6)
  const whole = await readFile(path)
  for (let at = 0; at < whole.length; at += 37) {
    await writeFile(path, whole.subarray(0, at))
    const cut = open().read().total.lastHour
    assert.ok(cut < 5, `cut at ${at}`)
    const changed = Buffer.from(whole)
    changed[at]! ^= 0x40
    await writeFile(path, changed)
    const file = open()
    assert.ok(file.read().total.lastHour <= cut + 1)
    const again = filled(open(), 8)
    assert.deepEqual(open().read(), { ...again, total: open().read().total, self: open().read().self })
    assert.equal(open().read().total.lastHour, 7)
  }
})
