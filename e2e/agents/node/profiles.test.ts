/** Wick's Node.js agent, packed and installed, on each Node.js that it supports, against a real server over TLS. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type CodeGuruProfilerClient,
  CreateProfilingGroupCommand,
  GetProfileCommand,
} from '@aws-sdk/client-codeguruprofiler'
import { callPathSums, type ProfileBody } from '../../support/call-paths.ts'
import { sdkClient } from '../../support/sdk-client.ts'
import { startWick, type Wick } from '../../support/wick.ts'
import { installedProject, type Project, runProgram, type Version, versions } from './support.ts'

const intervalMs = 20
let directory: string
let wick: Wick
let client: CodeGuruProfilerClient
let project: Project

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-agent-node-'))
  ;[wick, project] = await Promise.all([
    startWick({
      directory,
      environment: {
        WICK_AGENT_PERIOD_SECONDS: '2',
        WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: String(intervalMs),
        WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '500',
      },
    }),
    installedProject(),
  ])
  client = sdkClient(wick)
})

after(async () => {
  client?.destroy()
  await wick?.stop()
  await project?.remove()
  await rm(directory, { recursive: true, force: true })
})

async function profileOf(group: string): Promise<ProfileBody> {
  const now = Date.now()
  const range = { startTime: new Date(now - 3_600_000), endTime: new Date(now + 300_000) }
  const answer = await client.send(
    new GetProfileCommand({ profilingGroupName: group, ...range, accept: 'application/json' }),
  )
  return JSON.parse(Buffer.from(answer.profile!).toString())
}

/** Milliseconds with a frame on the stack, by counter. */
function timeIn(profile: ProfileBody, part: string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of callPathSums(profile)) {
    const [path, counter] = [key.slice(0, key.lastIndexOf(' ')), key.slice(key.lastIndexOf(' ') + 1)]
    if (path.includes(part)) sums[counter] = (sums[counter] ?? 0) + count * intervalMs
  }
  return sums
}

async function run(version: Version, args: readonly string[], group: string): Promise<void> {
  await client.send(new CreateProfilingGroupCommand({ profilingGroupName: group, clientToken: group }))
  const ran = await runProgram({
    project,
    version,
    args,
    environment: {
      ...wick.awsEnvironment,
      AWS_CODEGURU_PROFILER_GROUP_NAME: group,
      WICK_INITIAL_DELAY_SECONDS: '0',
    },
  })
  assert.deepEqual([ran.exitCode, ran.stdout], [0, 'orders are done\n'], ran.stderr)
  assert.match(ran.stderr, /^wick-agent: profiling group \S+ at https:[^\n]+\n$/)
}

for (const version of versions) {
  test(`Node ${version}: a module, preloaded: main thread and workers in one profile`, async () => {
    const group = `esm-${version}`
    await run(version, ['--import', '@wick/agent', 'orders.mjs', '3'], group)
    const profile = await profileOf(group)
    const [pricing, packing, idle] = [
      'shop/orders.mjs:priceOrders',
      'shop/orders.mjs:packParcels',
      '(idle)',
    ].map((part) => timeIn(profile, part))
    // A few turns of 300 and 400 ms, less what a worker does before it is sampled.
    assert.ok(pricing!.RUNNABLE! > 600, JSON.stringify(pricing))
    assert.ok(packing!.RUNNABLE! > 600, JSON.stringify(packing))
    assert.ok(idle!.IDLE! > 200, JSON.stringify(idle))
    assert.deepEqual([pricing!.IDLE, packing!.IDLE, idle!.RUNNABLE], [undefined, undefined, undefined])
  })

  test(`Node ${version}: CommonJS, started in code`, async () => {
    const group = `cjs-${version}`
    await run(version, ['--max-old-space-size=512', 'orders.cjs', '3'], group)
    const profile = await profileOf(group)
    assert.ok(timeIn(profile, 'shop/orders.cjs:priceOrders').RUNNABLE! > 600)
    assert.ok(timeIn(profile, 'shop/orders.cjs:packParcels').RUNNABLE! > 200)
  })
}
