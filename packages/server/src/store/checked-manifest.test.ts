import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answered, body, group, minute, noon, send, storeBench } from './testing/store-bench.ts'

const counted = (count: number, end: number): Uint8Array =>
  body({ children: { main: { counts: { RUNNABLE: count } } } }, end)

test('a block whose row says another time than it was sealed for is no part of any answer, and is reported once', async () => {
  const bench = storeBench()
  const first = await bench.open()
  await send(first, bench.now, { body: counted(1, noon + minute) })
  await send(first, bench.now, { body: counted(2, noon + 6 * minute) })
  bench.now = noon + 20 * minute
  await first.store.seal()
  await first.store.close()
  const [wrong] = await bench.manifest.blocks({ groupId: group.id, from: noon, to: noon + 5 * minute })
  const open = await bench.open({
    through: ({ blobs, manifest }) => ({
      blobs,
      // A bit of the row's start has flipped.
      manifest: new Proxy(manifest, {
        get: (target, name) =>
          name === 'blocks'
            ? async (query: Parameters<typeof manifest.blocks>[0]) =>
                (await manifest.blocks(query)).map((block) =>
                  block.key === wrong!.key ? { ...block, start: block.start + 10 * minute } : block,
                )
            : Reflect.get(target, name),
      }),
    }),
  })
  for (let again = 0; again < 2; again++)
    assert.deepEqual([...(await answered(open, noon, noon + 15 * minute))], [['["main"] RUNNABLE', 2]])
  assert.deepEqual(open.damage, [
    {
      file: wrong!.key,
      offset: 0,
      lost: "1 profiles of one group: the catalog says another time of them than their file's name",
    },
  ])
})
