/** The AWS CLI administers: with what the README says, and with what people type all day. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pythonPrograms } from '../support/python.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-cli-'))
  wick = await startWick({ directory: join(directory, 'wick-data') })
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

function shell(script: string): Promise<Ended> {
  const env = { ...wick.awsEnvironment, PATH: `${pythonPrograms}:${process.env.PATH}` }
  return new Promise((ended) => {
    execFile('sh', ['-euc', script], { cwd: directory, env }, (error, output, errors) =>
      ended({ code: error === null ? 0 : Number(error.code), output, errors }),
    )
  })
}
async function iam(command: string) {
  const { code, output, errors } = await shell(`aws iam ${command}`)
  assert.equal(code, 0, errors)
  return output === '' ? null : JSON.parse(output)
}

test('users, policies from files, and lists a part at a time', async () => {
  await writeFile(
    join(directory, 'policy.json'),
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"codeguru-profiler:*","Resource":"*"}]}',
  )
  for (const name of ['a', 'b', 'c']) await iam(`create-user --user-name ${name} --tags Key=team,Value=red`)
  const { Policy } = await iam('create-policy --policy-name everything --policy-document file://policy.json')
  assert.equal(await iam(`attach-user-policy --user-name a --policy-arn ${Policy.Arn}`), null)
  await iam('put-user-policy --user-name b --policy-name p --policy-document file://policy.json')
  const { PolicyDocument } = await iam('get-user-policy --user-name b --policy-name p')
  assert.equal(PolicyDocument.Statement[0].Action, 'codeguru-profiler:*')
  const first = await iam('list-users --max-items 2')
  assert.deepEqual([first.Users.length, typeof first.NextToken], [2, 'string'])
  const rest = await iam(`list-users --starting-token ${first.NextToken}`)
  assert.deepEqual(
    rest.Users.map(({ UserName }: { UserName: string }) => UserName),
    ['c', 'wick-admin'],
  )
})

test('the picture of a second factor is written to a file', async () => {
  const { VirtualMFADevice } = await iam(
    'create-virtual-mfa-device --virtual-mfa-device-name phone --outfile qr.png --bootstrap-method QRCodePNG',
  )
  assert.equal(VirtualMFADevice.SerialNumber, 'arn:aws:iam::000000000000:mfa/phone')
  assert.equal((await readFile(join(directory, 'qr.png'))).toString('latin1', 1, 4), 'PNG')
})

test('an error prints its name and ends with a code', async () => {
  const { code, errors } = await shell('aws iam get-user --user-name nobody')
  assert.notEqual(code, 0)
  assert.match(
    errors,
    /An error occurred \(NoSuchEntity\) when calling the GetUser operation: The user with name nobody/,
  )
})

test('the commands of the README replace the first administrator by somebody with a name', async () => {
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const [, make] = /```\n(aws iam create-user --user-name ann\n[^`]+)```/.exec(readme) ?? []
  const [, take] = /```\n(aws iam delete-access-key --user-name wick-admin[^`]+)```/.exec(readme) ?? []
  assert.ok(make !== undefined && take !== undefined)
  const made = await shell(make)
  assert.equal(made.code, 0, made.errors)
  const { AccessKey } = JSON.parse(made.output.slice(made.output.indexOf('{\n    "AccessKey"')))
  const file = join(wick.directory, 'credentials')
  await writeFile(
    file,
    `[wick-admin]\naws_access_key_id = ${AccessKey.AccessKeyId}\naws_secret_access_key = ${AccessKey.SecretAccessKey}\n`,
  )
  const left = await shell(take)
  assert.equal(left.code, 0, left.errors)
  assert.equal((await iam('get-user')).User.UserName, 'ann')
  const last = await shell(`aws iam delete-access-key --access-key-id ${AccessKey.AccessKeyId}`)
  assert.match(last.errors, /\(DeleteConflict\).*nobody could administer/)
})
