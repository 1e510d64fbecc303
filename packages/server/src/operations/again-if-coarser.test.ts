import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import type { ProfileStore } from '../storage/ports.ts'
import { sqliteManifest } from '../storage/sqlite/sqlite-manifest.ts'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { groupExtensions } from './group-extensions.ts'
import { handlerOf } from './operation-table.ts'
import { createGroup, postProfile, requestParts, testServices } from './testing/test-services.ts'

const hour = 60 * minute
const day = 24 * hour
const midnight = noon - 12 * hour

const extension = (name: string) => groupExtensions.find((one) => one.name === name)!.handle
const operations = {
  GetSeries: extension('GetSeries'),
  GetSummary: extension('GetSummary'),
  BatchGetFrameMetricData: handlerOf('BatchGetFrameMetricData'),
}

for (const [name, handle] of Object.entries(operations))
  test(`${name} answers in longer steps where the shorter ones are let go while it is answered`, async () => {
    const services = await testServices()
    await createGroup(services)
    await postProfile(services, body({ children: { main: { counts: { RUNNABLE: 5 } } } }, noon))
    services.now = noon + day
    const { store } = services.services
    await store.seal()
    let isLetGo = false
    const losing: ProfileStore = {
      keptSince: store.keptSince.bind(store),
      status: store.status.bind(store),
      windows: store.windows.bind(store),
      fleet: store.fleet.bind(store),
      series: async (query) => {
        if (!isLetGo) await letHoursGo()
        isLetGo = true
        return store.series(query)
      },
    } satisfies Partial<ProfileStore> as unknown as ProfileStore
    const letHoursGo = async (): Promise<void> => {
      const manifest = sqliteManifest(services.database)
      const { id: groupId } = (await services.catalog.allGroups())[0]!
      const blocks = await manifest.blocks({ groupId, from: 0, to: services.now })
      await manifest.removeBlocks({
        groupId,
        blocks: blocks.flatMap(({ level, id }) => (level === 'P1D' ? [] : [id])),
        keptSince: { windows: midnight + day, hours: midnight + day, days: 0 },
        deleted: null,
        due: [],
      })
    }
    const time = { startTime: formatTimestamp(noon - hour), endTime: formatTimestamp(noon) }
    const frame = { frameName: 'main', type: 'AggregatedRelativeTotalTime', threadStates: ['RUNNABLE'] }
    const parts =
      name === 'BatchGetFrameMetricData'
        ? {
            query: `${new URLSearchParams({ ...time, targetResolution: 'PT5M' })}`,
            body: { frameMetrics: [frame] },
          }
        : { body: { ...time, resolution: 'PT5M' } }
    const reply = await handle({ ...services.context(), store: losing }, requestParts(parts))
    assert.ok(reply.kind === 'json' && isLetGo)
    const { resolution, endTimes } = reply.value as { resolution: string; endTimes: unknown[] }
    assert.deepEqual([resolution, endTimes.length], ['P1D', 1])
    await services.close()
  })
