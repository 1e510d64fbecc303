/** A guest: whatever the server does, a program ends as it would without the agent; the log says once what is wrong. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Call, type Handler, recorder } from './recorder.ts'
import {
  cpuQuota,
  installedProject,
  type Program,
  type Project,
  type Quota,
  type Ran,
  reportingTo,
  runProgram,
  versions,
} from './support.ts'

let project: Project

before(async () => {
  project = await installedProject()
})

after(() => project?.remove())

const agentAt = (endpoint: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...reportingTo(endpoint),
  ...more,
})

const withAgent = (
  how: string,
  environment: Record<string, string>,
  more: Partial<Program> = {},
): Promise<Ran> =>
  runProgram({
    project,
    version: '26',
    args: ['--import', '@wick/agent', 'ends.mjs', how],
    environment,
    ...more,
  })

const without = (how: string, more: Partial<Program> = {}): Promise<Ran> =>
  runProgram({ project, version: '26', args: ['ends.mjs', how], environment: {}, ...more })

/** The lines of the agent, and what the program itself wrote there. */
function split(stderr: string): { agent: string[]; own: string } {
  const lines = stderr.split('\n')
  const isAgent = (line: string): boolean => line.startsWith('wick-agent: ')
  return { agent: lines.filter(isAgent), own: lines.filter((line) => !isAgent(line)).join('\n') }
}

/** On a machine that does other things as well; the agent itself gives up after two seconds. */
const patience = 15_000

function assertAlike(guest: Ran, alone: Ran): string[] {
  const { agent, own } = split(guest.stderr)
  assert.deepEqual(
    [guest.exitCode, guest.signal, guest.stdout],
    [alone.exitCode, alone.signal, alone.stdout],
    guest.stderr,
  )
  assert.equal(own, split(alone.stderr).own)
  assert.ok(guest.milliseconds < alone.milliseconds + patience)
  return agent
}

const refuse =
  (status: number, code: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'x-amzn-errortype': code, ...headers })
    response.end(JSON.stringify({ message: 'no' }))
  }

const kind: Handler = (request, response) => {
  if (request.url!.endsWith('configureAgent')) {
    response.end(
      JSON.stringify({
        shouldProfile: true,
        periodInSeconds: 300,
        agentParameters: { SamplingIntervalInMilliseconds: '20' },
      }),
    )
  } else response.writeHead(204).end()
}

test('every way to end is the same with an agent, and each sends the last profile once', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  for (const how of ['by itself', 'exit 3', 'throw', 'reject', 'fork']) {
    const before = server.profiles().length
    const [guest, alone] = await Promise.all([withAgent(how, agentAt(server.url)), without(how)])
    assertAlike(guest, alone)
    const sent = server.profiles().slice(before)
    // A child is a process of its own.
    assert.equal(sent.length, how === 'fork' ? 2 : 1, `${how}: ${guest.stderr}`)
    const { start, end, agentMetadata } = sent.at(-1)!.body as unknown as {
      start: number
      end: number
      agentMetadata: { labels?: object }
    }
    assert.ok(end - start > 1000 && end - start < patience)
    assert.equal(agentMetadata.labels, undefined)
  }
})

for (const version of versions) {
  test(`Node ${version}: of a program that ends within a second the one profile is sent, if anybody wants it`, async (t) => {
    const server = await recorder(kind)
    t.after(server.close)
    const killFile = join(project.directory, 'killAtOnce')
    await writeFile(killFile, '')
    const args = [
      '-e',
      'const end = performance.now() + 200; while (performance.now() < end); console.log(1)',
    ]
    const run = (environment: Record<string, string>, flags: readonly string[] = []): Promise<Ran> =>
      runProgram({ project, version, args: [...flags, ...args], environment })
    const preloaded = ['--import', '@wick/agent']
    const alone = await run({})
    const lines = assertAlike(await run(agentAt(server.url), preloaded), alone)
    assert.match(lines.join('\n'), /^wick-agent: profiling group guest at [^\n]*$/)
    assert.equal(server.profiles().length, 1)
    const { length } = server.calls
    const killed = agentAt(server.url, { WICK_KILL_SWITCH_FILE: killFile })
    assert.match(assertAlike(await run(killed, preloaded), alone).join(), /switched off while/)
    assert.equal(server.calls.length, length)
  })
}

test('a program that ends before it is sampled ends as it would', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  const args = ['-e', 'console.log(1)']
  const [guest, alone] = await Promise.all([
    withAgent('', agentAt(server.url), { args: ['--import', '@wick/agent', ...args] }),
    without('', { args }),
  ])
  assertAlike(guest, alone)
})

test('servers that are unhappy in any way', async (t) => {
  const alone = await without('by itself')
  const silent = await listening(createTcpServer(() => {}))
  const rude = await listening(createTcpServer((socket) => socket.on('error', () => {}).destroy()))
  const garbled = await listening(
    createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n\r\n')),
  )
  const recorders = await Promise.all([
    recorder(refuse(403, 'AccessDeniedException')),
    recorder(refuse(404, 'ResourceNotFoundException')),
    recorder(refuse(429, 'ThrottlingException', { 'retry-after': '3600' })),
    recorder(refuse(500, 'InternalServerException')),
    recorder((_request, response) => response.end('<html>welcome</html>')),
    recorder((_request, response) => response.writeHead(200, { 'content-length': '100' }).write('{')),
    recorder((_request, response) => response.writeHead(404).end('<html>not here</html>')),
    recorder((_request, response) => response.writeHead(301, { location: 'https://wick.example/x' }).end()),
  ])
  const gone = await recorder(kind)
  gone.close()
  t.after(() => {
    for (const server of [silent, rude, garbled]) server.close()
    for (const server of recorders) server.close()
  })
  const port = (server: TcpServer): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cases: [string, RegExp][] = [
    [gone.url, /cannot be reached: .*ECONNREFUSED.*are kept/],
    [port(silent), /did not answer within/],
    [port(rude), /cannot be reached/],
    [port(garbled), /cannot be reached/],
    [
      recorders[0]!.url,
      /403 AccessDeniedException: no\. The agent needs ConfigureAgent and PostAgentProfile/,
    ],
    [recorders[1]!.url, /profiling group guest does not exist at http.*Make it/],
    [recorders[2]!.url, /429 ThrottlingException.*are kept/],
    [recorders[3]!.url, /500 InternalServerException.*are kept/],
    [recorders[4]!.url, /is not the profiling service: check AWS_ENDPOINT_URL_CODEGURUPROFILER/],
    [recorders[5]!.url, /did not answer within|cannot be reached/],
    [recorders[6]!.url, /answers 404\. Is http:\S+ the address of a Wick server\?/],
    [recorders[7]!.url, /answers with a redirect to https:\/\/wick\.example, which is not followed/],
    ['ftp://nowhere', /is not an http:\/\/ or https:\/\/ address/],
  ]
  // Long enough for the agent to have asked; a few at a time, or a busy machine would not let it.
  const guests: Ran[] = []
  const args = ['--import', '@wick/agent', 'ends.mjs', 'by itself', '3000']
  for (let i = 0; i < cases.length; i += 3) {
    const some = cases.slice(i, i + 3)
    guests.push(
      ...(await Promise.all(some.map(([endpoint]) => withAgent('by itself', agentAt(endpoint), { args })))),
    )
  }
  for (const [i, [endpoint, says]] of cases.entries()) {
    const lines = assertAlike(guests[i]!, alone)
    assert.match(lines.join('\n'), says, endpoint)
    assert.equal(new Set(lines).size, lines.length, 'what stays as it is is said once')
    assert.ok(lines.length <= 2, lines.join('\n'))
  }
  assert.equal(recorders[1]!.profiles().length, 0, 'a group that does not exist gets no profile')
})

test('a server that is slow, but answers, gets the last profile', async (t) => {
  const server = await recorder((request, response, body) => {
    setTimeout(() => kind(request, response, body), 150)
  })
  t.after(server.close)
  const lines = assertAlike(await withAgent('by itself', agentAt(server.url)), await without('by itself'))
  assert.match(lines.join('\n'), /^wick-agent: profiling group guest at [^\n]*$/)
  assert.equal(server.profiles().length, 1)
})

async function listening(server: TcpServer): Promise<TcpServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('a server whose clock is another one: its time is learnt, for signatures and profiles', async (t) => {
  const ahead = 3 * 3_600_000
  const server = await recorder((request, response, body) => {
    const said = String(request.headers['x-amz-date'])
    const date = Date.parse(said.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    const now = Date.now() + ahead
    if (Math.abs(date - now) < 300_000) kind(request, response, body)
    else
      refuse(403, 'InvalidSignatureException', { date: new Date(now).toUTCString() })(request, response, body)
  })
  t.after(server.close)
  assertAlike(await withAgent('by itself', agentAt(server.url)), await without('by itself'))
  const profiles = server.profiles()
  const end = Number(profiles.at(-1)!.body.end)
  assert.ok(Math.abs(end - Date.now() - ahead) < 120_000)
})

test('without credentials, group or permission to start, programs run', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  const alone = await without('by itself')
  const agent = agentAt(server.url)
  const noKeys = { ...agent, AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' }
  assert.match(
    assertAlike(await withAgent('by itself', noKeys), alone).join(),
    /no AWS credentials: none in the environment/,
  )
  const noGroup = { ...agent, AWS_CODEGURU_PROFILER_GROUP_NAME: '' }
  assert.match(
    assertAlike(await withAgent('by itself', noGroup), alone).join(),
    /set AWS_CODEGURU_PROFILER_GROUP_NAME/,
  )
  const off = { ...agent, AWS_CODEGURU_PROFILER_ENABLED: 'false' }
  assert.match(assertAlike(await withAgent('by itself', off), alone).join(), /switched off/)
  const killFile = join(project.directory, 'killProfiler')
  await writeFile(killFile, '')
  const killed = { ...agent, WICK_KILL_SWITCH_FILE: killFile }
  assert.match(assertAlike(await withAgent('by itself', killed), alone).join(), /switched off while/)
  assert.equal(server.profiles().length, 0)
})

test('SIGTERM ends the program as it would; asked to, the agent sends the last profile before', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  const kill = { signal: 'SIGTERM', afterOutput: 'ready' } as const
  const alone = await without('wait', { kill })
  assertAlike(await withAgent('wait', agentAt(server.url), { kill }), alone)
  assert.equal(server.profiles().length, 0)
  assertAlike(
    await withAgent('wait', agentAt(server.url, { WICK_FLUSH_ON_SIGTERM: 'true' }), { kill }),
    alone,
  )
  assert.equal(server.profiles().length, 1)
})

test('heap figures and labels go with a profile, where they are wanted', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  await mkdir(join(project.directory, 'home'), { recursive: true })
  await withAgent(
    'by itself',
    agentAt(server.url, { WICK_LABELS: 'version=2,env=test', WICK_HEAP_ALLOCATIONS: 'true' }),
  )
  const { heapSummary, agentMetadata } = server.profiles()[0]!.body as unknown as {
    heapSummary: {
      capacityBytes: number
      usedBytes: number
      types: { name: string; bytes: number; count: number }[]
    }
    agentMetadata: { labels: object; agentInfo: { type: string }; sampler: { samples: number } }
  }
  assert.deepEqual(agentMetadata.labels, { version: '2', env: 'test' })
  assert.equal(agentMetadata.agentInfo.type, 'wick-agent-node')
  assert.ok(agentMetadata.sampler.samples > 10)
  assert.ok(heapSummary.usedBytes > 0 && heapSummary.capacityBytes > heapSummary.usedBytes)
  assert.ok(
    heapSummary.types.every(
      ({ name, bytes, count }) => name.startsWith('allocated by ') && bytes > 0 && count >= 0,
    ),
  )
})

test('a profile that was not taken comes again with its token and content, and counts once', async (t) => {
  const refused: Call[] = []
  const taken: Call[] = []
  const server = await recorder((request, response, body) => {
    if (request.url!.endsWith('configureAgent')) {
      const agentParameters = {
        SamplingIntervalInMilliseconds: '20',
        MinimumTimeForReportingInMilliseconds: '500',
        MemoryUsageLimitPercent: '100',
      }
      // None is on its way when the program ends: that one would rightly come twice.
      const periodInSeconds = taken.length < 4 ? 1 : 300
      response.end(JSON.stringify({ shouldProfile: true, periodInSeconds, agentParameters }))
      return
    }
    const call = server.calls.at(-1)!
    if (refused.length < 2) {
      refused.push(call)
      refuse(500, 'InternalServerException')(request, response, body)
    } else {
      taken.push(call)
      response.writeHead(204).end()
    }
  })
  t.after(server.close)
  // Attempts back off by a second and two at most.
  const args = ['--import', '@wick/agent', 'ends.mjs', 'by itself', '12000']
  const ran = await withAgent('by itself', agentAt(server.url), { args })
  assert.equal(ran.exitCode, 0, ran.stderr)
  assert.equal(refused.length, 2, ran.stderr)
  for (const { token, body } of refused) {
    const again = taken.filter((call) => call.token === token)
    assert.ok(token !== null && again.length === 1, ran.stderr)
    assert.deepEqual(again[0]!.body, body)
  }
  assert.equal(
    new Set(taken.map(({ token }) => token)).size,
    taken.length,
    'none is sent again once it was taken',
  )
})

test('a profile that is on its way as the program ends comes again with its token and content', async (t) => {
  let isHeld = false
  const server = await recorder((request, response) => {
    if (request.url!.endsWith('configureAgent')) {
      const agentParameters = {
        SamplingIntervalInMilliseconds: '20',
        MinimumTimeForReportingInMilliseconds: '500',
      }
      response.end(JSON.stringify({ shouldProfile: true, periodInSeconds: 1, agentParameters }))
    } else if (!isHeld) isHeld = true
    else response.writeHead(204).end()
  })
  t.after(server.close)
  const args = ['--import', '@wick/agent', 'ends.mjs', 'by itself', '6000']
  const ran = await withAgent('by itself', agentAt(server.url), { args })
  assert.equal(ran.exitCode, 0, ran.stderr)
  const [first, ...others] = server.profiles()
  const again = others.filter(({ token }) => token === first!.token)
  assert.equal(again.length, 1, ran.stderr)
  assert.deepEqual(again[0]!.body, first!.body)
  assert.equal(others.length, 2, 'and the last one')
})

test('a worker that throws ends as it would, with its program or without, and what it did is told', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  for (const how of ['handled', 'unhandled']) {
    const before = server.profiles().length
    const [guest, alone] = await Promise.all([
      withAgent(how, agentAt(server.url), { args: ['--import', '@wick/agent', 'workers.mjs', how] }),
      without(how, { args: ['workers.mjs', how] }),
    ])
    assert.deepEqual([guest.exitCode, guest.signal], [alone.exitCode, alone.signal], guest.stderr)
    assert.equal(guest.stderr.includes('the worker threw'), alone.stderr.includes('the worker threw'))
    // An error that nobody listens for ends the program, with or without time for the worker's own end.
    if (how === 'unhandled') continue
    assert.deepEqual(guest.stdout, alone.stdout)
    assert.match(JSON.stringify(server.profiles().slice(before)), /"shop\/workers\.mjs:compute"/)
  }
})

test('a file system that nothing can be written to (mounting needs root)', async (t) => {
  const server = await recorder(kind)
  t.after(server.close)
  const check = ['-e', "try { fs.writeFileSync('x', '') } catch (error) { console.log(error.code) }"]
  const checked = await runProgram({ project, version: '26', args: check, environment: {}, isReadOnly: true })
  assert.equal(checked.stdout, 'EROFS\n', checked.stderr)
  const guest = await withAgent('by itself', agentAt(server.url), { isReadOnly: true })
  const agent = assertAlike(guest, await without('by itself'))
  assert.equal(agent.length, 1)
  assert.equal(server.profiles().length, 1)
})

test('with a quarter of a processor a program does all its work, and is sampled half as often', async (t) => {
  let quota: Quota
  try {
    quota = await cpuQuota(0.25)
  } catch (error) {
    t.skip(`this machine lets nobody set a quota: ${(error as Error).message}`)
    return
  }
  const server = await recorder((request, response) => {
    if (!request.url!.endsWith('configureAgent')) response.writeHead(204).end()
    else {
      const agentParameters = {
        SamplingIntervalInMilliseconds: '20',
        MinimumTimeForReportingInMilliseconds: '500',
      }
      response.end(JSON.stringify({ shouldProfile: true, periodInSeconds: 1, agentParameters }))
    }
  })
  t.after(async () => {
    server.close()
    await quota.remove()
  })
  const alone = await without('', { args: ['counts.mjs'], quota })
  assert.equal(alone.stdout.split('\n').length, 42, alone.stderr)
  const agent = assertAlike(
    await withAgent('', agentAt(server.url), { args: ['--import', '@wick/agent', 'counts.mjs'], quota }),
    alone,
  )
  assert.match(agent.join('\n'), /^wick-agent: profiling group guest at [^\n]*$/)
  const intervals = server.profiles().map(({ body }) => {
    const { sampler } = body.agentMetadata as { sampler: { intervalMicros: number } }
    return sampler.intervalMicros
  })
  assert.deepEqual([...new Set(intervals)], [20_000])
})

test('Lambda: calls are profiled and what lies between is not; nothing waits for the end of the sandbox', async (t) => {
  const server = await recorder((request, response) => {
    if (!request.url!.endsWith('configureAgent')) response.writeHead(204).end()
    else
      response.end(
        JSON.stringify({
          shouldProfile: true,
          periodInSeconds: 1,
          agentParameters: {
            SamplingIntervalInMilliseconds: '10',
            MinimumTimeForReportingInMilliseconds: '1000',
          },
        }),
      )
  })
  t.after(server.close)
  for (const version of ['20', '26'] as const) {
    const before = server.profiles().length
    const ran = await runProgram({
      project,
      version,
      args: ['lambda.mjs'],
      environment: {
        ...agentAt(server.url),
        LAMBDA_TASK_ROOT: '/var/task',
        LAMBDA_RUNTIME_DIR: '/var/runtime',
        AWS_LAMBDA_FUNCTION_NAME: 'shop',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      },
    })
    const orders = Array.from({ length: 12 }, (_, i) => (i === 4 ? 'sold out' : `order ${i + 1}`))
    assert.deepEqual([ran.stdout, ran.signal], [`${orders.join('\n')}\n`, 'SIGKILL'], ran.stderr)
    const profiles = server.profiles().slice(before)
    assert.ok(profiles.length >= 2, `${profiles.length} profiles`)
    const { agentMetadata } = profiles.at(-1)!.body as unknown as { agentMetadata: { fleetInfo: object } }
    assert.deepEqual(agentMetadata.fleetInfo, {
      computeType: 'aws_lambda',
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:shop',
    })
    const told = JSON.stringify(profiles)
    assert.match(told, /shop\/lambda\.mjs:priceOrders"/)
    assert.doesNotMatch(told, /betweenCalls|@wick\/agent/)
  }
})
