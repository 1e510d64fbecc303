/** Temporary credentials as AWS's tools get them: by role profile, by token file, by code, without knowing of Wick. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers'
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.ts'
import { pythonPrograms } from '../support/python.ts'
import { startWick, type Wick } from '../support/wick.ts'

const accountId = '000000000000'
const roleArn = `arn:aws:iam::${accountId}:role/viewer`
const subject = 'system:serviceaccount:shop:orders'

let directory: string
let wick: Wick
let issuer: OidcIssuer

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-sts-'))
  issuer = await startOidcIssuer(directory)
  wick = await startWick({ directory: join(directory, 'wick-data'), flags: issuer.flags })
  await setUp()
})

after(async () => {
  await wick?.stop()
  issuer?.close()
  await rm(directory, { recursive: true, force: true })
})

/** A role that the account and the issuer's workload may take, and which may list groups. */
async function setUp(): Promise<void> {
  const host = issuer.url.slice('https://'.length)
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
      },
    ],
  }
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'codeguru-profiler:ListProfilingGroups', Resource: '*' }],
  }
  await writeFile(join(directory, 'trust.json'), JSON.stringify(trust))
  await writeFile(join(directory, 'policy.json'), JSON.stringify(policy))
  await shell(
    [
      `aws iam create-open-id-connect-provider --url ${issuer.url} --client-id-list sts.amazonaws.com`,
      'aws iam create-role --role-name viewer --assume-role-policy-document file://trust.json',
      'aws iam put-role-policy --role-name viewer --policy-name p --policy-document file://policy.json',
    ].join('\n'),
  )
}

function shell(script: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...wick.awsEnvironment, PATH: `${pythonPrograms}:${process.env.PATH}`, ...environment }
  return new Promise((ended, failed) => {
    execFile('sh', ['-euc', script], { cwd: directory, env }, (error, output, errors) => {
      if (error === null) ended(output)
      else failed(new Error(errors))
    })
  })
}

const token = (sub = subject): string => issuer.token(sub)

/** Who boto3 is, and that it may list groups and nothing else. */
const whoAmI = `
import boto3, botocore
session = boto3.Session()
print(session.client("sts").get_caller_identity()["Arn"])
profiler = session.client("codeguruprofiler")
profiler.list_profiling_groups()
try:
    profiler.delete_profiling_group(profilingGroupName="x")
except botocore.exceptions.ClientError as error:
    print(error.response["Error"]["Code"])
`
const python = (environment: Readonly<Record<string, string>>): Promise<string> =>
  shell('python who-am-i.py', environment)
const asViewer = (name: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/viewer/${name}\nAccessDeniedException\n`

test('boto3 takes the role of a profile', async () => {
  await writeFile(join(directory, 'who-am-i.py'), whoAmI)
  const config = [await readFile(wick.awsEnvironment.AWS_CONFIG_FILE!, 'utf8'), '[profile viewer]']
  config.push('region = us-east-1', 'source_profile = wick-admin', `role_arn = ${roleArn}`)
  config.push('role_session_name = by-profile', '')
  await writeFile(join(directory, 'config'), config.join('\n'))
  const environment = { AWS_CONFIG_FILE: join(directory, 'config'), AWS_PROFILE: 'viewer' }
  assert.equal(await python(environment), asViewer('by-profile'))
})

const withoutKeys = {
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ROLE_ARN: roleArn,
  AWS_ROLE_SESSION_NAME: 'by-token',
}

test('boto3 and the AWS CLI take a role with the token in a file, and without any key', async () => {
  const file = join(directory, 'token')
  const environment: Record<string, string> = { ...withoutKeys, AWS_WEB_IDENTITY_TOKEN_FILE: file }
  await writeFile(file, token())
  const script =
    'unset AWS_PROFILE; python who-am-i.py; aws sts get-caller-identity --query Arn --output text'
  const arn = `arn:aws:sts::${accountId}:assumed-role/viewer/by-token\n`
  assert.equal(await shell(script, environment), asViewer('by-token') + arn)
  await writeFile(file, token('system:serviceaccount:shop:others'))
  await assert.rejects(shell(script, environment), /Not authorized to perform sts:AssumeRoleWithWebIdentity/)
  await writeFile(file, `${token()}x`)
  await assert.rejects(shell(script, environment), /InvalidIdentityToken/)
})

test('the AWS CLI gets a session of its user, which is refused once its token is changed', async () => {
  const text = await shell('aws sts get-session-token --duration-seconds 900')
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(text).Credentials
  const keys = { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey }
  const script = 'unset AWS_PROFILE; aws sts get-caller-identity --query Arn --output text'
  const environment = { ...withoutKeys, ...keys, AWS_SESSION_TOKEN: SessionToken }
  assert.equal(await shell(script, environment), `arn:aws:iam::${accountId}:user/wick-admin\n`)
  const changed = `${SessionToken.slice(0, -8)}AAAAAAAA`
  await assert.rejects(shell(script, { ...environment, AWS_SESSION_TOKEN: changed }), /InvalidClientTokenId/)
  await assert.rejects(shell('unset AWS_PROFILE; aws sts get-session-token', environment), /AccessDenied/)
})

test("AWS's SDK for JavaScript takes a role with a key, and with a token", async () => {
  const httpsAgent = new Agent({ ca: await readFile(join(wick.directory, 'tls/ca.pem')) })
  const clientConfig = { endpoint: wick.url, region: 'us-east-1', requestHandler: { httpsAgent } }
  // The provider for tokens takes no endpoint from its configuration.
  process.env.AWS_ENDPOINT_URL_STS = wick.url
  const masterCredentials = wick.credentials
  const params = { RoleArn: roleArn, RoleSessionName: 'by-sdk' }
  for (const credentials of [
    fromTemporaryCredentials({ masterCredentials, params, clientConfig }),
    fromWebToken({ webIdentityToken: token(), roleArn, roleSessionName: 'by-sdk', clientConfig }),
  ]) {
    const client = new STSClient({ ...clientConfig, credentials })
    const { Arn } = await client.send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:sts::${accountId}:assumed-role/viewer/by-sdk`)
    client.destroy()
  }
})
