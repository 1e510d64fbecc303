/** A name is never a path: whatever a group or an id is called, no file comes to be, goes or is read because of it. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Answer, startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory } from '../support/wick.ts'

/** As they stand in a path. */
const hostile = [
  '..',
  '.',
  '..%2f..%2fmaster.key',
  '..%2F..%2Fmaster.key',
  '%2e%2e%2fcatalog.db',
  '..%5c..%5cmaster.key',
  '%2fetc%2fpasswd',
  '..%252fmaster.key',
  'a%00',
  'a%00.json',
  '%00',
  '%0d%0a',
  'a%20b',
  '%20',
  'a.b',
  'a%3ab',
  'C%3a%5cwindows',
  '%ef%bc%8e%ef%bc%8e%ef%bc%8fmaster.key',
  '%e2%80%a5%e2%88%95master.key',
  '%c0%ae%c0%ae%c0%afmaster.key',
  's%d1%81hop',
  'sh%c3%b6p',
  '%f0%9f%98%80',
  '%ff',
  '%zz',
  `${'a'.repeat(256)}`,
]
/** Names that are dangerous elsewhere, and names here like any other. */
const harmless = ['CON', 'NUL', 'COM1', '__proto__', 'constructor', '-rf', '--', '_', 'a'.repeat(255)]

test('threat 11: hostile names of groups, channels and reports are refused, and the directory stays as it is', async (t) => {
  const around = await temporaryDirectory(t)
  const directory = join(around, 'a', 'data')
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  await caller.send({ target: '/profilingGroups/shop' })
  const before = await filesIn(around)

  const refused: Record<string, readonly number[]> = {}
  const note = (name: string, { status, body }: Answer): void => {
    refused[name] = [...(refused[name] ?? []), status]
    assert.ok(!body.includes('-----BEGIN') && !body.includes('root:'), name)
  }
  const end = Date.now()
  const profile = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 1 } } })
  const json = { 'content-type': 'application/json' }
  for (const name of hostile) {
    for (const [method, path, body] of [
      ['GET', '', ''],
      ['DELETE', '', ''],
      ['PUT', '', '{"agentOrchestrationConfig":{"profilingEnabled":true}}'],
      ['POST', '/agentProfile', profile],
      ['GET', '/profile?period=PT5M', ''],
      ['POST', '/configureAgent', '{}'],
    ] as const)
      note(
        name,
        await caller.send({ method, target: `/profilingGroups/${name}${path}`, headers: json, body }),
      )
    const target = `/profilingGroups/shop/notificationConfiguration/${name}`
    note(name, await caller.send({ method: 'DELETE', target }))
    note(name, await caller.send({ target: `/v1/profilingGroups/${name}/tree` }))
    note(name, await caller.send({ target: `/${name}` }))
    note(name, await caller.send({ target: `/assets/${name}`, signature: null }))
    const created = { profilingGroupName: decoded(name) }
    const create = { method: 'POST', target: '/profilingGroups?clientToken=t', headers: json }
    note(name, await caller.send({ ...create, body: JSON.stringify(created) }))
  }
  for (const [name, statuses] of Object.entries(refused))
    for (const status of statuses) assert.ok(status >= 400 && status < 500, `${name}: ${statuses}`)
  assert.deepEqual(await filesIn(around), before)

  for (const name of harmless) {
    const body = JSON.stringify({ profilingGroupName: name })
    const target = `/profilingGroups?clientToken=t${name.length}${name.slice(0, 32)}`
    const create = { method: 'POST', target, headers: json, body }
    assert.equal((await caller.send(create)).status, 201, name)
    assert.equal((await caller.post(name, profile)).status, 204, name)
  }
  const names = [...(await filesIn(around))].filter((file) => !before.has(file))
  for (const file of names)
    for (const name of harmless.filter((text) => text.length > 2)) assert.ok(!file.includes(name), file)
})

/** What is sent as JSON where the path has it percent-encoded; as it is where that is no UTF-8. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** But what the server writes at each full hour, whoever asks for what. */
const ofTheHour = /^a\/data\/audit\/(digests|records)\/\d{8}_\d{8}T\d{6}Z(_\d{3})?\.json(\.gz)?$/

async function filesIn(directory: string): Promise<ReadonlySet<string>> {
  const files = await readdir(directory, { recursive: true })
  return new Set(files.filter((file) => !ofTheHour.test(file)))
}
