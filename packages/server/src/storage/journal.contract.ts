/** What every journal does, whatever it is kept in. Each adapter's test runs this. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import type { Journal, SegmentWriter } from './ports.ts'

export interface JournalPlace {
  /** The journal as a program finds it when it starts. */
  readonly open: () => Promise<Journal>
}

/** @param make an empty place each time */
export function journalContract(name: string, make: () => Promise<JournalPlace>): void {
  describe(name, () => {
    const writers: SegmentWriter[] = []
    afterEach(() => Promise.all(writers.splice(0).map((writer) => writer.close())))

    const fresh = async (): Promise<{ journal: Journal; place: JournalPlace }> => {
      const place = await make()
      return { journal: await place.open(), place }
    }
    const create = async (journal: Journal, segment: string, text = 'header'): Promise<SegmentWriter> => {
      const writer = await journal.create(segment, bytes(text))
      writers.push(writer)
      return writer
    }

    test('an empty one has no segments', async () => {
      const { journal } = await fresh()
      assert.deepEqual(await journal.segments(), [])
    })

    test('a new segment holds its header, here and for whoever opens the journal next', async () => {
      const { journal, place } = await fresh()
      await create(journal, '1')
      for (const opened of [journal, await place.open()]) {
        assert.deepEqual(await opened.segments(), ['1'])
        assert.equal(await opened.size('1'), 6)
        assert.equal(await text(opened, '1'), 'header')
      }
    })

    test('segments come in the order of their names, which is that of their age', async () => {
      const { journal } = await fresh()
      for (const segment of ['000000000000010-b', '000000000000009-c', '000000000000010-a'])
        await create(journal, segment)
      assert.deepEqual(await journal.segments(), [
        '000000000000009-c',
        '000000000000010-a',
        '000000000000010-b',
      ])
    })

    test('what is appended follows in its order, in as many parts as it comes', async () => {
      const { journal } = await fresh()
      const writer = await create(journal, '1', '')
      await writer.append(['a', 'bc', '', 'def'].map(bytes))
      await writer.append([bytes('g')])
      await writer.append(['', ''].map(bytes))
      await writer.append([])
      await writer.append(Array.from({ length: 3000 }, () => bytes('.')))
      assert.equal(await text(journal, '1'), `abcdefg${'.'.repeat(3000)}`)
    })

    test('a large batch is kept whole', async () => {
      const { journal } = await fresh()
      const writer = await create(journal, '1', '')
      const parts = [3_000_000, 1, 2_000_000].map((size) => randomBytes(size))
      await writer.append(parts)
      const read = await journal.read('1', 0, Number.MAX_SAFE_INTEGER)
      assert.ok(Buffer.concat(parts).equals(read))
    })

    test('any range can be read; at the end it is shorter, beyond it empty', async () => {
      const { journal } = await fresh()
      await create(journal, '1', 'abcdef')
      const ranges: [number, number, string][] = [
        [0, 6, 'abcdef'],
        [2, 4, 'cd'],
        [3, 3, ''],
        [4, 100, 'ef'],
        [6, 10, ''],
        [7, 10, ''],
        [100, 200, ''],
      ]
      for (const [from, to, expected] of ranges)
        assert.equal(Buffer.from(await journal.read('1', from, to)).toString(), expected, `${from} to ${to}`)
    })

    test('what was read can be changed without harm', async () => {
      const { journal } = await fresh()
      await create(journal, '1', 'abc')
      const first = await journal.read('1', 0, 3)
      first.fill(0)
      assert.equal(await text(journal, '1'), 'abc')
    })

    test('a segment can be read while it is written', async () => {
      const { journal } = await fresh()
      const writer = await create(journal, '1', '')
      for (let i = 0; i < 5; i++) {
        await writer.append([bytes(String(i))])
        assert.equal(await text(journal, '1'), '01234'.slice(0, i + 1))
      }
    })

    test('a name is given once: the segment that has it stays as it is', async () => {
      const { journal } = await fresh()
      await create(journal, '1', 'first')
      await assert.rejects(journal.create('1', bytes('second')), { name: 'StorageWriteError' })
      assert.equal(await text(journal, '1'), 'first')
    })

    test('a segment that was cut holds what is before, for the next start, too', async () => {
      const { journal, place } = await fresh()
      await (await create(journal, '1', 'abcdef')).append([bytes('ghi')])
      await create(journal, '2', 'other')
      await journal.cut('1', 4)
      for (const opened of [journal, await place.open()]) {
        assert.equal(await text(opened, '1'), 'abcd')
        assert.deepEqual(await opened.segments(), ['1', '2'], 'what is kept aside is no segment')
        assert.equal(await text(opened, '2'), 'other')
      }
    })

    test('cutting can be repeated, further or at the same place; cutting nothing changes nothing', async () => {
      const { journal } = await fresh()
      await create(journal, '1', 'abcdef')
      await journal.cut('1', 6)
      assert.equal(await text(journal, '1'), 'abcdef')
      for (const length of [4, 4, 1, 0]) {
        await journal.cut('1', length)
        assert.equal(await text(journal, '1'), 'abcdef'.slice(0, length))
      }
    })

    test('a removed segment is gone, the others are not, and its name is free', async () => {
      const { journal, place } = await fresh()
      await create(journal, '1')
      await create(journal, '2')
      await journal.remove('1')
      await journal.remove('1')
      for (const opened of [journal, await place.open()]) assert.deepEqual(await opened.segments(), ['2'])
      await assert.rejects(journal.read('1', 0, 1))
      await create(journal, '1', 'again')
      assert.equal(await text(journal, '1'), 'again')
    })
  })
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

async function text(journal: Journal, segment: string): Promise<string> {
  return Buffer.from(await journal.read(segment, 0, Number.MAX_SAFE_INTEGER)).toString()
}
