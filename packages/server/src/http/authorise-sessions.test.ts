/** Threat row 7 for whoever is no user with a key: every way to come by a session, and the whole matrix with each. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Made, make, makeAuthority } from '../certificates/testing/pki.ts'
import { oidcProviderArn } from '../iam/arns.ts'
import { put } from '../iam/changes.ts'
import { signSessionRequest } from '../roles-anywhere/testing/sign-session-request.ts'
import { startIssuer, type TestIssuer } from '../sts/testing/issuer.ts'
import {
  absent,
  addRole,
  addUser,
  agents,
  allow,
  arnOf,
  type Caller,
  concernsNone,
  expectMatrix,
  foreign,
  home,
  other,
  own,
  permit,
  startMatrixServer,
} from './testing/access-matrix.ts'
import type { AccessKey, Call, Received, TestServer } from './testing/test-server.ts'

let server: TestServer
let issuer: TestIssuer
before(async () => {
  issuer = await startIssuer()
  server = await startMatrixServer({ issuerKeys: issuer.keys })
})
after(async () => {
  await server.close()
  await issuer.server.close()
})

const role = 'arn:aws:iam::000000000000:role'
/** What all of them are given. */
const actions = ['codeguru-profiler:Get*', 'codeguru-profiler:PostAgentProfile', 'codeguru-profiler:Delete*']
const given = [allow(actions, arnOf(own))]
const isGiven = (name: string): boolean =>
  /^(Get|PostAgentProfile|DeleteProfilingGroup)/.test(name) && !concernsNone.includes(name)

const expectGiven = (by: AccessKey | Caller): Promise<void> =>
  expectMatrix(server, by, ({ name }, group) => group === own && isGiven(name))

/** Whom a role trusts, and with what. */
const trust = (Principal: object, Action: string | string[] = 'sts:AssumeRole'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] })
const trustsHome = trust({ AWS: `arn:aws:iam::${home}:root` })

const stsCall = (action: string, parameters: Readonly<Record<string, string>>): Call => ({
  method: 'POST',
  target: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ Action: action, Version: '2011-06-15', ...parameters }).toString(),
})

function credentialsIn({ status, text }: Received): AccessKey {
  assert.equal(status, 200, text)
  const element = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)![1]!
  return {
    accessKeyId: element('AccessKeyId'),
    secretAccessKey: element('SecretAccessKey'),
    sessionToken: element('SessionToken'),
  }
}

/** By the administrator, unless told otherwise. */
async function sts(
  action: string,
  parameters: Readonly<Record<string, string>>,
  key = server.key,
): Promise<AccessKey> {
  return credentialsIn(await server.signed(stsCall(action, parameters), { service: 'sts', key }))
}
const assume = (
  name: string,
  more: Readonly<Record<string, string>> = {},
  key = server.key,
): Promise<AccessKey> =>
  sts('AssumeRole', { RoleArn: `${role}/${name}`, RoleSessionName: 'session', ...more }, key)

describe('threat 7: who may do what with a session: every operation on one’s own group, another, none, and another account’s', () => {
  test('of a role: what the role may, whatever whoever took it may', async () => {
    await addRole(server, 'keeper', { statements: given, trustPolicy: trustsHome })
    await expectGiven(await assume('keeper'))
  })

  test('of a role that nothing was given to: nothing, though an administrator took it', async () => {
    await addRole(server, 'bare', { trustPolicy: trustsHome })
    await expectMatrix(server, await assume('bare'), () => false)
  })

  test('of a role, with a policy of its own: what both say', async () => {
    await addRole(server, 'everything', { statements: [allow('*', '*')], trustPolicy: trustsHome })
    const policy = (statement: object): Promise<AccessKey> =>
      assume('everything', { Policy: JSON.stringify({ Statement: statement }) })
    const limited = await policy(allow('codeguru-profiler:GetProfile', arnOf(own)))
    await expectMatrix(server, limited, ({ name }, group) => name === 'GetProfile' && group === own)
    await expectGiven(await policy(given[0]!))
  })

  test('of GetSessionToken: what its user may', async () => {
    const user = await addUser(server, 'ann', { statements: given })
    await expectGiven(await sts('GetSessionToken', {}, user))
  })

  test('for a web identity: what the role may', async () => {
    const about = { clientIds: ['sts.amazonaws.com'], thumbprints: [], createdAt: 0, tags: {} }
    const provider = { url: issuer.url, ...about }
    await server.test.services.accounts.change(home, () => ({
      changes: [put('oidc-provider', provider)],
      output: null,
    }))
    const federated = { Federated: oidcProviderArn(home, provider) }
    const trustPolicy = trust(federated, 'sts:AssumeRoleWithWebIdentity')
    await addRole(server, 'pod', { statements: given, trustPolicy })
    const call = stsCall('AssumeRoleWithWebIdentity', {
      RoleArn: `${role}/pod`,
      RoleSessionName: 'session',
      WebIdentityToken: await issuer.sign(server.test.now),
    })
    await expectGiven(credentialsIn(await server.send(call)))
  })

  test('for a certificate: what the role may', async () => {
    await addRole(server, 'host', {
      statements: given,
      trustPolicy: trust({ Service: 'rolesanywhere.amazonaws.com' }, [
        'sts:AssumeRole',
        'sts:TagSession',
        'sts:SetSourceIdentity',
      ]),
    })
    await expectGiven(await certificateSession(`${role}/host`))
  })

  test('of the console: what its user may', async () => {
    const user = await addUser(server, 'carl', { statements: given })
    const subject = { kind: 'user', accountId: home, userId: user.id } as const
    const { session, cookie } = (await server.access.open(subject, null, server.test.now))!
    const headers = {
      'x-wick-console': '1',
      'x-wick-csrf': session.csrfToken,
      cookie: `wick-session=${cookie}`,
    }
    await expectGiven((call) => server.send({ ...call, headers: { ...call.headers, ...headers } }))
  })
})

describe('threat 7: the policy of a group', () => {
  test('lets sessions of the role it names send profiles to it, without a policy of the role', async () => {
    const named = await addRole(server, 'named', { trustPolicy: trustsHome })
    await addRole(server, 'unnamed', { trustPolicy: trustsHome })
    await permit(server, named.arn)
    const may = ({ name }: { name: string }, group: string) => group === own && agents.includes(name)
    await expectMatrix(server, await assume('named'), may)
    await expectMatrix(server, await assume('unnamed'), () => false)
    const reading = JSON.stringify({ Statement: allow('codeguru-profiler:GetProfile', '*') })
    await expectMatrix(server, await assume('named', { Policy: reading }), () => false, [own, absent])
  })

  test('lets sessions of a role of another account in only where that role may, too', async () => {
    const [stranger, guest] = await Promise.all(
      ['without', 'within'].map((name) =>
        addRole(server, name, {
          accountId: foreign,
          statements: name === 'within' ? [allow('codeguru-profiler:*', '*')] : [],
          trustPolicy: trust({ AWS: `arn:aws:iam::${foreign}:root` }),
        }),
      ),
    )
    const taker = await addUser(server, 'taker', {
      accountId: foreign,
      statements: [allow('sts:AssumeRole', '*')],
    })
    await permit(server, stranger!.arn, guest!.arn)
    const groups = [arnOf(own), arnOf(other), arnOf(absent)]
    const take = (RoleArn: string) => sts('AssumeRole', { RoleArn, RoleSessionName: 'session' }, taker)
    await expectMatrix(server, await take(stranger!.arn), () => false, groups)
    await expectMatrix(
      server,
      await take(guest!.arn),
      ({ name }, group) => concernsNone.includes(name) || (group === arnOf(own) && agents.includes(name)),
      groups,
    )
  })
})

/** As Roles Anywhere gives it. */
async function certificateSession(roleArn: string): Promise<AccessKey> {
  const { now } = server.test
  const times = { notBefore: now - 60_000, notAfter: now + 86_400_000 }
  const root = await makeAuthority('CN=Root', times)
  const leaf: Made = await make({ by: root, subject: 'CN=host-1', ...times })
  const administer = async (target: string, body: object) => {
    const call = { method: 'POST', target, body: JSON.stringify(body) }
    const answer = await server.signed(call, { service: 'rolesanywhere' })
    assert.equal(answer.status, 201, answer.text)
    return JSON.parse(answer.text)
  }
  const sourceData = { x509CertificateData: root.pem }
  const source = { sourceType: 'CERTIFICATE_BUNDLE', sourceData }
  const { trustAnchor } = await administer('/trustanchors', { name: 'ca', enabled: true, source })
  const { profile } = await administer('/profiles', { name: 'hosts', enabled: true, roleArns: [roleArn] })
  const answer = await server.send({
    method: 'POST',
    ...signSessionRequest({
      ...{ host: new URL(server.url).host, region: 'us-east-1', at: now, by: leaf, roleArn },
      ...{ trustAnchorArn: trustAnchor.trustAnchorArn, profileArn: profile.profileArn },
      serialNumber: '81985529216486895',
    }),
  })
  assert.equal(answer.status, 201, answer.text)
  return JSON.parse(answer.text).credentialSet[0].credentials
}
