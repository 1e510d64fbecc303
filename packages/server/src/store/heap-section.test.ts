import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHeaps, encodeHeaps } from './heap-section.ts'
import { type Heap, HeapSum, type SealedHeap, TypeNames } from './heap-sum.ts'
import { PayloadError } from './payload-codec.ts'

const amount = fc.integer({ min: 0, max: 2 ** 48 })
const typeName = fc.constantFrom('a', 'b', 'ü', '\ud800', '__proto__', 'int[]')
const anyHeap: fc.Arbitrary<Heap> = fc
  .record({
    reports: fc.integer({ min: 1, max: 1000 }),
    amounts: fc.tuple(amount, amount, amount, amount, amount),
    types: fc.uniqueArray(fc.tuple(typeName, amount, amount), { selector: ([name]) => name }),
  })
  .map(({ reports, amounts: [capacityBytes, usedBytes, maxUsedBytes, otherBytes, otherCount], types }) => {
    const names = new TypeNames()
    // Not in the order of the numbers.
    for (const name of types.map(([name]) => name).sort()) names.number(name)
    return {
      reports,
      capacityBytes,
      usedBytes,
      maxUsedBytes,
      names,
      types: Int32Array.from(types, ([name]) => names.number(name)),
      bytes: Float64Array.from(types, ([, bytes]) => bytes),
      counts: Float64Array.from(types, ([, , count]) => count),
      otherBytes,
      otherCount,
    }
  })

/** In a form that does not depend on numbers. */
function plain({ names, types, bytes, counts, ...figures }: Heap): object {
  const byName = [...types].map((type, i) => [names.list[type], bytes[i], counts[i]])
  return { ...figures, types: byName.sort(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)) }
}

function summed(heaps: readonly Heap[]): Heap {
  const sum = new HeapSum()
  for (const heap of heaps) sum.add(heap)
  return sum.heap()
}

test('heaps are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(anyHeap, { maxLength: 4 }), (heaps) => {
      const entries = heaps.map((heap, row): SealedHeap => ({ row: row * 3, heap }))
      const read = decodeHeaps(encodeHeaps(entries))
      assert.deepEqual(
        read.map(({ row, heap }) => [row, plain(heap)]),
        entries.map(({ row, heap }) => [row, plain(heap)]),
      )
    }),
  )
})

test('entries that are not wanted are stepped over', () => {
  fc.assert(
    fc.property(fc.array(anyHeap, { maxLength: 5 }), fc.integer(), (heaps, mask) => {
      const section = encodeHeaps(heaps.map((heap, row) => ({ row, heap })))
      const isWanted = (row: number): boolean => ((mask >> row) & 1) === 1
      assert.deepEqual(
        decodeHeaps(section, isWanted).map(({ row, heap }) => [row, plain(heap)]),
        heaps.map((heap, row) => [row, plain(heap)] as const).filter(([row]) => isWanted(row)),
      )
    }),
  )
})

test('sums beyond 2^53 are written as the doubles they are', () => {
  const [heap] = fc.sample(anyHeap, { numRuns: 1, seed: 3 })
  const large = { ...heap!, usedBytes: 2 ** 70 }
  assert.equal(decodeHeaps(encodeHeaps([{ row: 0, heap: large }]))[0]!.heap.usedBytes, 2 ** 70)
})

test('a section that is cut is refused', () => {
  const heaps = fc.sample(anyHeap, { numRuns: 2, seed: 5 })
  const section = Uint8Array.from(encodeHeaps(heaps.map((heap, row) => ({ row, heap }))))
  for (let length = 0; length < section.length; length++)
    assert.throws(() => decodeHeaps(section.subarray(0, length)), PayloadError)
})

test('the sum of sums is the sum of all, in any order, and as Maps add it up', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyHeap, { maxLength: 4 }), { maxLength: 4 }), (parts) => {
      const all = parts.flat()
      const sum = summed(all)
      assert.deepEqual(plain(summed(parts.map(summed).reverse())), plain(sum))
      const naive = new Map<string, [number, number]>()
      for (const { names, types, bytes, counts } of all)
        for (const [i, type] of types.entries()) {
          const [b, c] = naive.get(names.list[type]!) ?? [0, 0]
          naive.set(names.list[type]!, [b + bytes[i]!, c + counts[i]!])
        }
      const shown = [...sum.types].map(
        (type, i) => [sum.names.list[type]!, [sum.bytes[i]!, sum.counts[i]!]] as const,
      )
      assert.deepEqual(new Map(shown), naive)
      assert.equal(
        sum.reports,
        all.reduce((total, { reports }) => total + reports, 0),
      )
      assert.equal(sum.maxUsedBytes, Math.max(0, ...all.map(({ maxUsedBytes }) => maxUsedBytes)))
    }),
  )
})

test('names that come and go are bounded, and no byte is lost from the total', () => {
  const sum = new HeapSum()
  const heap = (i: number): Heap => ({
    reports: 1,
    capacityBytes: 0,
    usedBytes: 0,
    maxUsedBytes: 0,
    names: Object.assign(new TypeNames(), { list: ['steady', `lambda${i}`] }),
    types: Int32Array.of(0, 1),
    bytes: Float64Array.of(1, 10),
    counts: Float64Array.of(1, 2),
    otherBytes: 0,
    otherCount: 0,
  })
  for (let i = 0; i < 20_000; i++) sum.add(heap(i))
  const { types, bytes, counts, otherBytes, otherCount } = sum.heap()
  assert.equal(types.length, 1000)
  assert.equal(bytes.reduce((a, b) => a + b, 0) + otherBytes, 220_000)
  assert.equal(counts.reduce((a, b) => a + b, 0) + otherCount, 60_000)
})
