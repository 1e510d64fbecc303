/** Wick's Java agent, profiling a program with threads in known states. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProfileBody } from '../support/call-paths.ts'
import { callPathSums } from '../support/call-paths.ts'
import { startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory } from '../support/wick.ts'

const root = resolve(import.meta.dirname, '../..')

interface HeapAnswer {
  readonly steps: readonly { readonly maxUsedBytes: number; readonly capacityBytes: number }[]
  readonly types: readonly { readonly name: string; readonly bytes: number[]; readonly count: number[] }[]
}

test('a Java program under the agent is in the flame graph, its threads in their states', async (t) => {
  execFileSync('sh', [join(root, 'scripts/build-agent-java.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const directory = await temporaryDirectory(t)
  const wick = await startWick({
    directory,
    environment: {
      WICK_AGENT_PERIOD_SECONDS: '1',
      WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '50',
      WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '500',
      WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '100',
    },
  })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  await caller.createGroup('java')

  // Java runs a source file as it is; over TLS, trusting the server's own authority.
  const program = spawn(
    'java',
    [
      `-javaagent:${join(root, 'agents/java/target/wick-agent.jar')}=profilingGroupName:java,heapSummaryEnabled:true`,
      join(import.meta.dirname, 'Shop.java'),
    ],
    {
      env: { ...wick.awsEnvironment, AWS_EC2_METADATA_DISABLED: 'true', WICK_LABELS: 'version=7' },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  t.after(() => program.kill('SIGKILL'))
  let [printed, said] = ['', '']
  program.stdout.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  program.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })

  const seen = (profile: ProfileBody | null, name: string, state: string): number =>
    profile === null
      ? 0
      : callPathSums(profile)
          .entries()
          .filter(([key]) => key.includes(name) && key.endsWith(` ${state}`))
          .reduce((sum, [, count]) => sum + count, 0)
  let profile: ProfileBody | null = null
  for (let tries = 0; tries < 300; tries++) {
    profile = await caller.profile('java')
    if (seen(profile, 'Shop.price', 'RUNNABLE') >= 20 && seen(profile, 'Shop.nap', 'TIMED_WAITING') >= 20)
      break
    assert.equal(program.exitCode, null, said)
    await wait(200)
  }
  assert.ok(seen(profile, 'Shop.price', 'RUNNABLE') >= 20, said)
  assert.ok(seen(profile, 'Shop.nap', 'TIMED_WAITING') >= 20, said)

  // What fills its heap, as the JVM counted it after a collection.
  const heap = async (): Promise<HeapAnswer> => {
    const [startTime, endTime] = [-3600, 600].map((seconds) =>
      new Date(Date.now() + seconds * 1000).toISOString(),
    )
    const body = JSON.stringify({ startTime, endTime })
    const answer = await caller.send({ method: 'POST', target: '/v1/profilingGroups/java/heap', body })
    assert.equal(answer.status, 200, answer.body.toString())
    return JSON.parse(answer.body.toString())
  }
  let summary = await heap()
  for (let tries = 0; tries < 300 && summary.steps.length === 0; tries++) {
    await wait(200)
    summary = await heap()
  }
  const { maxUsedBytes, capacityBytes } = summary.steps[0] ?? assert.fail(said)
  assert.ok(maxUsedBytes > 4 << 20 && maxUsedBytes < capacityBytes, JSON.stringify(summary))
  const kept = summary.types.find(({ name }) => name === 'byte[]')
  // 64 arrays of 64 KiB each.
  assert.ok(kept!.bytes[0]! > 4 << 20 && kept!.count[0]! >= 64, JSON.stringify(summary.types))

  // It ends as it would alone.
  const ended = once(program, 'close')
  program.stdin.end()
  assert.deepEqual((await ended)[0], 5)
  assert.equal(printed, 'open\nclosed\n')
})
