/** AWS's Python agent, unmodified, profiling a program whose hot function is known. Cycles are short, told by the server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  type CodeGuruProfilerClient,
  type ComputePlatform,
  ConfigureAgentCommand,
  CreateProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  GetProfileCommand,
  type ProfilingStatus,
  ResourceNotFoundException,
  UpdateProfilingGroupCommand,
  ValidationException,
} from '@aws-sdk/client-codeguruprofiler'
import {
  type CallNode,
  callPathSums,
  type ProfileBody,
  samplesByFunction,
  total,
} from '../support/call-paths.ts'
import { python } from '../support/python.ts'
import { startRecordingProxy } from '../support/recording-proxy.ts'
import { sdkClient } from '../support/sdk-client.ts'
import { startWick, type Wick } from '../support/wick.ts'

const shortCycles = {
  WICK_AGENT_PERIOD_SECONDS: '1',
  WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '50',
  WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '500',
  // The agent takes it for its CPU limit, and counts the program's own work while it waits for an answer.
  WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT: '100',
}

let directory: string
let wick: Wick
let client: CodeGuruProfilerClient
let startedAt: number

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-agent-'))
  startedAt = Date.now()
  wick = await startWick({ directory, environment: shortCycles })
  client = sdkClient(wick)
})

after(async () => {
  client?.destroy()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('the flame graph has the hot function of a profiled program', async (t) => {
  await createGroup('hot')
  const program = startProgram(t, 'hot')

  await t.test('once it has been sampled often enough to tell', async () => {
    // A report of a second holds a few samples: which of them are hot is a matter of luck.
    await program.until('a few dozen samples', async () => {
      if ((await status('hot')).latestAgentProfileReportedAt === undefined) return false
      return total(callPathSums(await getProfile('hot'))) >= 24
    })
    const functions = samplesByFunction(await getProfile('hot'))
    const hot = functions.get('key_service:derive_key')!
    const hottest = [...functions.values()].reduce((a, b) => (a.self > b.self ? a : b))
    assert.equal(hot, hottest, 'another function has more self samples')
    const main = functions.get('key_service:main')!
    assert.ok(hot.total > main.total / 2, `${hot.total} of ${main.total} samples`)
  })

  await t.test('and its later reports are counted too', async () => {
    const first = (await status('hot')).latestAgentProfileReportedAt!
    const samples = total(callPathSums(await getProfile('hot')))
    await program.until(
      'a later report',
      async () => (await status('hot')).latestAgentProfileReportedAt! > first,
    )
    assert.ok(total(callPathSums(await getProfile('hot'))) > samples)
  })

  await t.test('and the group says when its agent asked and reported', async () => {
    const { latestAgentOrchestratedAt, latestAgentProfileReportedAt } = await status('hot')
    assert.ok(latestAgentOrchestratedAt!.getTime() >= startedAt)
    assert.ok(latestAgentProfileReportedAt!.getTime() >= startedAt)
  })

  await t.test('and the program ends as it would alone', async () => {
    assert.equal(await program.end(), 0)
  })
})

test('an agent of a group with profiling switched off posts nothing, until it is switched on', async (t) => {
  await createGroup('off', { profilingEnabled: false })
  const program = startProgram(t, 'off')
  const asked = new Set<number>()
  await program.until('the third question for a configuration', async () => {
    const { latestAgentOrchestratedAt } = await status('off')
    if (latestAgentOrchestratedAt !== undefined) asked.add(latestAgentOrchestratedAt.getTime())
    return asked.size >= 3
  })
  assert.equal((await status('off')).latestAgentProfileReportedAt, undefined)
  await assert.rejects(getProfile('off'), ResourceNotFoundException)

  await client.send(
    new UpdateProfilingGroupCommand({
      profilingGroupName: 'off',
      agentOrchestrationConfig: { profilingEnabled: true },
    }),
  )
  await program.until('a report', async () => (await status('off')).latestAgentProfileReportedAt)
  assert.ok(total(callPathSums(await getProfile('off'))) > 0)
})

test('a group for AWS Lambda refuses agents that run elsewhere, and they stay quiet', async (t) => {
  await createGroup('lambda', { computePlatform: 'AWSLambda' })
  const program = startProgram(t, 'lambda')
  await program.until('the refusal in the log of the agent', async () =>
    program.said().includes('ValidationException'),
  )
  assert.match(program.said(), /configure_agent operation: .*\(ValidationException\).* AWS Lambda /)
  assert.equal(await program.end(), 0)
  assert.doesNotMatch(program.said(), /Reported profile/)
  assert.deepEqual(await status('lambda'), {})

  const asking = (metadata: Record<string, string>) =>
    client.send(new ConfigureAgentCommand({ profilingGroupName: 'lambda', metadata }))
  await assert.rejects(asking({}), ValidationException)
  const { configuration } = await asking({ ComputePlatform: 'AWSLambda' })
  assert.equal(configuration!.shouldProfile, true)
})

test('a server that is killed and started again loses nothing it acknowledged, and the agent goes on', async (t) => {
  await createGroup('killed')
  const proxy = await startRecordingProxy(wick)
  t.after(() => proxy.close())
  const acknowledged = () => proxy.posts.filter(({ status }) => status === 204)
  const program = startProgram(t, 'killed', { AWS_ENDPOINT_URL: proxy.url })
  await program.until('the first report', async () => acknowledged().length >= 1)

  proxy.onNextPost(() => wick.process.kill('SIGKILL'))
  await program.until('the kill', async () => wick.process.signalCode === 'SIGKILL')
  const before = acknowledged().length
  const { url } = wick
  wick = await startWick({ directory, listen: new URL(url).host, environment: shortCycles })
  assert.equal(wick.url, url)
  await program.until('two reports to the new server', async () => acknowledged().length >= before + 2)
  assert.equal(await program.end(), 0)

  const counted = callPathSums(await getProfile('killed'))
  const tokens = new Set(acknowledged().map(({ token }) => token))
  // A retry has the token and the body of the first attempt: one profile.
  const sent = [...new Map(proxy.posts.map((post) => [post.token, post])).values()]
  const kept = sent.filter(({ token }) => tokens.has(token))
  const open = sent.filter(({ token }) => !tokens.has(token))
  // What was never acknowledged is there as a whole or not at all; that is up to the moment of the kill.
  const possible = subsets(open).map((some) => sumsOf([...kept, ...some]))
  assert.ok(
    possible.some((sums) => isDeepStrictEqual(sums, counted)),
    `${total(counted)} samples, where one of ${possible.map(total)} should be, call path by call path`,
  )
})

test("profiles of Wick's Python agent add up with AWS's: a function is one frame, whoever saw it", async (t) => {
  await createGroup('both')
  const ours = resolve(import.meta.dirname, '../../agents/python/src')
  const programs = ['aws', 'wick'].map((agent) =>
    start(t, [resolve(import.meta.dirname, 'programs/keys_by_thread.py'), agent], {
      GROUP: 'both',
      PYTHONPATH: ours,
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  )
  const thread = ['_bootstrap', '_bootstrap_inner'].map((name) => `threading:KeyMaker:${name}`)
  const run = [...thread, 'keys_by_thread:KeyMaker:run']
  const counts = async (...path: readonly string[]): Promise<CallNode['counts']> => {
    let node: CallNode | undefined = (await getProfile('both')).callgraph
    for (const name of path) node = node?.children?.[name]
    return node?.counts ?? {}
  }
  const isSeenByBoth = (states: CallNode['counts'], state: string): boolean =>
    states?.WALL_TIME !== undefined && states[state] !== undefined
  await programs[0]!.until('both agents in the frame of the key', async () => {
    if ((await status('both')).latestAgentProfileReportedAt === undefined) return false
    return isSeenByBoth(await counts(...run, 'keys_by_thread:derive_key'), 'RUNNABLE')
  })
  await programs[0]!.until('both agents in the virtual frame of the rest', async () =>
    isSeenByBoth(await counts(...run, 'keys_by_thread:rest', '<Sleep>'), 'WAITING'),
  )
  for (const program of programs) assert.equal(await program.end(), 0)

  // One call path for the function and one for the rest: nothing of either agent stands beside the other's.
  const paths = [...callPathSums(await getProfile('both')).keys()].map((key) => key.replace(/ \w+$/, ''))
  for (const last of ['keys_by_thread:derive_key', '<Sleep>']) {
    const distinct = new Set(paths.filter((path) => path.includes('KeyMaker:run') && path.endsWith(last)))
    assert.equal(distinct.size, 1, [...distinct].join('\n\n'))
  }
})

interface Program {
  /** What the program and its agent wrote to stderr so far. */
  said(): string
  /** Half a minute at most: loaded machines and the agent's own back-off are slow. */
  until(what: string, isSo: () => Promise<unknown>): Promise<void>
  /** Asks it to end. @returns its exit code */
  end(): Promise<number | null>
}

/** Starts the program under the agent as its manual says; it ends with the test. */
function startProgram(
  test: TestContext,
  group: string,
  environment: Readonly<Record<string, string>> = {},
): Program {
  const script = resolve(import.meta.dirname, 'programs/key_service.py')
  const agent = ['-m', 'codeguru_profiler_agent', '-p', group, '-r', 'us-east-1', '--log', 'info']
  return start(test, [...agent, script], environment)
}

function start(
  test: TestContext,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Program {
  const child = spawn(python, args, {
    env: { ...wick.awsEnvironment, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const end = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    return child.exitCode
  }
  const until: Program['until'] = async (what, isSo) => {
    for (let tries = 0; tries < 300; tries++) {
      if (await isSo()) return
      await wait(100)
    }
    assert.fail(`waited in vain for ${what}; the program said: ${errors}`)
  }
  test.after(end)
  return { said: () => errors, until, end }
}

interface GroupOptions {
  readonly computePlatform?: ComputePlatform
  readonly profilingEnabled?: boolean
}

async function createGroup(
  profilingGroupName: string,
  { computePlatform = 'Default', profilingEnabled = true }: GroupOptions = {},
): Promise<void> {
  await client.send(
    new CreateProfilingGroupCommand({
      profilingGroupName,
      computePlatform,
      agentOrchestrationConfig: { profilingEnabled },
      clientToken: crypto.randomUUID(),
    }),
  )
}

async function status(profilingGroupName: string): Promise<ProfilingStatus> {
  const { profilingGroup } = await client.send(new DescribeProfilingGroupCommand({ profilingGroupName }))
  return profilingGroup!.profilingStatus!
}

/** Everything of this run. */
async function getProfile(profilingGroupName: string): Promise<ProfileBody> {
  const minute = 60_000
  const { profile } = await client.send(
    new GetProfileCommand({
      profilingGroupName,
      accept: 'application/json',
      startTime: new Date(startedAt - minute),
      endTime: new Date(Date.now() + minute),
    }),
  )
  return JSON.parse(Buffer.from(profile!).toString())
}

function sumsOf(posts: readonly { readonly body: string }[]): ReturnType<typeof callPathSums> {
  return callPathSums(...posts.map(({ body }) => JSON.parse(body) as ProfileBody))
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_, i) => (bits >> i) & 1))
}
