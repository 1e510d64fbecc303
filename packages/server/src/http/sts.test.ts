/** STS on the endpoint: who may take which session, and what it may do. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { MfaDevice, Role } from '../iam/account.ts'
import { mfaArn, oidcProviderArn, roleArn, userArn } from '../iam/arns.ts'
import { type Change, put, remove } from '../iam/changes.ts'
import { testRole, testUser } from '../iam/testing/identities.ts'
import { totpCode } from '../iam/testing/totp-code.ts'
import { administratorAccess } from '../identity/administrator.ts'
import { startIssuer, type TestIssuer } from '../sts/testing/issuer.ts'
import {
  type AccessKey,
  errorIn,
  type Received,
  startTestServer,
  type TestServer,
} from './testing/test-server.ts'

const accountId = '000000000000'
const minute = 60_000

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

type Parameters = Readonly<Record<string, string | number>>

function form(
  action: string,
  parameters: Parameters,
): { method: string; target: string; headers: Record<string, string>; body: string } {
  const texts = Object.entries(parameters).map(([name, value]) => [name, String(value)])
  const body = new URLSearchParams([['Action', action], ['Version', '2011-06-15'], ...texts]).toString()
  return {
    method: 'POST',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  }
}
const sts = (action: string, parameters: Parameters = {}, key?: AccessKey): Promise<Received> =>
  server.signed(form(action, parameters), { service: 'sts', ...(key !== undefined && { key }) })

/** `200`, or status, code and message of a refusal. */
function told({ status, text }: Received): string {
  const [, code, message] = /<Code>(\w+)<\/Code><Message>([^<]*)/.exec(text) ?? []
  return status === 200 ? '200' : `${status} ${code}: ${message}`
}
function element({ text }: Received, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
}
function credentials(received: Received): AccessKey & { readonly sessionToken: string } {
  assert.equal(told(received), '200')
  return {
    accessKeyId: element(received, 'AccessKeyId')!,
    secretAccessKey: element(received, 'SecretAccessKey')!,
    sessionToken: element(received, 'SessionToken')!,
  }
}
const caller = async (key: AccessKey): Promise<string | undefined> =>
  element(await sts('GetCallerIdentity', {}, key), 'Arn')
const change = (...changes: readonly Change[]): Promise<null> =>
  server.test.services.accounts.change(accountId, () => ({ changes, output: null }))

const allow = (action: string | readonly string[], resource = '*', more = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource, ...more }],
  })
/** Who may take a role. */
const trust = (principal: unknown, more: { Condition?: object; Action?: readonly string[] } = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }],
  })
const root = { AWS: `arn:aws:iam::${accountId}:root` }

async function addRole(name: string, changes: Partial<Role> = {}): Promise<Role> {
  const role = testRole(name, {
    trustPolicy: trust(root),
    inlinePolicies: { p: allow('codeguru-profiler:ListProfilingGroups') },
    ...changes,
  })
  await change(put('role', role))
  return role
}
/** A user who may take any role that trusts the account. */
async function addUser(name: string): Promise<AccessKey> {
  const { subject, ...key } = await server.addUser(name)
  assert.equal(subject.kind, 'user')
  const user = server.test.services.accounts.find(accountId)!.users.get(name)!
  await change(
    put('user', {
      ...user,
      inlinePolicies: { p: allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']) },
    }),
  )
  return key
}
const arnOf = (role: Role): string => roleArn(accountId, role)
const assume = (role: Role | string, parameters: Parameters = {}, key?: AccessKey): Promise<Received> =>
  sts(
    'AssumeRole',
    { RoleArn: typeof role === 'string' ? role : arnOf(role), RoleSessionName: 'session', ...parameters },
    key,
  )
const groups = (key: AccessKey): Promise<Received> => server.signed({ target: '/profilingGroups' }, { key })
async function lastRecord() {
  return JSON.parse((await server.test.catalog.recordsAfter(0, 100)).at(-1)!.record)
}
const denied = (arn: string, action = 'sts:AssumeRole', by = `arn:aws:iam::${accountId}:user/ann`): string =>
  `403 AccessDenied: User: ${by} is not authorized to perform: ${action} on resource: ${arn}`

describe('AssumeRole', () => {
  test('gives a session of the role, which may do what the role may', async () => {
    const role = await addRole('viewer')
    const received = await assume(role, {}, await addUser('ann'))
    assert.equal(element(received, 'Arn'), `arn:aws:sts::${accountId}:assumed-role/viewer/session`)
    assert.equal(element(received, 'AssumedRoleId'), `${role.id}:session`)
    assert.equal(element(received, 'PackedPolicySize'), undefined)
    const inAnHour = new Date(server.test.now + 60 * minute).toISOString().replace('.000', '')
    assert.equal(element(received, 'Expiration'), inAnHour)
    const key = credentials(received)
    assert.match(key.accessKeyId, /^ASIA/)
    assert.equal(await caller(key), `arn:aws:sts::${accountId}:assumed-role/viewer/session`)
    assert.equal((await groups(key)).status, 200)
    const made = await server.signed({ method: 'DELETE', target: '/profilingGroups/x' }, { key })
    assert.equal(errorIn(made), 'AccessDeniedException')
    server.test.now += 60 * minute
    assert.equal(errorIn(await groups(key)), 'ExpiredTokenException')
    assert.match(told(await sts('GetCallerIdentity', {}, key)), /^403 ExpiredToken: /)
  })

  test('needs the trust of the role and, where it trusts the account, leave of the user', async () => {
    const key = await addUser('ann')
    const { subject: _, ...stranger } = await server.addUser('bob')
    const trusting = await addRole('trusting')
    assert.equal(told(await assume(trusting, {}, key)), '200')
    const bob = `arn:aws:iam::${accountId}:user/bob`
    assert.equal(told(await assume(trusting, {}, stranger)), denied(arnOf(trusting), 'sts:AssumeRole', bob))
    const closed = await addRole('closed', { trustPolicy: trust({ Service: 'x.amazonaws.com' }) })
    assert.equal(told(await assume(closed, {}, key)), denied(arnOf(closed)))
    assert.equal(
      told(await assume(closed)),
      denied(arnOf(closed), 'sts:AssumeRole', userArn(accountId, { path: '/', name: 'wick-admin' })),
    )
    const named = await addRole('named', { trustPolicy: trust({ AWS: bob }) })
    assert.equal(told(await assume(named, {}, stranger)), '200')
    assert.equal(told(await assume(named, {}, key)), denied(arnOf(named)))
  })

  test('says the same of a role that there is and of one that there is not', async () => {
    const key = await addUser('ann')
    await addRole('closed', { trustPolicy: trust({ Service: 'x.amazonaws.com' }) })
    for (const arn of [
      `arn:aws:iam::${accountId}:role/closed`,
      `arn:aws:iam::${accountId}:role/absent`,
      `arn:aws:iam::${accountId}:role/path/closed`,
      `arn:aws:iam::${accountId}:role/__proto__`,
      'arn:aws:iam::999999999999:role/closed',
      'arn:aws:iam:::role/closed-nowhere',
      'no-arn-at-all-but-long-enough',
    ])
      assert.equal(told(await assume(arn, {}, key)), denied(arn))
  })

  test('asks for the external id, where the role does', async () => {
    const key = await addUser('ann')
    const role = await addRole('partner', {
      trustPolicy: trust(root, { Condition: { StringEquals: { 'sts:ExternalId': 'secret-7' } } }),
    })
    assert.equal(told(await assume(role, {}, key)), denied(arnOf(role)))
    assert.equal(told(await assume(role, { ExternalId: 'secret-8' }, key)), denied(arnOf(role)))
    assert.equal(told(await assume(role, { ExternalId: 'secret-7' }, key)), '200')
  })

  test('lasts as long as is asked for, within what the role allows', async () => {
    const key = await addUser('ann')
    const role = await addRole('long', { maxSessionSeconds: 7200 })
    const session = credentials(await assume(role, { DurationSeconds: 7200 }, key))
    server.test.now += 120 * minute - 1
    assert.equal((await groups(session)).status, 200)
    assert.match(
      told(await assume(role, { DurationSeconds: 7201 }, key)),
      /400 ValidationError: .*MaxSessionDuration/,
    )
    for (const seconds of [899, 43_201, 0, -1])
      assert.match(told(await assume(role, { DurationSeconds: seconds }, key)), /^400 ValidationError/)
  })

  test('with a session of a role lasts an hour at most', async () => {
    const first = await addRole('first', { inlinePolicies: { p: allow('sts:AssumeRole') } })
    const second = await addRole('second', { maxSessionSeconds: 43_200 })
    const key = credentials(await assume(first, {}, await addUser('ann')))
    assert.equal(
      await caller(credentials(await assume(second, { DurationSeconds: 3600 }, key))),
      `arn:aws:sts::${accountId}:assumed-role/second/session`,
    )
    assert.match(
      told(await assume(second, { DurationSeconds: 3601 }, key)),
      /400 ValidationError: .*1 hour session limit/,
    )
  })

  test('with a policy gives a session that may do no more than both say', async () => {
    const key = await addUser('ann')
    const role = await addRole('wide', {
      inlinePolicies: { p: allow(['codeguru-profiler:ListProfilingGroups', 'codeguru-profiler:GetProfile']) },
    })
    const session = async (Policy: string): Promise<AccessKey> =>
      credentials(await assume(role, { Policy }, key))
    assert.equal((await groups(await session(allow('*')))).status, 200)
    const narrow = await groups(await session(allow('codeguru-profiler:GetProfile')))
    assert.match(
      narrow.text,
      /because no session policy allows the codeguru-profiler:ListProfilingGroups action/,
    )
    const wider = await session(allow(['codeguru-profiler:*']))
    const made = await server.signed({ method: 'DELETE', target: '/profilingGroups/x' }, { key: wider })
    assert.match(made.text, /because no identity-based policy allows/)
  })

  test('takes managed policies for the session, too, as they are then', async () => {
    const key = await addUser('ann')
    const role = await addRole('wide')
    const arn = (name: string) => ({ 'PolicyArns.member.1.arn': `arn:aws:iam::aws:policy/${name}` })
    const reading = await assume(role, arn('AmazonCodeGuruProfilerReadOnlyAccess'), key)
    assert.match(element(reading, 'PackedPolicySize')!, /^[1-9]$/)
    assert.equal((await groups(credentials(reading))).status, 200)
    const agent = credentials(await assume(role, arn('AmazonCodeGuruProfilerAgentAccess'), key))
    assert.equal(errorIn(await groups(agent)), 'AccessDeniedException')
    assert.match(told(await assume(role, arn('Nothing'), key)), /^400 MalformedPolicyDocument/)
  })

  test('refuses a policy that is none, and one that does not fit', async () => {
    const key = await addUser('ann')
    const role = await addRole('wide')
    for (const Policy of ['{', '{}', '[]', '{"Statement":[{"Effect":"Allow","Action":"x"}]}', trust('*')])
      assert.match(told(await assume(role, { Policy }, key)), /^400 MalformedPolicyDocument: .*line 1/)
    const Policy = allow('x:y', `arn:aws:x:::${'y'.repeat(2048)}`)
    assert.match(
      told(await assume(role, { Policy }, key)),
      /^400 (MalformedPolicyDocument|PackedPolicyTooLarge)/,
    )
  })

  test('refuses tags that do not fit into a token', async () => {
    const key = await addUser('ann')
    const role = await addRole('tagged', {
      trustPolicy: trust(root, { Action: ['sts:AssumeRole', 'sts:TagSession'] }),
    })
    const tags = Array.from({ length: 50 }, (_, i) => [
      [`Tags.member.${i + 1}.Key`, `key-${i}`],
      [
        `Tags.member.${i + 1}.Value`,
        Array.from({ length: 256 }, () =>
          String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000)),
        ).join(''),
      ],
    ]).flat()
    assert.match(
      told(await assume(role, Object.fromEntries(tags), key)),
      /^400 PackedPolicyTooLarge: .*consumes \d{3,}%/,
    )
  })

  test('takes tags, where the role lets them be given; policies of the role can ask for them', async () => {
    const key = await addUser('ann')
    const tag = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'red' }
    const bare = await addRole('bare')
    assert.equal(told(await assume(bare, tag, key)), denied(arnOf(bare), 'sts:TagSession'))
    const isRed = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }
    const role = await addRole('tagged', {
      tags: { team: 'blue' },
      trustPolicy: trust(root, { Action: ['sts:AssumeRole', 'sts:TagSession'] }),
      inlinePolicies: { p: allow('codeguru-profiler:ListProfilingGroups', '*', isRed) },
    })
    assert.equal((await groups(credentials(await assume(role, tag, key)))).status, 200)
    assert.equal((await groups(credentials(await assume(role, {}, key)))).status, 403)
    for (const wrong of [
      { 'Tags.member.1.Key': 'aws:x', 'Tags.member.1.Value': '' },
      { ...tag, 'Tags.member.2.Key': 'tEAM', 'Tags.member.2.Value': '' },
      { ...tag, 'TransitiveTagKeys.member.1': 'other' },
    ])
      assert.match(told(await assume(role, wrong, key)), /^400 ValidationError/)
  })

  test('hands transitive tags and the source identity on, and nobody can change them', async () => {
    const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    const isAnns = { StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:SourceIdentity': 'ann' } }
    const policy = allow(Action)
    const first = await addRole('first', {
      trustPolicy: trust(root, { Action }),
      inlinePolicies: { p: policy },
    })
    const last = await addRole('last', {
      trustPolicy: trust(root, { Action }),
      inlinePolicies: { p: allow('codeguru-profiler:ListProfilingGroups', '*', { Condition: isAnns }) },
    })
    const tags = {
      'Tags.member.1.Key': 'Team',
      'Tags.member.1.Value': 'red',
      'Tags.member.2.Key': 'step',
      'Tags.member.2.Value': '1',
      'TransitiveTagKeys.member.1': 'team',
    }
    const received = await assume(first, { ...tags, SourceIdentity: 'ann' }, await addUser('ann'))
    assert.equal(element(received, 'SourceIdentity'), 'ann')
    const key = credentials(received)
    const chained = await assume(last, { SourceIdentity: 'ann' }, key)
    assert.equal((await groups(credentials(chained))).status, 200)
    assert.equal((await groups(credentials(await assume(last, {}, key)))).status, 200)
    assert.match(
      told(await assume(last, { SourceIdentity: 'bob' }, key)),
      /^400 ValidationError: .*source identity/,
    )
    const blue = { 'Tags.member.1.Key': 'TEAM', 'Tags.member.1.Value': 'blue' }
    assert.match(told(await assume(last, blue, key)), /^400 ValidationError/)
    assert.equal(
      told(await assume(last, { 'Tags.member.1.Key': 'step', 'Tags.member.1.Value': '2' }, key)),
      '200',
    )
    assert.match(told(await assume(first, { SourceIdentity: 'aws:ann' })), /^400 ValidationError/)
  })

  test('asks for leave to set a source identity, also where it is handed on', async () => {
    const Action = ['sts:AssumeRole', 'sts:SetSourceIdentity']
    const first = await addRole('first', {
      trustPolicy: trust(root, { Action }),
      inlinePolicies: { p: allow('sts:*') },
    })
    const last = await addRole('last')
    const ann = await addUser('ann')
    assert.equal(
      told(await assume(last, { SourceIdentity: 'ann' }, ann)),
      denied(arnOf(last), 'sts:SetSourceIdentity'),
    )
    const key = credentials(await assume(first, { SourceIdentity: 'ann' }, ann))
    assert.match(told(await assume(last, {}, key)), /sts:SetSourceIdentity/)
  })

  test('goes from account to account where both sides say so', async () => {
    const other = '111111111111'
    const key = await addUser('ann')
    const ann = `arn:aws:iam::${accountId}:user/ann`
    const trusting = testRole('trusting', { trustPolicy: trust({ AWS: ann }) })
    const closed = testRole('closed', { trustPolicy: trust({ AWS: `arn:aws:iam::${other}:root` }) })
    await server.test.services.accounts.create(other, [put('role', trusting), put('role', closed)])
    const session = credentials(await assume(roleArn(other, trusting), {}, key))
    assert.equal(await caller(session), `arn:aws:sts::${other}:assumed-role/trusting/session`)
    assert.equal(told(await assume(roleArn(other, closed), {}, key)), denied(roleArn(other, closed)))
    const { subject: _, ...bob } = await server.addUser('bob')
    assert.match(told(await assume(roleArn(other, trusting), {}, bob)), /^403 AccessDenied/)
  })

  test('refuses names that are none', async () => {
    const role = await addRole('viewer')
    for (const RoleSessionName of ['', 'x', 'a b', 'a/b', 'x'.repeat(65), 'ä-ä'])
      assert.match(told(await assume(role, { RoleSessionName })), /^400 ValidationError/)
  })
})

describe('the sessions of a role', () => {
  test('end when it is deleted, and are not those of one that is made again', async () => {
    const ann = await addUser('ann')
    const role = await addRole('viewer')
    const key = credentials(await assume(role, {}, ann))
    assert.equal((await groups(key)).status, 200)
    await change(remove('role', role))
    assert.equal(errorIn(await groups(key)), 'UnrecognizedClientException')
    const again = await addRole('viewer')
    assert.equal(errorIn(await groups(key)), 'UnrecognizedClientException')
    assert.equal((await groups(credentials(await assume(again, {}, ann)))).status, 200)
  })

  test('can be ended as at AWS, by a policy that denies what was issued before', async () => {
    const ann = await addUser('ann')
    const role = await addRole('viewer')
    const key = credentials(await assume(role, {}, ann))
    const until = new Date(server.test.now + 1000).toISOString()
    const deny = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': until } },
        },
      ],
    })
    await change(
      put('role', { ...role, inlinePolicies: { ...role.inlinePolicies, AWSRevokeOlderSessions: deny } }),
    )
    assert.match((await groups(key)).text, /explicit deny in an identity-based policy/)
    server.test.now += 1000
    assert.equal((await groups(credentials(await assume(role, {}, ann)))).status, 200)
  })

  test('get less when the role does, at once', async () => {
    const role = await addRole('viewer')
    const key = credentials(await assume(role, {}, await addUser('ann')))
    await change(put('role', { ...role, inlinePolicies: {} }))
    assert.equal((await groups(key)).status, 403)
  })

  test('are told in the trail with their role as it is named, path and all', async () => {
    const role = await addRole('deploy', { path: '/ci/' })
    await groups(credentials(await assume(role, {}, await addUser('ann'))))
    const { userIdentity } = await lastRecord()
    assert.equal(userIdentity.arn, `arn:aws:sts::${accountId}:assumed-role/deploy/session`)
    assert.deepEqual(userIdentity.sessionContext, {
      sessionIssuer: {
        type: 'Role',
        principalId: role.id,
        arn: `arn:aws:iam::${accountId}:role/ci/deploy`,
        accountId,
        userName: 'deploy',
      },
      attributes: {
        creationDate: new Date(server.test.now).toISOString().replace('.000', ''),
        mfaAuthenticated: 'false',
      },
    })
  })

  test('are a use of the role', async () => {
    const role = await addRole('viewer')
    await groups(credentials(await assume(role, {}, await addUser('ann'))))
    assert.equal(server.test.services.lastUses.find(role.id)?.service, 'codeguru-profiler')
  })
})

const seed = Buffer.from('12345678901234567890')
async function addPhone(userName: string): Promise<string> {
  const user = server.test.services.accounts.find(accountId)!.users.get(userName)!
  const now = server.test.now
  const phone: MfaDevice = {
    name: `${userName}s-phone`,
    path: '/',
    createdAt: now,
    userId: user.id,
    enabledAt: now,
    lastStep: 0,
    drift: 0,
  }
  await change(put('mfa-device', phone, seed))
  return mfaArn(accountId, phone)
}
const codeNow = (): string => totpCode(seed, Math.floor(server.test.now / 30_000))
const wrongCode = (): string => (codeNow() === '000000' ? '000001' : '000000')

describe('GetSessionToken', () => {
  test('without a second factor is not for IAM, whatever the user may do; nor for a further session token', async () => {
    const iam = (key: AccessKey): Promise<Received> => {
      const call = form('ListUsers', {})
      const body = call.body.replace('2011-06-15', '2010-05-08')
      return server.signed({ ...call, body }, { service: 'iam', key })
    }
    const { subject: _, ...admin } = await server.addUser('ann', administratorAccess)
    assert.equal(told(await iam(admin)), '200')
    const key = credentials(await sts('GetSessionToken', {}, admin))
    assert.match(told(await iam(key)), /^403 InvalidClientTokenId: /)
    assert.equal((await groups(key)).status, 200)
    assert.equal(await caller(key), `arn:aws:iam::${accountId}:user/ann`)
    assert.match(told(await sts('GetSessionToken', {}, key)), /^403 AccessDenied: /)
    const accounts = { method: 'POST', target: '/v1/accounts', body: '{"accountId":"333333333333"}' }
    const headers = { 'content-type': 'application/json' }
    assert.equal(errorIn(await server.signed({ ...accounts, headers }, { key })), 'AccessDeniedException')
    assert.equal((await server.signed({ ...accounts, headers }, { key: admin })).status, 200)
    const role = await addRole('admin', { inlinePolicies: { p: allow('iam:*') } })
    assert.equal(told(await iam(credentials(await assume(role, {}, key)))), '200')
  })

  test('gives credentials of the user, for twelve hours unless it is said otherwise', async () => {
    const { subject: _, ...ann } = await server.addUser(
      'ann',
      'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess',
    )
    const key = credentials(await sts('GetSessionToken', {}, ann))
    assert.equal(await caller(key), `arn:aws:iam::${accountId}:user/ann`)
    server.test.now += 12 * 60 * minute - 1
    assert.equal((await groups(key)).status, 200)
    server.test.now += 1
    assert.equal(errorIn(await groups(key)), 'ExpiredTokenException')
    const long = credentials(await sts('GetSessionToken', { DurationSeconds: 129_600 }, ann))
    server.test.now += 36 * 60 * minute - 1
    assert.equal((await groups(long)).status, 200)
    for (const DurationSeconds of [899, 129_601])
      assert.match(told(await sts('GetSessionToken', { DurationSeconds }, ann)), /^400 ValidationError/)
  })

  test('is for long-term keys: no session prolongs itself', async () => {
    const ann = await addUser('ann')
    const message = '403 AccessDenied: Cannot call GetSessionToken with session credentials'
    assert.equal(
      told(await sts('GetSessionToken', {}, credentials(await sts('GetSessionToken', {}, ann)))),
      message,
    )
    const role = await addRole('viewer')
    assert.equal(told(await sts('GetSessionToken', {}, credentials(await assume(role, {}, ann)))), message)
  })

  test('ends with the user', async () => {
    const key = credentials(await sts('GetSessionToken', {}, await addUser('ann')))
    await change(put('user', testUser('ann')))
    assert.match(told(await sts('GetCallerIdentity', {}, key)), /^403 InvalidClientTokenId/)
  })

  test('with a code is what policies call multi-factor authentication', async () => {
    const { subject: _, ...ann } = await server.addUser('ann')
    const user = server.test.services.accounts.find(accountId)!.users.get('ann')!
    const isRecent = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '600' },
    }
    const policy = allow('codeguru-profiler:ListProfilingGroups', '*', { Condition: isRecent })
    await change(put('user', { ...user, inlinePolicies: { p: policy } }))
    const SerialNumber = await addPhone('ann')
    assert.equal((await groups(ann)).status, 403)
    assert.equal((await groups(credentials(await sts('GetSessionToken', {}, ann)))).status, 403)
    const key = credentials(await sts('GetSessionToken', { SerialNumber, TokenCode: codeNow() }, ann))
    assert.equal((await groups(key)).status, 200)
    server.test.now += 10 * minute
    assert.equal((await groups(key)).status, 403)
  })

  test('takes no code twice, and none that is wrong, half or of somebody else', async () => {
    const ann = await addUser('ann')
    const bob = await addUser('bob')
    const SerialNumber = await addPhone('ann')
    const code = { SerialNumber, TokenCode: codeNow() }
    const refused =
      /^403 AccessDenied: MultiFactorAuthentication failed, with invalid MFA one time pass code\.$/
    assert.match(told(await sts('GetSessionToken', code, bob)), refused)
    assert.match(told(await sts('GetSessionToken', { ...code, TokenCode: wrongCode() }, ann)), refused)
    assert.match(told(await sts('GetSessionToken', { SerialNumber }, ann)), /must provide both/)
    assert.match(told(await sts('GetSessionToken', { TokenCode: codeNow() }, ann)), /must provide both/)
    const outcomes = await Promise.all([1, 2, 3].map(() => sts('GetSessionToken', code, ann)))
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), [200, 403, 403])
    assert.match(told(await sts('GetSessionToken', code, ann)), refused)
  })

  test('locks a device after five wrong codes', async () => {
    const ann = await addUser('ann')
    const SerialNumber = await addPhone('ann')
    for (let i = 0; i < 5; i++) await sts('GetSessionToken', { SerialNumber, TokenCode: wrongCode() }, ann)
    assert.match(
      told(await sts('GetSessionToken', { SerialNumber, TokenCode: codeNow() }, ann)),
      /^403 AccessDenied: .*quarter of an hour/,
    )
    server.test.now += 15 * minute
    assert.equal(told(await sts('GetSessionToken', { SerialNumber, TokenCode: codeNow() }, ann)), '200')
  })
})

describe('a role that asks for a second factor', () => {
  const needsMfa = trust(root, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })

  test('is taken with a code, or with credentials that were given for one', async () => {
    const role = await addRole('careful', { trustPolicy: needsMfa })
    const ann = await addUser('ann')
    const SerialNumber = await addPhone('ann')
    assert.equal(told(await assume(role, {}, ann)), denied(arnOf(role)))
    const key = credentials(await assume(role, { SerialNumber, TokenCode: codeNow() }, ann))
    assert.equal((await groups(key)).status, 200)
    server.test.now += minute
    const session = credentials(await sts('GetSessionToken', { SerialNumber, TokenCode: codeNow() }, ann))
    assert.equal(told(await assume(role, {}, session)), '200')
  })

  test('is not taken with a wrong code, nor is one that asks for none', async () => {
    const ann = await addUser('ann')
    const SerialNumber = await addPhone('ann')
    for (const role of [await addRole('careful', { trustPolicy: needsMfa }), await addRole('careless')])
      assert.match(
        told(await assume(role, { SerialNumber, TokenCode: wrongCode() }, ann)),
        /^403 AccessDenied: Multi/,
      )
  })

  test('its session has the second factor only if the code came with the call', async () => {
    const isSure = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const inlinePolicies = { p: allow('codeguru-profiler:ListProfilingGroups', '*', isSure) }
    const role = await addRole('careful', { trustPolicy: needsMfa, inlinePolicies })
    const ann = await addUser('ann')
    const SerialNumber = await addPhone('ann')
    assert.equal(
      (await groups(credentials(await assume(role, { SerialNumber, TokenCode: codeNow() }, ann)))).status,
      200,
    )
    server.test.now += minute
    const session = credentials(await sts('GetSessionToken', { SerialNumber, TokenCode: codeNow() }, ann))
    assert.equal((await groups(credentials(await assume(role, {}, session)))).status, 403)
  })

  test('a session of a role has no device', async () => {
    const SerialNumber = await addPhone('wick-admin')
    const first = await addRole('first', { inlinePolicies: { p: allow('sts:AssumeRole') } })
    const key = credentials(await assume(first))
    const role = await addRole('careful', { trustPolicy: needsMfa })
    assert.match(
      told(await assume(role, { SerialNumber, TokenCode: codeNow() }, key)),
      /only users have MFA devices/,
    )
  })
})

describe('AssumeRoleWithWebIdentity', () => {
  let issuer: TestIssuer
  let role: Role
  beforeEach(async () => {
    issuer = await startIssuer()
    await server.close()
    server = await startTestServer({ issuerKeys: issuer.keys })
    const provider = {
      url: issuer.url,
      clientIds: ['sts.amazonaws.com'],
      thumbprints: [],
      createdAt: 0,
      tags: {},
    }
    await change(put('oidc-provider', provider))
    const host = issuer.url.slice('https://'.length)
    role = await addRole('orders', {
      trustPolicy: trust(
        { Federated: oidcProviderArn(accountId, provider) },
        {
          Action: ['sts:AssumeRoleWithWebIdentity'],
          Condition: {
            StringEquals: {
              [`${host}:aud`]: 'sts.amazonaws.com',
              [`${host}:sub`]: 'system:serviceaccount:shop:orders',
            },
          },
        },
      ),
    })
  })
  afterEach(() => issuer.server.close())

  const call = (WebIdentityToken: string, parameters: Parameters = {}): Promise<Received> =>
    server.send(
      form('AssumeRoleWithWebIdentity', {
        RoleArn: arnOf(role),
        RoleSessionName: 'pod',
        WebIdentityToken,
        ...parameters,
      }),
    )
  const token = (claims: Record<string, unknown> = {}): Promise<string> =>
    issuer.sign(server.test.now, claims)

  test('gives a session of the role to whoever brings a token, and nobody signs', async () => {
    const received = await call(await token())
    assert.equal(element(received, 'SubjectFromWebIdentityToken'), 'system:serviceaccount:shop:orders')
    assert.equal(element(received, 'Audience'), 'sts.amazonaws.com')
    assert.equal(element(received, 'Provider'), issuer.url)
    const key = credentials(received)
    assert.equal(await caller(key), `arn:aws:sts::${accountId}:assumed-role/orders/pod`)
    assert.equal((await groups(key)).status, 200)
    server.test.now += 60 * minute
    assert.equal(errorIn(await groups(key)), 'ExpiredTokenException')
  })

  test('is told in the trail of what the session does, with who vouched for it', async () => {
    await groups(credentials(await call(await token())))
    const { sessionIssuer, webIdFederationData } = (await lastRecord()).userIdentity.sessionContext
    assert.equal(sessionIssuer.arn, arnOf(role))
    const federatedProvider = `arn:aws:iam::${accountId}:oidc-provider/${issuer.url.slice('https://'.length)}`
    assert.deepEqual(webIdFederationData, { federatedProvider, attributes: {} })
  })

  test('is only for whom the role trusts', async () => {
    const refused = '403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity'
    assert.equal(told(await call(await token({ sub: 'system:serviceaccount:shop:others' }))), refused)
    const absent = `arn:aws:iam::${accountId}:role/absent`
    assert.equal(told(await call(await token(), { RoleArn: absent })), refused)
    const plain = await addRole('plain')
    assert.equal(told(await call(await token(), { RoleArn: arnOf(plain) })), refused)
    // The other way round, too: a token's role is nobody else's.
    assert.equal(
      told(await assume(role)),
      denied(arnOf(role), 'sts:AssumeRole', `arn:aws:iam::${accountId}:user/wick-admin`),
    )
  })

  test('refuses what is no good token, before it says anything of roles', async () => {
    for (const RoleArn of [arnOf(role), `arn:aws:iam::${accountId}:role/absent`]) {
      assert.match(told(await call('no-token', { RoleArn })), /^400 InvalidIdentityToken/)
      assert.match(told(await call(`${await token()}x`, { RoleArn })), /^400 InvalidIdentityToken/)
      assert.match(told(await call(await token({ aud: 'x' }), { RoleArn })), /^400 InvalidIdentityToken/)
    }
    const old = await issuer.sign(server.test.now - 10 * minute)
    assert.match(told(await call(old)), /^400 ExpiredTokenException/)
    assert.match(told(await call('x'.repeat(20_001))), /^400 ValidationError/)
  })

  test('believes only issuers that the account of the role names', async () => {
    const other = await startIssuer()
    try {
      const good = await other.sign(server.test.now)
      assert.match(
        told(await call(good)),
        /^400 InvalidIdentityToken: No OpenIDConnect provider found in your account/,
      )
      const elsewhere = 'arn:aws:iam::999999999999:role/orders'
      assert.match(told(await call(await token(), { RoleArn: elsewhere })), /No OpenIDConnect provider found/)
      assert.deepEqual(other.server.asked, [])
    } finally {
      await other.server.close()
    }
  })

  test('says that it may be tried again where the issuer does not answer', async () => {
    issuer.isDown = true
    assert.match(told(await call(await token())), /^400 IDPCommunicationError/)
  })

  test('limits the session as AssumeRole does', async () => {
    const Policy = allow('codeguru-profiler:GetProfile')
    assert.equal((await groups(credentials(await call(await token(), { Policy })))).status, 403)
    assert.match(
      told(await call(await token(), { DurationSeconds: 3601 })),
      /^400 ValidationError: .*MaxSessionDuration/,
    )
  })

  test('ends with the trust of the provider only for sessions to come', async () => {
    const key = credentials(await call(await token()))
    const { oidcProviders } = server.test.services.accounts.find(accountId)!
    await change(remove('oidc-provider', oidcProviders.values().next().value!))
    assert.equal((await groups(key)).status, 200)
    assert.match(told(await call(await token())), /^400 InvalidIdentityToken/)
  })

  test('is the only call that nobody need sign', async () => {
    for (const [action, parameters] of [
      ['GetCallerIdentity', {}],
      ['AssumeRole', { RoleArn: arnOf(role), RoleSessionName: 'xx' }],
      ['GetSessionToken', {}],
      ['CreateUser', { UserName: 'x' }],
      ['', {}],
    ] as const)
      assert.match(told(await server.send(form(action, parameters))), /^403 MissingAuthenticationToken/)
    const twice = form('AssumeRoleWithWebIdentity', {})
    const body = `${twice.body}&Action=GetCallerIdentity`
    assert.match(told(await server.send({ ...twice, body })), /^403 MissingAuthenticationToken/)
    assert.match(told(await server.send(twice)), /^400 ValidationError/)
  })

  test('is throttled by address', async () => {
    await server.close()
    server = await startTestServer({ issuerKeys: issuer.keys, config: { callsPerSecond: 1 } })
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => call('x.y.z')))
    assert.ok(outcomes.some((received) => told(received).startsWith('400 Throttling')))
  })
})
