import assert from 'node:assert/strict'
import { test } from 'node:test'
import { body, group, minute, noon, type OpenStore, send, storeBench } from '../testing/store-bench.ts'

const hour = 60 * minute

test('the time of a profile has every window whose samples it has, also of those that are posted while it is read', async () => {
  const bench = storeBench()
  bench.now = noon + minute
  let meanwhile = async (): Promise<void> => {}
  const open: OpenStore = await bench.open({
    through: ({ blobs, manifest }) => ({
      manifest,
      blobs: {
        ...blobs,
        get: async (...asked) => {
          await meanwhile()
          return blobs.get(...asked)
        },
      },
    }),
  })
  const post = async (window: number, samples: number): Promise<void> => {
    const bytes = body({ children: { main: { counts: { R: samples } } } }, window + minute)
    assert.deepEqual(await send(open, bench.now, { body: bytes }), { kind: 'stored' })
  }
  const ask = async (): Promise<object> => {
    const range = { from: noon - 8 * hour, to: noon + hour }
    const profile = await open.store.profile({
      groupId: group.id,
      ...range,
      maxDepth: null,
      encoding: 'json',
    })
    const { callgraph } = JSON.parse(Buffer.from(profile!.body).toString())
    return { start: profile!.start, samples: callgraph.children.main.counts.R }
  }
  await post(noon - hour, 1)
  await open.store.seal()
  await post(noon - 3 * hour, 10)
  meanwhile = async () => {
    meanwhile = async () => {}
    await post(noon - 6 * hour, 100)
  }
  assert.deepEqual(await ask(), { start: noon - 6 * hour, samples: 111 })
  await open.store.close()
})
