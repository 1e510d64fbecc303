/** What every blob store does, whatever it is kept in. Each adapter's test runs this. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BlobStore } from './ports.ts'

/** @param open an empty store each time; it can be opened `again` on what is there, as a restart does */
export function blobStoreContract(
  name: string,
  open: () => Promise<{ readonly blobs: BlobStore; readonly again: () => Promise<BlobStore> }>,
): void {
  describe(name, () => {
    const fresh = async (): Promise<BlobStore> => (await open()).blobs

    test('an object is read as it was put', async () => {
      const blobs = await fresh()
      const every = Uint8Array.from({ length: 256 }, (_, i) => i)
      await blobs.put('group/1.block', every)
      await blobs.put('group/2.block', Uint8Array.of(7))
      assert.deepEqual(plain(await blobs.get('group/1.block')), every)
      assert.deepEqual(plain(await blobs.get('group/2.block')), Uint8Array.of(7))
    })

    test('an object may be empty, and may be large', async () => {
      const blobs = await fresh()
      const large = new Uint8Array(3_000_000).map((_, i) => (i * 7) ^ (i >> 8))
      await blobs.put('a/empty', new Uint8Array(0))
      await blobs.put('a/large', large)
      assert.deepEqual(plain(await blobs.get('a/empty')), new Uint8Array(0))
      assert.equal(Buffer.compare((await blobs.get('a/large'))!, large), 0)
    })

    test('a view is put as what it shows, and stays with the caller', async () => {
      const blobs = await fresh()
      const bytes = Uint8Array.of(0, 1, 2, 3, 4)
      await blobs.put('a/b', bytes.subarray(1, 3))
      assert.deepEqual(plain(await blobs.get('a/b')), Uint8Array.of(1, 2))
      assert.deepEqual(bytes, Uint8Array.of(0, 1, 2, 3, 4))
    })

    test('a range is read alone, and ends where the object does', async () => {
      const blobs = await fresh()
      await blobs.put('a/b', Uint8Array.of(10, 11, 12, 13, 14))
      const ranges: [number, number | undefined, number[]][] = [
        [0, 2, [10, 11]],
        [1, 4, [11, 12, 13]],
        [3, undefined, [13, 14]],
        [3, 100, [13, 14]],
        [5, 9, []],
        [9, 12, []],
        [2, 2, []],
      ]
      for (const [from, to, expected] of ranges)
        assert.deepEqual([...(await blobs.get('a/b', from, to))!], expected, `${from} to ${to}`)
    })

    test('a directory tells the sizes of what is in it', async () => {
      const blobs = await fresh()
      await blobs.put('a/b', new Uint8Array(5))
      await blobs.put('a/c', new Uint8Array(0))
      await blobs.put('d/e', new Uint8Array(7))
      await blobs.remove('a/c')
      assert.deepEqual(await blobs.sizes('a'), new Map([['a/b', 5]]))
      assert.deepEqual(await blobs.sizes('x'), new Map())
    })

    test('what is set aside stays as it is, and its copy is nowhere to be seen', async () => {
      const { blobs, again } = await open()
      await blobs.put('a/b', Uint8Array.of(1, 2))
      await blobs.setAside('a/b')
      // Again, and of what is not there.
      await blobs.setAside('a/b')
      await blobs.setAside('a/c')
      for (const one of [blobs, await again()]) {
        assert.deepEqual(plain(await one.get('a/b')), Uint8Array.of(1, 2))
        assert.deepEqual(await one.directories(), ['a'])
        assert.deepEqual(await one.list('a'), ['a/b'])
      }
    })

    test('what was never put is null, in a directory that exists and in one that does not', async () => {
      const blobs = await fresh()
      await blobs.put('a/b', Uint8Array.of(1))
      assert.equal(await blobs.get('a/c'), null)
      assert.equal(await blobs.get('x/y'), null)
      assert.equal(await blobs.get('a/c', 2, 5), null)
    })

    test('a key is written once: the second put is refused and changes nothing', async () => {
      const blobs = await fresh()
      await blobs.put('a/b', Uint8Array.of(1))
      await assert.rejects(blobs.put('a/b', Uint8Array.of(2)), { name: 'StorageWriteError' })
      assert.deepEqual(plain(await blobs.get('a/b')), Uint8Array.of(1))
    })

    test('of two puts under one key at the same time one is kept whole', async () => {
      const blobs = await fresh()
      const puts = await Promise.allSettled([
        blobs.put('a/b', new Uint8Array(5000).fill(1)),
        blobs.put('a/b', new Uint8Array(5000).fill(2)),
      ])
      const kept = puts.findIndex(({ status }) => status === 'fulfilled')
      assert.equal(puts.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.deepEqual(plain(await blobs.get('a/b')), new Uint8Array(5000).fill(kept + 1))
    })

    test('what was removed is gone, and removing what is not there is harmless', async () => {
      const blobs = await fresh()
      await blobs.put('a/b', Uint8Array.of(1))
      await blobs.put('a/c', Uint8Array.of(2))
      await blobs.remove('a/b')
      await blobs.remove('a/b')
      await blobs.remove('x/y')
      assert.equal(await blobs.get('a/b'), null)
      assert.deepEqual(await blobs.list('a'), ['a/c'])
    })

    test('directories and their keys are listed in order; one that does not exist is empty', async () => {
      const blobs = await fresh()
      assert.deepEqual(await blobs.directories(), [])
      assert.deepEqual(await blobs.list('a'), [])
      for (const key of ['b/2', 'a/10', 'a/9', 'b/1']) await blobs.put(key, Uint8Array.of(1))
      assert.deepEqual(await blobs.directories(), ['a', 'b'])
      assert.deepEqual(await blobs.list('a'), ['a/10', 'a/9'])
      assert.deepEqual(await blobs.list('b'), ['b/1', 'b/2'])
    })

    test('many puts at the same time into new directories are all kept', async () => {
      const blobs = await fresh()
      const keys = Array.from({ length: 60 }, (_, i) => `group-${i % 7}/${String(i).padStart(2, '0')}`)
      await Promise.all(keys.map((key, i) => blobs.put(key, Uint8Array.of(i))))
      for (const [i, key] of keys.entries()) assert.deepEqual(plain(await blobs.get(key)), Uint8Array.of(i))
      assert.equal((await blobs.directories()).length, 7)
    })

    test('what was put is there after opening again, and more can be put beside it', async () => {
      const { blobs, again } = await open()
      await blobs.put('a/b', Uint8Array.of(1))
      const second = await again()
      assert.deepEqual(plain(await second.get('a/b')), Uint8Array.of(1))
      await second.put('a/c', Uint8Array.of(2))
      await assert.rejects(second.put('a/b', Uint8Array.of(3)), { name: 'StorageWriteError' })
      assert.deepEqual(await second.list('a'), ['a/b', 'a/c'])
    })

    test('every key of letters, digits and ._- will do', async () => {
      const blobs = await fresh()
      const keys = [
        'A-Z_a.z/0.9',
        '0a0b0c0d-1111-4222-8333-444444444444/000001764000000-ab12.PT5M',
        '-/_',
        'a../b..',
      ]
      for (const key of keys) await blobs.put(key, Buffer.from(key))
      for (const key of keys) assert.equal(Buffer.from((await blobs.get(key))!).toString(), key)
    })

    for (const key of invalidKeys) {
      test(`${JSON.stringify(key)} is no key`, async () => {
        const blobs = await fresh()
        await assert.rejects(blobs.put(key, Uint8Array.of(1)), RangeError)
        await assert.rejects(blobs.get(key), RangeError)
        await assert.rejects(blobs.remove(key), RangeError)
      })
    }

    test('nothing outside the store can be listed', async () => {
      const blobs = await fresh()
      for (const directory of ['', '.', '..', '../x', 'a/b', '/', '/etc', 'a\0'])
        await assert.rejects(blobs.list(directory), RangeError)
    })
  })
}

const invalidKeys = [
  '',
  'a',
  'a/',
  '/a',
  '/',
  'a/b/c',
  'a//b',
  '../b',
  'a/..',
  './b',
  'a/.b',
  '.a/b',
  'a/b\n',
  'a\n/b',
  'a/b c',
  'a\\b/c',
  'a/b\0',
  'ä/b',
  'a/%2e%2e',
]

/** Without what tells a Buffer from a Uint8Array. */
function plain(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes)
}
