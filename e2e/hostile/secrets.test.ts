/**
 * A thousand secrets go through a server: keys, passwords, codes' seeds, sessions, sign-in links, cookies, names of frames. None
 * lies in the clear in its directory or in a copy of it, in what it says, in its audit trail or in its metrics.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Answer, type Caller, startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const users = 70
const fromConsole = { 'x-wick-console': '1', 'content-type': 'application/json' }

test('threat 18: no secret lies in the directory, the log, the audit trail or the metrics', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  const planted = await plant(caller)
  assert.ok(planted.size >= 1000, `${planted.size} secrets`)
  const metrics = await caller.send({ target: '/metrics', signature: null })

  const searched: [string, Buffer][] = [['metrics', metrics.body]]
  for (const file of await filesIn(directory)) searched.push([file, await readFile(file)])
  assert.equal(await wick.stop(), 0)
  searched.push(['stdout', Buffer.from(wick.printed())], ['stderr', Buffer.from(wick.said())])
  for (const file of await filesIn(directory)) searched.push([`${file} after the stop`, await readFile(file)])
  const trail = await ended(runWick(['audit', 'export', '--data', directory]))
  assert.equal(trail.exitCode, 0, trail.stderr)
  assert.ok(trail.stdout.includes('CreateAccessKey') && trail.stdout.includes('ConsoleLogin'))
  searched.push(['audit export', Buffer.from(trail.stdout)])

  for (const [where, bytes] of searched)
    for (const [secret, what] of planted) {
      assert.ok(!bytes.includes(secret), `${what} in ${where}`)
      assert.ok(
        !bytes.includes(Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)),
        `${what} as base64 in ${where}`,
      )
    }
})

test('threat 18: nobody else on the machine can read what must stay secret', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory })
  t.after(() => wick.stop())
  const readable: string[] = []
  for (const file of await filesIn(directory, { isAll: true }))
    if (((await stat(file)).mode & 0o077) !== 0) readable.push(file.slice(directory.length))
  assert.deepEqual(readable.toSorted(), ['/tls/ca.pem', '/tls/server.pem'])
})

/** @returns secret → what it is */
async function plant(caller: Caller): Promise<Map<string, string>> {
  const planted = new Map<string, string>()
  const add = (what: string, secret: string | undefined): string => {
    assert.ok(secret !== undefined && secret.length >= 16, what)
    planted.set(secret, what)
    return secret
  }
  const query = async (
    service: string,
    version: string,
    action: string,
    parameters: Record<string, string>,
  ) => {
    const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await caller.send({ method: 'POST', target: '/', headers, body, signature: { service } })
    assert.equal(answer.status, 200, `${action}: ${answer.body}`)
    return (name: string): string | undefined =>
      new RegExp(`<${name}>([^<]*)<`).exec(answer.body.toString())?.[1]
  }
  const iam = (action: string, parameters: Record<string, string>) =>
    query('iam', '2010-05-08', action, parameters)
  const json = (answer: Answer): Record<string, string> => JSON.parse(answer.body.toString())

  const trust = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }
  const role = { RoleName: 'planted', AssumeRolePolicyDocument: JSON.stringify(trust) }
  const roleArn = (await iam('CreateRole', role))('Arn')!
  for (let i = 0; i < users; i++) {
    const UserName = `user-${i}`
    await iam('CreateUser', { UserName })
    for (const key of [1, 2])
      add(`secret key ${key}`, (await iam('CreateAccessKey', { UserName }))('SecretAccessKey'))
    const device = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: UserName })
    add('seed', Buffer.from(device('Base32StringSeed')!, 'base64').toString())
    const session = await query('sts', '2011-06-15', 'AssumeRole', {
      RoleArn: roleArn,
      RoleSessionName: UserName,
    })
    add('secret of a session', session('SecretAccessKey'))
    add('token of a session', session('SessionToken'))
    const made = await caller.send({ method: 'POST', target: '/v1/console/sign-in-links' })
    const ticket = add('sign-in link', json(made).url!.split('#')[1])
    if (i % 10 !== 0) continue
    const password = add('password', `Pass ${randomBytes(12).toString('hex')} word`)
    await iam('CreateLoginProfile', { UserName, Password: password })
    // A right password, a wrong one that is nearly right, a link, and what cannot be read.
    const enter = (body: unknown): Promise<Answer> =>
      caller.send({
        ...{ method: 'POST', target: '/v1/console/session', headers: fromConsole, signature: null },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const opened = await enter({ userName: UserName, password })
    assert.equal(opened.status, 200, opened.body.toString())
    add('cookie', /=([^;]+);/.exec(opened.headers['set-cookie']![0]!)?.[1])
    add('CSRF token', json(opened).csrfToken)
    await enter({ userName: UserName, password: add('mistyped password', `${password}x`) })
    assert.equal((await enter({ ticket })).status, 200)
    await enter(`{"userName": "${UserName}", "password": "${password}"`)
    await iam('UpdateLoginProfile', {
      UserName,
      Password: add('new password', `Next ${randomBytes(12).toString('hex')}`),
    })
  }

  await caller.createGroup('planted')
  for (let i = 0; i < 50; i++) {
    const names = Array.from({ length: 12 }, () =>
      add('name of a frame', `frame-${randomBytes(12).toString('hex')}`),
    )
    const end = Date.now()
    const children = Object.fromEntries(names.map((name) => [name, { counts: { RUNNABLE: 1 } }]))
    const profile = { start: end - 60_000, end, callgraph: { children }, agentMetadata: {} }
    const posted = await caller.post('planted', JSON.stringify(profile))
    assert.equal(posted.status, 204, posted.body.toString())
  }
  const sealed = await caller.send({ method: 'POST', target: '/v1/store/seal' })
  assert.equal(sealed.status, 204, sealed.body.toString())
  return planted
}

/** Without those that are there to hold secrets: the administrator's key, the master key, keys of TLS. */
async function filesIn(directory: string, { isAll = false } = {}): Promise<readonly string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile() && (isAll || !['credentials', 'master.key'].includes(entry.name)))
    .map(({ parentPath, name }) => join(parentPath, name))
}
