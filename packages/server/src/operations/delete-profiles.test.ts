import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { deleteProfiles } from './delete-profiles.ts'
import { getProfile } from './get-profile.ts'
import {
  apiError,
  createGroup,
  postProfile,
  rangeInput,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const hour = 60 * minute
const day = 24 * hour

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

const post = (end: number, token: string | null = null): Promise<void> =>
  postProfile(services, body({ counts: { A: 1 } }, end), { token })

async function remove(start: number, end: number, profilingGroupName = 'orders'): Promise<unknown> {
  const query = `startTime=${formatTimestamp(start)}&endTime=${formatTimestamp(end)}`
  const reply = await deleteProfiles(
    services.context(),
    requestParts({ labels: { profilingGroupName }, query }),
  )
  assert.ok(reply.kind === 'json')
  return reply.value
}

const refused = (start: number, end: number, message: RegExp): Promise<void> =>
  assert.rejects(remove(start, end), apiError('ValidationException', message))

test('a period is deleted, and how many profiles that were is told', async () => {
  await post(noon)
  await post(noon - minute, 'once')
  await post(noon - 6 * minute)
  assert.deepEqual(await remove(noon - 5 * minute, noon), { profiles: 2 })
  assert.deepEqual(await remove(noon - 5 * minute, noon), { profiles: 0 })
  await post(noon - minute, 'once')
  const { start, end } = await getProfile(services.context(), rangeInput(noon - hour, noon))
  assert.deepEqual([start, end], [noon - 10 * minute, noon - 5 * minute])
})

test('a period that is not whole windows, or not over, is refused and told what would be right', async () => {
  await post(noon)
  await refused(noon - 6 * minute, noon, /whole 5-minute windows \(UTC\)/)
  await refused(noon - 5 * minute, noon - 1, /whole 5-minute windows/)
  await refused(noon, noon, /startTime must be before endTime/)
  await refused(
    noon - 5 * minute,
    noon + 5 * minute,
    /began at 2026-11-24T12:00:00.000Z; end the period there/,
  )
  assert.equal((await getProfile(services.context(), rangeInput(noon - hour, noon))).end, noon)
})

test('anomalies that began in the period are deleted with it', async () => {
  await post(noon)
  const [group] = await services.catalog.allGroups()
  const added = [noon - hour, noon - minute].map((since) => ({
    ...{ id: `${since}`, since, document: Uint8Array.of(1), announcement: null },
  }))
  await services.catalog.changeAnomalies({ groupId: group!.id, added, ended: [] })
  await remove(noon - 5 * minute, noon)
  const left = await services.catalog.anomaliesOf({ groupId: group!.id, from: 0, to: noon + day, limit: 9 })
  assert.deepEqual(
    left.map(({ since }) => since),
    [noon - hour],
  )
})

test('where 5-minute windows are kept no longer, whole hours are deleted', async () => {
  await post(noon)
  for (let age = 0; age <= 15; age++) {
    services.now = noon + age * day + 30 * minute
    await services.services.store.maintain()
  }
  await refused(noon - 5 * minute, noon, /whole hours \(UTC\), the finest that are kept of that time/)
  assert.deepEqual(await remove(noon - hour, noon), { profiles: 1 })
})

test('both ends are needed, and a group that exists', async () => {
  const parts = requestParts({ query: `startTime=${formatTimestamp(noon)}` })
  await assert.rejects(
    deleteProfiles(services.context(), parts),
    apiError('ValidationException', /'endTime'/),
  )
  await assert.rejects(remove(noon - hour, noon, 'other'), apiError('ResourceNotFoundException'))
})
