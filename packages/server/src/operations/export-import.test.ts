/** Profiles as files of other tools, out and in; and archives. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { decodeCollapsed, decodePprof, decodeSpeedscope, mergeTrees, ProfileDecoder } from '@wick/profile'
import { showStacks } from '@wick/profile/text-stacks'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { archiveProfiles, importArchive } from './archive-profiles.ts'
import { exportProfile } from './export-profile.ts'
import { getProfile } from './get-profile.ts'
import { importProfile } from './import-profile.ts'
import type { Reply } from './reply.ts'
import {
  apiError,
  createGroup,
  postProfile,
  rangeInput,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

let services: TestServices
before(async () => {
  services = await testServices()
  await createGroup(services)
  await createGroup(services, { profilingGroupName: 'copy' })
  const graph = {
    children: {
      main: { children: { parse: { counts: { RUNNABLE: 6 } }, wait: { counts: { WAITING: 3 } } } },
    },
  }
  await postProfile(services, body(graph, noon))
})
after(() => services.close())

const expected = 'main;parse RUNNABLE=6 | main;wait WAITING=3'
const window = { startTime: formatTimestamp(noon - 5 * minute), endTime: formatTimestamp(noon) }

async function exported(input: object): Promise<Extract<Reply, { kind: 'file' }>> {
  const reply = await exportProfile(services.context(), requestParts({ body: { ...window, ...input } }))
  assert.ok(reply.kind === 'file')
  return reply
}

test('a time is exported in every format, under a name that says what and when', async () => {
  const pprof = await exported({ format: 'pprof' })
  assert.deepEqual(
    [pprof.fileName, pprof.contentType],
    ['orders-20261124T115500Z.pb.gz', 'application/octet-stream'],
  )
  const read = decodePprof(gunzipSync(pprof.body))
  assert.equal(showStacks(mergeTrees([read.tree])), expected)
  assert.equal(read.start, noon - 5 * minute)
  const speedscope = await exported({ format: 'speedscope' })
  assert.equal(speedscope.fileName, 'orders-20261124T115500Z.speedscope.json')
  assert.equal(showStacks(mergeTrees([decodeSpeedscope(speedscope.body)])), expected)
  const summed = await exported({ format: 'collapsed' })
  assert.equal(Buffer.from(summed.body).toString(), 'main;parse 6\nmain;wait 3\n')
  const byCounter = await exported({ format: 'collapsed-by-counter' })
  assert.equal(
    showStacks(mergeTrees([decodeCollapsed(byCounter.body, { counter: 'first-frame' })])),
    expected,
  )
  for (const format of ['ion', 'json'])
    assert.equal(showStacks(new ProfileDecoder().decode((await exported({ format })).body).tree), expected)
})

test('an export may be filtered and cut', async () => {
  const { body: bytes } = await exported({
    format: 'collapsed',
    filter: { counters: ['WAITING'] },
    maxDepth: 1,
  })
  assert.equal(Buffer.from(bytes).toString(), 'main 3\n')
})

test('what there is nothing of is not exported', async () => {
  const past = {
    startTime: formatTimestamp(noon - 60 * minute),
    endTime: formatTimestamp(noon - 55 * minute),
  }
  await assert.rejects(
    exported({ ...past, format: 'pprof' }),
    apiError('ResourceNotFoundException', /no profile/),
  )
})

async function imported(query: string, bytes: Uint8Array, name = 'copy'): Promise<unknown> {
  const parts = requestParts({ labels: { profilingGroupName: name }, query, body: bytes })
  const reply = await importProfile(services.context({ body: bytes }), parts)
  assert.ok(reply.kind === 'json')
  return reply.value
}

async function shown(start: number, end: number, profilingGroupName = 'copy'): Promise<string> {
  const profile = await getProfile(services.context(), { ...rangeInput(start, end), profilingGroupName })
  return showStacks(new ProfileDecoder().decode(profile.body).tree)
}

test('files of other tools become profiles at their time, counted once', async () => {
  const at = (minutes: number): string => formatTimestamp(noon - minutes * minute)
  const files: readonly (readonly [string, string, string])[] = [
    ['pprof', '', ''],
    ['speedscope', `&endTime=${at(60)}`, expected],
    ['collapsed-by-counter', `&endTime=${at(120)}`, expected],
    ['collapsed', `&endTime=${at(180)}&counter=CPU`, 'main;parse CPU=6 | main;wait CPU=3'],
  ]
  for (const [format, times] of files) {
    const { body: bytes } = await exported({ format })
    assert.deepEqual(await imported(`format=${format}${times}`, bytes), { outcome: 'stored' }, format)
    assert.deepEqual(await imported(`format=${format}${times}`, bytes), { outcome: 'repeated' }, format)
  }
  assert.equal(await shown(noon - 5 * minute, noon), expected)
  assert.equal(await shown(noon - 65 * minute, noon - 60 * minute), expected)
  assert.equal(await shown(noon - 125 * minute, noon - 120 * minute), expected)
  assert.equal(await shown(noon - 185 * minute, noon - 180 * minute), files[3]![2])
})

test('profiles as agents post them are imported whatever their age, gzip or not', async () => {
  const old = noon - 400 * 24 * 60 * minute
  const bytes = body({ children: { a: { counts: { R: 1 } } } }, old)
  await assert.rejects(postProfile(services, bytes, { name: 'copy' }), apiError('ValidationException'))
  assert.deepEqual(await imported('format=profile', gzipSync(bytes)), { outcome: 'stored' })
  assert.deepEqual(await imported('format=profile', bytes), { outcome: 'repeated' })
})

test('what cannot be imported says why', async () => {
  const text = Buffer.from('main;parse 6\n')
  await assert.rejects(imported('format=collapsed', text), apiError('ValidationException', /give endTime/))
  const backwards = `format=collapsed&startTime=${formatTimestamp(noon)}&endTime=${formatTimestamp(noon - 1)}`
  await assert.rejects(imported(backwards, text), apiError('ValidationException', /later than endTime/))
  await assert.rejects(imported('format=pprof', text), apiError('ValidationException', /malformed/))
  await assert.rejects(imported('format=pprof', Buffer.alloc(0)), apiError('ValidationException', /empty/))
  const ahead = `format=collapsed&endTime=${formatTimestamp(noon + 60 * minute)}`
  await assert.rejects(imported(ahead, text), apiError('ValidationException', /ahead of the server's clock/))
  await assert.rejects(imported('format=collapsed', text, 'nobody'), apiError('ResourceNotFoundException'))
})

test('an archive goes out by pages and in by chunks', async () => {
  services.now = noon + 10 * minute
  await createGroup(services, { profilingGroupName: 'restored' })
  const reply = await archiveProfiles(services.context(), requestParts())
  assert.ok(reply.kind === 'file')
  assert.deepEqual(reply.headers, {
    'wick-profiles': '1',
    'wick-profiles-lost': '0',
    'wick-profiles-left': '0',
  })
  const file = Buffer.from(reply.body)
  const outcomes: unknown[] = []
  for (let at = 0; at < file.length; ) {
    const end = at + 8 + file.readUInt32LE(at)
    const parts = requestParts({
      labels: { profilingGroupName: 'restored' },
      body: Uint8Array.from(file.subarray(at, end)),
    })
    const answer = await importArchive(services.context(), parts)
    outcomes.push(answer.kind === 'json' && answer.value)
    at = end
  }
  const nothing = { stored: 0, repeated: 0, refused: 0, messages: [] }
  assert.deepEqual(outcomes, [nothing, { ...nothing, stored: 1 }, nothing])
  assert.equal(await shown(noon - 5 * minute, noon, 'restored'), expected)
  const broken = requestParts({ body: Uint8Array.from(file.subarray(1)) })
  await assert.rejects(
    importArchive(services.context(), broken),
    apiError('ValidationException', /no whole chunk/),
  )
})
