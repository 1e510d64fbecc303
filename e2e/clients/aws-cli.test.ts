/** The AWS CLI, told where the server is the two ways people tell it: by the files of the data directory, and by the README. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { callPathSums } from '../support/call-paths.ts'
import { pythonPrograms } from '../support/python.ts'
import { recordedRequest, takenAt } from '../support/recordings.ts'
import { startWick, type Wick } from '../support/wick.ts'

/** Where the person sits; the server's data is in `wick-data` below it, as in the README. */
let directory: string
let wick: Wick
let posted: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-cli-'))
  wick = await startWick({ directory: join(directory, 'wick-data') })
  posted = takenAt((await recordedRequest('medium')).body)
  await writeFile(join(directory, 'posted.json'), posted)
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('the commands of the README make a profiling group', async () => {
  const { exports, create } = await firstLook()
  const { code, output } = await shell(`${exports}\n${create}`, {})
  assert.equal(code, 0)
  const { profilingGroup } = JSON.parse(output)
  assert.equal(profilingGroup.name, 'my-service')
  assert.deepEqual(profilingGroup.agentOrchestrationConfig, { profilingEnabled: true })

  const described = await shell(
    `${exports}\naws codeguruprofiler describe-profiling-group --profiling-group-name my-service`,
    {},
  )
  assert.deepEqual(JSON.parse(described.output), { profilingGroup })
})

test('profile name, configuration and credentials are all that the CLI needs to know', async (t) => {
  await t.test('to make, describe and list groups', async () => {
    const made = await awsJson('create-profiling-group --profiling-group-name cli --tags team=checkout')
    assert.deepEqual(made.profilingGroup.tags, { team: 'checkout' })
    assert.deepEqual(await awsJson('describe-profiling-group --profiling-group-name cli'), made)
    const listed = await awsJson('list-profiling-groups --include-description')
    assert.ok(listed.profilingGroupNames.includes('cli'))
    assert.deepEqual(listed.profilingGroups.at(-1), made.profilingGroup)
  })

  await t.test('to post a profile and see its time', async () => {
    const post = await aws(
      'post-agent-profile --profiling-group-name cli --content-type application/json --agent-profile fileb://posted.json',
    )
    assert.deepEqual(post, { code: 0, output: '', errors: '' })
    const { end } = JSON.parse(posted)
    const times = await awsJson(
      `list-profile-times --profiling-group-name cli --period PT5M ${rangeAround(end)}`,
    )
    const length = 5 * 60_000
    assert.deepEqual(
      times.profileTimes.map(({ start }: { start: string }) => Date.parse(start)),
      [Math.floor((end - 1) / length) * length],
    )
  })

  await t.test('to get the profile into a file', async () => {
    const { end } = JSON.parse(posted)
    const told = await awsJson(
      `get-profile --profiling-group-name cli ${rangeAround(end)} --accept application/json profile.json`,
    )
    assert.deepEqual(told, { contentType: 'application/json' })
    const profile = JSON.parse(await readFile(join(directory, 'profile.json'), 'utf8'))
    assert.deepEqual(callPathSums(profile), callPathSums(JSON.parse(posted)))
  })
})

test('an error prints its name and ends with a code', async () => {
  const absent = await aws('describe-profiling-group --profiling-group-name absent')
  assert.notEqual(absent.code, 0)
  assert.equal(absent.output, '')
  assert.match(
    absent.errors,
    /An error occurred \(ResourceNotFoundException\) when calling the DescribeProfilingGroup operation: .*'absent'/,
  )
})

/** What the section `A first look` of the README has people type in their second terminal. */
async function firstLook(): Promise<{ exports: string; create: string }> {
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const [block] = /^export AWS_CONFIG_FILE=[^`]+/m.exec(readme) ?? []
  assert.ok(block, 'the README has no block that exports AWS_CONFIG_FILE')
  const lines = block.trim().replaceAll('https://127.0.0.1:8443', wick.url).split('\n')
  const exports = lines.filter((line) => line.startsWith('export '))
  const [create] = lines.filter((line) => line.startsWith('aws '))
  assert.ok(exports.length > 0 && create !== undefined)
  return { exports: exports.join('\n'), create }
}

async function awsJson(command: string) {
  const { code, output, errors } = await aws(command)
  assert.equal(code, 0, errors)
  return JSON.parse(output)
}

function aws(command: string): Promise<Ended> {
  return shell(`aws codeguruprofiler ${command}`, {
    AWS_PROFILE: 'wick-admin',
    AWS_CONFIG_FILE: join(wick.directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(wick.directory, 'credentials'),
  })
}

interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

/** Nothing of the environment of the tests gets through. */
function shell(script: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { PATH: `${pythonPrograms}:${process.env.PATH}`, HOME: directory, ...environment }
  return new Promise((ended) => {
    execFile('sh', ['-euc', script], { cwd: directory, env }, (error, output, errors) =>
      ended({ code: error === null ? 0 : Number(error.code), output, errors }),
    )
  })
}

function rangeAround(end: number): string {
  const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
  return `--start-time ${instant(end - 60_000)} --end-time ${instant(end)}`
}
