import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { encodeIon, ProfileDecoder } from '@wick/profile'
import { parsePostAgentProfile } from '@wick/wire'
import { body, minute, noon, type Sums, sumsOf } from '../store/testing/store-bench.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { getProfile } from './get-profile.ts'
import { postAgentProfile } from './post-agent-profile.ts'
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
const profile = (count = 3, end = noon + minute): Uint8Array =>
  body({ children: { main: { children: { hot: { counts: { RUNNABLE: count } } } } } }, end)

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(async () => {
  assert.equal(services.budget.held, 0, 'all that was taken from the budget is given back')
  await services.close()
})

/** A request as the listener hands it on. */
function post(bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}, query = ''): Promise<void> {
  const parts = requestParts({ body: Uint8Array.from(bytes), headers, query })
  return postAgentProfile(services.context({ body: bytes }), parsePostAgentProfile(parts))
}

async function stored(): Promise<Sums> {
  const answer = getProfile(services.context(), rangeInput(noon - 24 * hour, noon + hour))
  return answer.then(
    ({ body: json }) => sumsOf([json]),
    (error) => {
      assert.equal(error.code, 'ResourceNotFoundException')
      return new Map()
    },
  )
}

function ionOf(json: Uint8Array): Uint8Array {
  return encodeIon(new ProfileDecoder().decode(Uint8Array.from(json)))
}

async function ingestCounters(): Promise<Record<string, number>> {
  const text = await services.services.metrics.render(true)
  const lines = text.matchAll(/^(wick_ingest_\S+) (\S+)$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]))
}

test('a posted profile is in the answer as soon as the post is acknowledged', async () => {
  await post(profile())
  assert.deepEqual(await stored(), sumsOf([profile()]))
})

test('the bytes decide how a body is read, whatever its Content-Type says', async () => {
  const types = ['application/json', 'application/x-amzn-ion', 'APPLICATION/JSON; charset=utf-8', undefined]
  for (const type of types) {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    await post(profile(), headers)
    await post(ionOf(profile()), headers)
  }
  assert.deepEqual(await stored(), sumsOf(Array.from({ length: 2 * types.length }, () => profile())))
})

test('another Content-Type is refused, and nothing is kept', async () => {
  for (const type of ['text/plain', 'application/octet-stream', 'application/jsonx', 'multipart/form-data'])
    assert.throws(
      () => post(profile(), { 'content-type': type }),
      apiError('ValidationException', /Content-Type/),
    )
  assert.deepEqual(await stored(), new Map())
})

test('gzip is undone where the header names it, and where only the bytes show it', async () => {
  await post(gzipSync(profile()), { 'content-encoding': 'gzip' })
  await post(gzipSync(profile()))
  await post(gzipSync(ionOf(profile())), { 'content-encoding': 'GZIP', 'content-type': 'application/json' })
  await post(gzipSync(profile()), { 'content-encoding': 'identity' })
  assert.deepEqual(await stored(), sumsOf(Array.from({ length: 4 }, () => profile())))
})

test('a body announced as gzip that is none is refused', async () => {
  for (const bytes of [profile(), gzipSync(profile()).subarray(0, -4), deflateSync(profile())])
    await assert.rejects(
      post(bytes, { 'content-encoding': 'gzip' }),
      apiError('ValidationException', /not valid gzip/),
    )
  for (const encoding of ['br', 'deflate', 'zstd', 'gzip, gzip'])
    assert.throws(
      () => post(profile(), { 'content-encoding': encoding }),
      apiError('ValidationException', /Content-Encoding/),
    )
  assert.deepEqual(await stored(), new Map())
})

test('gzip within gzip is undone once', async () => {
  await assert.rejects(
    post(gzipSync(gzipSync(profile())), { 'content-encoding': 'gzip' }),
    apiError('ValidationException'),
  )
})

test('a repeated token is acknowledged and counted once, however it is packed', async () => {
  const query = 'profileToken=token-1'
  await post(profile(), {}, query)
  await post(profile(), {}, query)
  await post(gzipSync(profile()), { 'content-encoding': 'gzip' }, query)
  await post(gzipSync(profile(), { level: 1 }), {}, query)
  assert.deepEqual(await stored(), sumsOf([profile()]))
})

test('a token with another body is refused: inflated bytes count, not what they mean', async () => {
  await post(profile(3), {}, 'profileToken=t')
  for (const other of [profile(4), ionOf(profile(3)), Buffer.concat([profile(3), Buffer.from('\n')])])
    await assert.rejects(
      post(other, {}, 'profileToken=t'),
      apiError('ValidationException', /profileToken was used before with another profile/),
    )
  assert.deepEqual(await stored(), sumsOf([profile(3)]))
})

test('a token is remembered for a day, across restarts', async () => {
  await post(profile(), {}, 'profileToken=t')
  await services.reopen()
  services.now += 23.9 * hour
  await post(profile(), {}, 'profileToken=t')
  await services.reopen()
  await post(profile(), {}, 'profileToken=t')
  assert.deepEqual(await stored(), sumsOf([profile()]))
})

test('posts without a token are never repetitions', async () => {
  await post(profile())
  await post(profile())
  assert.deepEqual(await stored(), sumsOf([profile(), profile()]))
})

test('a token belongs to its group', async () => {
  await createGroup(services, { profilingGroupName: 'other' })
  await postProfile(services, profile(1), { token: 't' })
  await postProfile(services, profile(2), { token: 't', name: 'other' })
  assert.deepEqual(await stored(), sumsOf([profile(1)]))
})

test('a refused body leaves its token free', async () => {
  await assert.rejects(post(profile().subarray(0, -3), {}, 'profileToken=t'), apiError('ValidationException'))
  await post(profile(), {}, 'profileToken=t')
  assert.deepEqual(await stored(), sumsOf([profile()]))
})

test('a token is a word of at most 64 characters, given once', () => {
  for (const query of [
    'profileToken=',
    `profileToken=${'a'.repeat(65)}`,
    'profileToken=a%20b',
    'profileToken=a/b',
    'profileToken=a&profileToken=a',
  ])
    assert.throws(() => post(profile(), {}, query), apiError('ValidationException', /profileToken/), query)
})

test('threat 26: a profile too old or too far ahead is refused, and says why', async () => {
  await assert.rejects(
    post(profile(1, services.now - 24 * hour - 1)),
    apiError('ValidationException', /more than 86400 seconds in the past/),
  )
  await assert.rejects(
    post(profile(1, services.now + 10 * minute + 1)),
    apiError('ValidationException', /ahead of the server's clock/),
  )
  assert.deepEqual(await stored(), new Map())
})

test('an empty or malformed body is refused, and nothing is kept', async () => {
  const bodies = ['', '{', 'null', '[]', '{"start":1,"end":2}', '{"start":2,"end":1,"callgraph":{}}', '\0']
  for (const text of bodies)
    await assert.rejects(post(Buffer.from(text)), apiError('ValidationException'), JSON.stringify(text))
  assert.deepEqual(await stored(), new Map())
})

test('while the disk takes nothing the caller is asked to come again, and then it counts once', async () => {
  services.files.fail(new Map(Array.from({ length: 3 }, (_, i) => [i + 1, 'ENOSPC' as const])))
  const unavailable = apiError('ServiceUnavailableException', /could not be written/)
  await assert.rejects(post(gzipSync(profile()), {}, 'profileToken=t'), unavailable)
  assert.deepEqual(await stored(), new Map())
  for (let left = 3; left > 0; left--)
    await post(profile(), {}, 'profileToken=t').catch((error) => assert.equal(error.status, 503))
  await post(profile(), {}, 'profileToken=t')
  assert.deepEqual(await stored(), sumsOf([profile()]))
})

test('of a group that does not exist it is said before the body is looked at', async () => {
  await deleteProfilingGroup(services.context(), { profilingGroupName: 'orders' })
  for (const bytes of [profile(), Buffer.from('{'), Buffer.from([0x1f, 0x8b])])
    await assert.rejects(post(bytes), apiError('ResourceNotFoundException', /'orders' does not exist/))
})

test('what an inflated body takes is given back once it is kept or refused: the next ones find room', async () => {
  await services.close()
  services = await testServices({ config: { maxInflatedBytes: profile().length } })
  await createGroup(services)
  for (let time = 0; time < 3; time++) {
    await post(gzipSync(profile()))
    await assert.rejects(post(gzipSync(Buffer.from('{'))), apiError('ValidationException'))
  }
})

test('a token knows its body again, inflated or not', async () => {
  await post(gzipSync(profile()), {}, 'profileToken=t')
  await post(profile(), {}, 'profileToken=t')
  assert.deepEqual(await stored(), sumsOf([profile()]))
  const other = Buffer.concat([profile(), Buffer.from(' ')])
  await assert.rejects(
    post(gzipSync(other), {}, 'profileToken=t'),
    apiError('ValidationException', /used before/),
  )
})

test('a body that inflates beyond the limit is refused by name and takes nothing', async () => {
  await services.close()
  services = await testServices({ config: { maxInflatedBytes: 1024 } })
  await createGroup(services)
  const padded = Buffer.concat([profile(), Buffer.alloc(1024, ' ')])
  await assert.rejects(post(gzipSync(padded)), apiError('ValidationException', /more than 1024 bytes/))
  await post(gzipSync(profile()))
})

test('posts are counted by outcome, their bytes as sent and inflated', async () => {
  const packed = gzipSync(profile())
  await post(packed, {}, 'profileToken=t')
  await post(profile(), {}, 'profileToken=t')
  await assert.rejects(post(Buffer.from('{')))
  assert.deepEqual(await ingestCounters(), {
    'wick_ingest_profiles_total{outcome="stored"}': 1,
    'wick_ingest_profiles_total{outcome="repeated"}': 1,
    'wick_ingest_profiles_total{outcome="refused"}': 1,
    'wick_ingest_bytes_total{form="wire"}': packed.length + profile().length + 1,
    'wick_ingest_bytes_total{form="inflated"}': 2 * profile().length + 1,
  })
})

test("the caller's bytes are not taken away from it where they lie in a larger buffer", async () => {
  const pool = Buffer.concat([Buffer.from('before'), profile(), Buffer.from('after')])
  const view = new Uint8Array(pool.buffer, pool.byteOffset + 6, profile().length)
  const input = {
    profilingGroupName: 'orders',
    profileToken: null,
    body: view,
    contentEncoding: 'identity',
  } as const
  await postAgentProfile(services.context({ body: view }), input)
  assert.deepEqual(await stored(), sumsOf([profile()]))
})
