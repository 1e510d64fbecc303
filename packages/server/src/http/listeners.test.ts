import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { ListenerSettings } from '../config/listener-settings.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Config } from '../config/settings.ts'
import type { Door } from './door.ts'
import { type Listeners, startListeners } from './listeners.ts'

function configOf(listeners: object, ...flags: readonly string[]): Config {
  const args = ['--data', 'dir', '--insecure-http', '--listen', '127.0.0.1:0', ...flags]
  const result = loadConfig([...args, '--listeners', JSON.stringify(listeners)], {}, () => '')
  assert.ok(result.kind === 'valid', JSON.stringify(result))
  return result.config
}

const plain = (settings: Partial<Record<keyof ListenerSettings, unknown>>) => ({
  insecureHttp: true,
  listen: '127.0.0.1:0',
  ...settings,
})

/** Each answers with its name and what it serves. */
function start(config: Config, doors: Door[] = []): Promise<Listeners> {
  return startListeners({
    config,
    tls: null,
    timeouts: {},
    handler: (door) => {
      doors.push(door)
      return async (_, response) => void response.end(`${door.listener} ${[...door.surfaces]}`)
    },
    onRefused: () => {},
    log: () => {},
  })
}

const ask = async (url: string | null): Promise<string> => (await fetch(url!)).text()

test('each listener has its own address and its own door', async (t) => {
  const config = configOf(
    { agents: plain({ serves: ['agents'] }), console: plain({ serves: ['console'] }) },
    '--serves=administration',
  )
  const listeners = await start(config)
  t.after(() => listeners.close(0))
  assert.deepEqual(
    listeners.open.map(({ name }) => name),
    ['default', 'agents', 'console'],
  )
  const answers = await Promise.all(listeners.open.map(({ url }) => ask(url)))
  assert.deepEqual(answers, ['default administration', 'agents agents', 'console console'])
  assert.equal(await ask(listeners.urlFor('console')), 'console console')
  assert.equal(await ask(listeners.urlFor('administration')), 'default administration')
})

test('the first that serves something is where it is said to be; nobody, where none does', async (t) => {
  const listeners = await start(configOf({ second: plain({}) }, '--serves=administration'))
  t.after(() => listeners.close(0))
  assert.equal(await ask(listeners.urlFor('agents')), 'second agents,console,administration')
  const none = await start(configOf({}, '--serves=administration'))
  t.after(() => none.close(0))
  assert.equal(none.urlFor('console'), null)
})

test('where one cannot be had there is none: the others are closed again', async (t) => {
  const taken = createServer()
  await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve))
  t.after(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const free = createServer()
  await new Promise<void>((resolve) => void free.listen(0, '127.0.0.1', resolve))
  const { port: first } = free.address() as { port: number }
  await new Promise((resolve) => free.close(resolve))
  const doors: Door[] = []
  const config = configOf({ second: plain({ listen: `127.0.0.1:${port}` }) })
  await assert.rejects(start({ ...config, listen: { host: '127.0.0.1', port: first } }, doors), {
    name: 'StartupError',
    message: new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port}: another program listens there`),
  })
  assert.equal(doors.length, 2, 'the first was open before')
  await assert.rejects(fetch(`http://127.0.0.1:${first}/`))
})
