/** How the agent of a process begins: what its machine has decides how often this thread and its workers are sampled. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { getEnvironmentData } from 'node:worker_threads'
import { RunningAgent } from './agent.ts'
import { start } from './index.ts'
import { Log } from './log.ts'
import { environmentDataKey, type WorkerData } from './messages.ts'
import { Sampler } from './sampler.ts'
import { readSettings } from './settings.ts'

/** This process is in a container from now on, whose files are these; others of control groups are not there. */
function containerWith(t: TestContext, files: Readonly<Record<string, string>>): void {
  const { readFileSync } = fs
  const inside = (path: string, encoding: BufferEncoding): string => {
    if (!path.startsWith('/sys/fs/cgroup/')) return readFileSync(path, encoding)
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }
  const { mock } = t.mock.method(fs, 'readFileSync', inside as typeof readFileSync)
  syncBuiltinESMExports()
  t.after(() => {
    mock.restore()
    syncBuiltinESMExports()
  })
}

for (const [share, quota, intervalMicros] of [
  ['a tenth of a processor', '10000 100000', 20_000],
  ['a little less than half a processor', '49000 100000', 20_000],
  ['half a processor', '50000 100000', 10_000],
  ['all there is', 'max 100000', 10_000],
] as const) {
  test(`with ${share} it samples every ${intervalMicros / 1000} ms, and tells workers so`, async (t) => {
    containerWith(t, { '/sys/fs/cgroup/cpu.max': `${quota}\n` })
    const started = t.mock.method(Sampler.prototype, 'start')
    // There is a kill switch, so that nobody is asked anything.
    const options = { profilingGroupName: 'shop', killSwitchFile: import.meta.filename }
    const agent = new RunningAgent(readSettings(options, {}), new Log('off'))
    t.after(() => agent.stop())
    assert.deepEqual(
      started.mock.calls.map((call) => call.arguments),
      [[intervalMicros]],
    )
    assert.equal(
      (getEnvironmentData(environmentDataKey) as unknown as WorkerData).intervalMicros,
      intervalMicros,
    )
  })
}

test('a program that shuts down in its own time when it gets SIGTERM may listen once', async () => {
  const options = { profilingGroupName: 'shop', killSwitchFile: import.meta.filename, flushOnSigterm: true }
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `process.once('SIGTERM', () => setTimeout(() => {
        console.log('all done')
        process.exit(0)
      }, 100))
      const { start } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      console.log(start(${JSON.stringify(options)}).isRunning)
      process.kill(process.pid, 'SIGTERM')
      setTimeout(() => {}, 10_000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [said, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  assert.deepEqual([said, code, signal], ['true\nall done\n', 0, null])
})

for (const [name, runtime] of [
  ['bun', 'Bun'],
  ['deno', 'Deno'],
] as const) {
  test(`in ${runtime}, where nothing would be sampled, it does not start and says so`, (t) => {
    const { versions } = process
    const pretend = (value: NodeJS.ProcessVersions) =>
      Object.defineProperty(process, 'versions', {
        ...Object.getOwnPropertyDescriptor(process, 'versions'),
        value,
      })
    pretend({ ...versions, [name]: '1.2.3' })
    t.after(() => pretend(versions))
    const { mock: said } = t.mock.method(Log.prototype, 'say', () => true)
    assert.ok(!start({ profilingGroupName: 'shop', killSwitchFile: import.meta.filename }).isRunning)
    assert.match(String(said.calls[0]?.arguments[0]), new RegExp(`^not started: this is ${runtime}`))
  })
}

test('without a group it waits for a program that names one, and says so once', async (t) => {
  const { mock: said } = t.mock.method(Log.prototype, 'say', () => true)
  for (let i = 0; i < 2; i++) assert.ok(!start().isRunning)
  const agent = start({ profilingGroupName: 'shop', killSwitchFile: import.meta.filename })
  t.after(() => agent.stop())
  assert.ok(agent.isRunning)
  assert.equal(start(), agent)
  assert.equal(said.callCount(), 1)
  assert.match(String(said.calls[0]!.arguments[0]), /^not started: it does not know its profiling group/)
})
