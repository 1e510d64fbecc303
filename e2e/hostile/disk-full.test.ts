/** A full disk: nothing more is promised, nothing that was promised is lost, and it is over as soon as there is room. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, type Caller, startCaller } from '../support/caller.ts'
import { smallDisk } from '../support/mounts.ts'
import { startWick, type Wick } from '../support/wick.ts'

const mebibyte = 1024 * 1024

test('posts get 503 with Retry-After, what was acknowledged is served, and room is all it takes to go on', async (t) => {
  const { wick, caller, makeRoom } = await startOnSmallDisk(t)
  const posts = new Posts()
  const refused = await posts.untilRefused(caller)
  t.diagnostic(`${posts.acknowledged.size} posts acknowledged before the disk was full`)
  assert.ok(posts.acknowledged.size > 0)

  assertUnavailable(refused)
  await assertNotReady(caller)
  // Not one by luck: many, at once.
  const many = await Promise.all(Array.from({ length: 20 }, () => posts.next(caller)))
  for (const answer of many) if (answer.status !== 204) assertUnavailable(answer)
  await posts.assertHeld(caller)
  assertUnavailable(
    await caller.send({
      method: 'POST',
      target: '/profilingGroups?clientToken=another',
      body: JSON.stringify({ profilingGroupName: 'another' }),
    }),
  )
  for (const target of ['/healthz', '/profilingGroups', '/profilingGroups/shop'])
    assert.equal((await caller.send({ target })).status, 200)

  await makeRoom()
  await untilReady(caller)
  assert.equal((await posts.next(caller)).status, 204)
  // A retry of what was refused is counted once, by its token.
  await posts.retryRefused(caller)
  await posts.retryRefused(caller)
  await posts.assertHeld(caller)
  await caller.createGroup('another')

  assert.equal(await wick.stop(), 0)
  const again = await startWick({ directory: wick.directory, flags: ['--insecure-http'] })
  t.after(() => again.stop())
  await posts.assertHeld(await startCaller(again))
})

test('a server that is started on a full disk serves what is there, and goes on once there is room', async (t) => {
  const { wick, caller, makeRoom } = await startOnSmallDisk(t)
  const posts = new Posts()
  await posts.untilRefused(caller)
  assert.equal(await wick.stop(), 0)
  // Where it was before: the address is written down in the directory.
  const listen = new URL(wick.url).host
  const again = await startWick({ directory: wick.directory, listen, flags: ['--insecure-http'] })
  t.after(() => again.stop())
  const other = await startCaller(again)
  await posts.assertHeld(other)
  assertUnavailable(await posts.untilRefused(other))
  await assertNotReady(other)
  await posts.assertHeld(other)
  await makeRoom()
  await untilReady(other)
})

/** A server on a disk of 8 MiB, half of which is taken by something that can go. */
async function startOnSmallDisk(
  t: TestContext,
): Promise<{ wick: Wick; caller: Caller; makeRoom: () => Promise<void> }> {
  const disk = await smallDisk(t, '8m')
  const ballast = join(disk, 'ballast')
  await writeFile(ballast, Buffer.alloc(4 * mebibyte))
  const wick = await startWick({ directory: join(disk, 'data'), flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  return { wick, caller, makeRoom: () => rm(ballast) }
}

/** Posts of 100 kB, each with a frame of its own, and which of them were acknowledged. */
class Posts {
  readonly acknowledged = new Set<number>()
  readonly #bodies: string[] = []

  next(caller: Caller): Promise<Answer> {
    const end = Date.now()
    const number = this.#bodies.length
    // Random, so that neither dictionary nor compression makes it small.
    const ballast = Array.from({ length: 100 }, () => [randomBytes(500).toString('hex'), {}])
    const children = {
      [`post ${number}`]: { counts: { RUNNABLE: 1 + number } },
      ...Object.fromEntries(ballast),
    }
    return this.#send(
      caller,
      this.#bodies.push(JSON.stringify({ start: end - 1000, end, callgraph: { children } })) - 1,
    )
  }

  async untilRefused(caller: Caller): Promise<Answer> {
    for (;;) {
      const answer = await this.next(caller)
      if (answer.status !== 204) return answer
    }
  }

  async retryRefused(caller: Caller): Promise<void> {
    for (const number of this.#bodies.keys()) assert.equal((await this.#send(caller, number)).status, 204)
  }

  /** What was acknowledged is there, once; what was refused is not there in part. */
  async assertHeld(caller: Caller): Promise<void> {
    const profile = await caller.profile('shop')
    const held = Object.entries(profile?.callgraph.children ?? {}).filter(([name]) =>
      name.startsWith('post '),
    )
    const expected = [...this.acknowledged].map((number) => [
      `post ${number}`,
      { counts: { RUNNABLE: 1 + number } },
    ])
    assert.deepEqual(Object.fromEntries(held), Object.fromEntries(expected))
  }

  async #send(caller: Caller, number: number): Promise<Answer> {
    const answer = await caller.post('shop', this.#bodies[number]!, { token: `post-${number}` })
    if (answer.status === 204) this.acknowledged.add(number)
    return answer
  }
}

function assertUnavailable({ status, headers, body }: Answer): void {
  assert.equal(status, 503, body.toString())
  assert.equal(headers['x-amzn-errortype'], 'ServiceUnavailableException')
  assert.match(headers['retry-after']!, /^\d+$/)
}

async function assertNotReady(caller: Caller): Promise<void> {
  const { status, headers, body } = await caller.send({ target: '/readyz', signature: null })
  assert.equal(status, 503)
  assert.match(body.toString(), /^not ready: /)
  assert.match(headers['retry-after']!, /^\d+$/)
  assert.equal(await caller.metric('wick_ready'), 0)
}

async function untilReady(caller: Caller): Promise<void> {
  while ((await caller.send({ target: '/readyz', signature: null })).status !== 200) await wait(20)
  assert.equal(await caller.metric('wick_ready'), 1)
}
