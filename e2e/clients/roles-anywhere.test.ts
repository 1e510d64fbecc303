/**
 * Certificates of one's own authority, administered with the AWS CLI and exchanged by AWS's credential helper for IAM Roles
 * Anywhere, which is built from its source unmodified (scripts/setup-signing-helper.sh).
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { ecKey, type Pki, pki, rsaKey } from '../support/pki.ts'
import { pythonPrograms } from '../support/python.ts'
import { recordedRequest, takenAt } from '../support/recordings.ts'
import { startWick, type Wick } from '../support/wick.ts'

const helper = resolve(import.meta.dirname, '../.cache/bin/rolesanywhere-credential-helper')

let directory: string
let wick: Wick
let own: Pki
let account: string
let trustAnchorArn: string
let profileArn: string
let roleArn: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-anywhere-'))
  wick = await startWick({ directory: join(directory, 'wick-data') })
  own = pki(directory)
  await own.authority('root')
  await own.authority('between', 'root')
  await own.leaf('orders', {
    by: 'root',
    subject: '/O=Example/CN=orders-1',
    uri: 'spiffe://example.com/orders/1',
    newkey: ecKey,
  })
  await setUp()
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** What docs/security.md tells people to do. */
async function setUp(): Promise<void> {
  account = (await administer('sts get-caller-identity')).Account
  await writeFile(
    own.file('source.json'),
    JSON.stringify({
      sourceType: 'CERTIFICATE_BUNDLE',
      sourceData: { x509CertificateData: await own.pem('root') },
    }),
  )
  const made = await administer(
    'rolesanywhere create-trust-anchor --name our-ca --enabled --source file://source.json',
  )
  trustAnchorArn = made.trustAnchor.trustAnchorArn
  await writeFile(
    own.file('trust.json'),
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'rolesanywhere.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
          Condition: {
            ArnEquals: { 'aws:SourceArn': trustAnchorArn },
            StringLike: { 'aws:PrincipalTag/x509SAN/URI': 'spiffe://example.com/orders/*' },
          },
        },
      ],
    }),
  )
  await administer('codeguruprofiler create-profiling-group --profiling-group-name orders')
  await administer('codeguruprofiler create-profiling-group --profiling-group-name payments')
  const group = (await administer('codeguruprofiler describe-profiling-group --profiling-group-name orders'))
    .profilingGroup.arn
  await writeFile(
    own.file('agent.json'),
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
          Resource: group,
        },
      ],
    }),
  )
  const { Role } = await administer(
    'iam create-role --role-name agents --assume-role-policy-document file://trust.json',
  )
  roleArn = Role.Arn
  await run(
    'aws iam put-role-policy --role-name agents --policy-name agent --policy-document file://agent.json',
    administrator(),
  )
  const profile = await administer(
    `rolesanywhere create-profile --name agents --enabled --role-arns ${roleArn}`,
  )
  profileArn = profile.profile.profileArn
}

test('an agent with a certificate may do what its role may, and on no other group', async () => {
  const host = await hostWith('orders')
  const identity = await json('aws sts get-caller-identity', host)
  assert.equal(identity.Account, account)
  assert.match(identity.Arn, /^arn:aws:sts::\d{12}:assumed-role\/agents\/[0-9a-f]+$/)

  await writeFile(own.file('posted.json'), takenAt((await recordedRequest('small-first-report')).body))
  const post = (group: string) =>
    run(
      `aws codeguruprofiler post-agent-profile --profiling-group-name ${group} --content-type application/json --agent-profile fileb://posted.json`,
      host,
    )
  const posted = await post('orders')
  assert.equal(posted.code, 0, posted.errors)
  const refused = await post('payments')
  assert.notEqual(refused.code, 0)
  assert.match(refused.errors, /AccessDeniedException/)
  const described = await run(
    'aws codeguruprofiler describe-profiling-group --profiling-group-name orders',
    host,
  )
  assert.match(described.errors, /AccessDeniedException/)
})

test('a key of RSA, and an authority between, will do', async () => {
  await own.leaf('rsa', {
    by: 'between',
    subject: '/O=Example/CN=orders-2',
    uri: 'spiffe://example.com/orders/2',
    newkey: rsaKey,
  })
  const credentials = await exchanged(
    'rsa',
    `--intermediates ${own.file('between.pem')} --session-duration 900`,
  )
  const seconds = (Date.parse(credentials.Expiration) - Date.now()) / 1000
  assert.ok(seconds > 840 && seconds <= 900, `${seconds} s`)
  await refusedTo('rsa', /Untrusted certificate\. No chain leads/)
})

test('the role says which certificates of the anchor it means', async () => {
  await own.leaf('payments', {
    by: 'root',
    subject: '/O=Example/CN=payments-1',
    uri: 'spiffe://example.com/payments/1',
    newkey: ecKey,
  })
  await refusedTo('payments', /does not trust this certificate with sts:AssumeRole/)
})

test('certificates of others, of servers and of authorities are refused', async () => {
  await own.authority('stranger')
  const subject = '/O=Example/CN=orders-1'
  const uri = 'spiffe://example.com/orders/1'
  await own.leaf('foreign', { by: 'stranger', subject, uri, newkey: ecKey })
  await refusedTo('foreign', /Untrusted certificate/)
  const extensions = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n'
  await own.leaf('server', { by: 'root', subject, uri, newkey: ecKey, extensions })
  await refusedTo('server', /must include clientAuth/)
  await refusedTo('between', /one of an authority/)
})

test('who was here is listed, page by page', async () => {
  const { subjects } = await administer('rolesanywhere list-subjects --page-size 1')
  assert.deepEqual(subjects.map(({ x509Subject }: { x509Subject: string }) => x509Subject).sort(), [
    'CN=orders-1,O=Example',
    'CN=orders-2,O=Example',
  ])
  const { subject } = await administer(`rolesanywhere get-subject --subject-id ${subjects[0].subjectId}`)
  assert.match(subject.credentials[0].x509CertificateData, /^-----BEGIN CERTIFICATE-----/)
})

test('a disabled profile gives nothing until it is enabled again', async () => {
  const id = profileArn.split('/')[1]
  assert.equal((await administer(`rolesanywhere disable-profile --profile-id ${id}`)).profile.enabled, false)
  await refusedTo('orders', /profile is disabled/)
  await administer(`rolesanywhere enable-profile --profile-id ${id}`)
  await exchanged('orders')
})

test('curl posts a profile with its certificate alone, where the listener asks for certificates', async () => {
  const rule = {
    uri: 'spiffe://example.com/orders/*',
    trustAnchor: trustAnchorArn,
    profile: profileArn,
    role: roleArn,
  }
  await wick.stop()
  wick = await startWick({
    directory: join(directory, 'wick-data'),
    flags: ['--client-certificates', JSON.stringify({ orders: rule })],
  })
  const curl = (group: string, more: string) =>
    run(
      `curl --silent --show-error --cacert $SSL_CERT_FILE ${more} --header 'content-type: application/json' ` +
        `--data-binary @posted.json --write-out '%{http_code}' ${wick.url}/profilingGroups/${group}/agentProfile`,
      {},
    )
  const own = '--cert orders.pem --key orders-key.pem'
  assert.equal((await curl('orders', own)).output, '204')
  assert.match((await curl('payments', own)).output, /assumed-role\/agents\/\w+ is not authorized.*403$/)
  assert.match((await curl('orders', '')).output, /Missing Authentication Token.*403$/)
  assert.match(
    (await curl('orders', '--cert foreign.pem --key foreign-key.pem')).output,
    /Untrusted certificate.*403$/,
  )
})

test('a revoked certificate is refused from then on', async () => {
  await exchanged('orders')
  const list = await own.revoke('root', ['orders'])
  await administer(
    `rolesanywhere import-crl --name list --enabled --trust-anchor-arn ${trustAnchorArn} --crl-data fileb://${list}`,
  )
  await refusedTo('orders', /is revoked/)
})

// Running things

interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

type Environment = Readonly<Record<string, string>>

const administrator = (): Environment => ({
  AWS_PROFILE: 'wick-admin',
  AWS_CONFIG_FILE: join(wick.directory, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(wick.directory, 'credentials'),
})

function helperCommand(name: string, more = ''): string {
  const certificate = `--certificate ${own.file(name)}.pem --private-key ${own.file(name)}-key.pem`
  const arns = `--trust-anchor-arn ${trustAnchorArn} --profile-arn ${profileArn} --role-arn ${roleArn}`
  return `${helper} credential-process --endpoint ${wick.url} ${certificate} ${arns} ${more}`
}

/** A host that has nothing but its certificate. */
async function hostWith(name: string): Promise<Environment> {
  const config = own.file(`${name}.aws`)
  await writeFile(
    config,
    `[default]\nregion = us-east-1\nendpoint_url = ${wick.url}\ncredential_process = ${helperCommand(name)}\n`,
  )
  return { AWS_CONFIG_FILE: config, AWS_CA_BUNDLE: join(wick.directory, 'tls/ca.pem') }
}

async function exchanged(name: string, more = '') {
  return json(helperCommand(name, more), {})
}

async function refusedTo(name: string, reason: RegExp): Promise<void> {
  const { code, output, errors } = await run(helperCommand(name), {})
  assert.notEqual(code, 0)
  assert.equal(output, '')
  assert.match(errors, /AccessDeniedException/)
  assert.match(errors, reason)
}

async function administer(command: string) {
  return json(`aws ${command}`, administrator())
}

async function json(command: string, environment: Environment) {
  const { code, output, errors } = await run(command, environment)
  assert.equal(code, 0, `${command}: ${errors}`)
  return JSON.parse(output)
}

/** Nothing of the environment of the tests gets through. */
function run(command: string, environment: Environment): Promise<Ended> {
  const env = {
    PATH: `${pythonPrograms}:${process.env.PATH}`,
    HOME: directory,
    SSL_CERT_FILE: join(wick.directory, 'tls/ca.pem'),
    ...environment,
  }
  return new Promise((ended) => {
    execFile('sh', ['-euc', command], { cwd: directory, env }, (error, output, errors) =>
      ended({ code: error === null ? 0 : Number(error.code), output, errors }),
    )
  })
}
