/** `wick doctor` says what is unsafe about a running server, and is content once it is not. */
import assert from 'node:assert/strict'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

test('what is unsafe is named with its fix, and exit code 1 says that there is something', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  await chmod(join(directory, 'catalog.db'), 0o644)
  const { exitCode, stdout } = await ended(runWick(['doctor', '--data', directory]))
  assert.equal(exitCode, 1)
  assert.match(
    stdout,
    /^unsafe {2}listener default speaks plain HTTP.*\[plain-http\]\n {2}fix: leave --insecure-http out/m,
  )
  assert.match(stdout, /^unsafe {2}\S+catalog\.db is open to other users \(mode 0644\)/m)
  assert.match(
    stdout,
    /^unsafe {2}arn:aws:iam::\d{12}:user\/wick-admin may do everything and has no second factor/m,
  )
  assert.match(stdout, /^note {2}\S+master\.key lies beside what it opens/m)
  assert.match(stdout, /^note {2}\S+audit has no copy elsewhere/m)
  assert.match(stdout, /^3 unsafe, 3 to note\.\n$/m)

  const json = await ended(runWick(['doctor', '--data', directory, '--json']))
  assert.equal(json.exitCode, 1)
  const { findings } = JSON.parse(json.stdout)
  assert.deepEqual(
    findings.map(({ id }: { id: string }) => id),
    [
      ...['plain-http', 'file-open', 'no-mfa'],
      ...['master-key-beside-data', 'audit-copy-missing', 'administrator-key-file'],
    ],
  )
})

test('the report is for those who may have it', async (t) => {
  const wick = await startWick({ directory: await temporaryDirectory(t) })
  t.after(() => wick.stop())
  const { send } = await startCaller(wick)
  assert.equal((await send({ target: '/v1/doctor' })).status, 200)
  assert.equal((await send({ target: '/v1/doctor', signature: null })).status, 403)
})
