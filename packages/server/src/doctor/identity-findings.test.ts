import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Account, emptyAccount, type User } from '../iam/account.ts'
import { apply, type Change, put } from '../iam/changes.ts'
import { testAccessKey, testRole, testTime, testUser } from '../iam/testing/identities.ts'
import { identityFindings } from './identity-findings.ts'

const day = 24 * 60 * 60 * 1000
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const readOnly = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'

function account(...changes: Change[]): Account {
  return apply(emptyAccount('123456789012'), changes, 1)
}

function found(looked: Account, uses: Readonly<Record<string, number>> = {}, now = testTime): string[] {
  return identityFindings({ account: looked, lastUseOf: (id) => uses[id] ?? null, now }).map(
    ({ severity, id, subject }) => `${severity} ${id}: ${subject}`,
  )
}

const arn = (user: User): string => `arn:aws:iam::123456789012:user/${user.name}`
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

test('nobody is unsafe who has nothing', () => {
  assert.deepEqual(found(account(put('user', testUser('ann', { attachedPolicies: [readOnly] })))), [])
})

test('who may do everything needs a second factor: an enabled device or a passkey', () => {
  const ann = testUser('ann', { attachedPolicies: [administrator] })
  const device = { name: 'ann', path: '/', createdAt: testTime, lastStep: 0, drift: 0 }
  const passkey = { id: 'x', name: 'key', createdAt: testTime, publicKey: '', counter: 0 }
  const finding = `unsafe no-mfa: ${arn(ann)}`
  assert.deepEqual(found(account(put('user', ann))), [finding])
  const waiting = put('mfa-device', { ...device, userId: null, enabledAt: null })
  assert.deepEqual(found(account(put('user', ann), waiting)), [finding])
  const enabled = put('mfa-device', { ...device, userId: ann.id, enabledAt: testTime })
  assert.deepEqual(found(account(put('user', ann), enabled)), [])
  assert.deepEqual(found(account(put('user', ann), put('passkey', { ...passkey, userId: ann.id }))), [])
  assert.deepEqual(found(account(put('user', ann), put('passkey', { ...passkey, userId: 'AIDAOTHER' }))), [
    finding,
  ])
})

test('who may do everything through a group needs one as well, and who has a password', () => {
  const group = { ...testUser('admins', { attachedPolicies: [administrator] }), id: 'AGPAADMINS' }
  const ann = testUser('ann', { groups: [group.id] })
  assert.deepEqual(found(account(put('group', group), put('user', ann))), [`unsafe no-mfa: ${arn(ann)}`])
  const bob = testUser('bob')
  const login = { userId: bob.id, passwordHash: '', createdAt: testTime, mustChange: false }
  assert.deepEqual(found(account(put('user', bob), put('login-profile', login))), [
    `unsafe no-mfa: ${arn(bob)}`,
  ])
})

test('a key is unsafe when it is older than 90 days, or was not used for as long', () => {
  const ann = testUser('ann')
  const key = testAccessKey(ann.id)
  const looked = account(put('user', ann), put('access-key', key))
  const at = (days: number, usedAt?: number) =>
    found(looked, usedAt === undefined ? {} : { [key.id]: testTime + usedAt * day }, testTime + days * day)
  const subject = `${key.id} of ${arn(ann)}`
  assert.deepEqual(at(90), [])
  assert.deepEqual(at(91), [`unsafe access-key-unused: ${subject}`])
  assert.deepEqual(at(91, 90), [`unsafe access-key-old: ${subject}`])
  assert.deepEqual(at(200, 110), [`unsafe access-key-old: ${subject}`])
  assert.deepEqual(at(200, 109), [`unsafe access-key-unused: ${subject}`])
  const inactive = account(put('user', ann), put('access-key', { ...key, isActive: false }))
  assert.deepEqual(found(inactive, {}, testTime + 200 * day), [])
})

test('a policy that allows everything is unsafe, a wide one is worth a note, a narrow one is fine', () => {
  const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
  const service = policy({ Effect: 'Allow', Action: 'codeguru-profiler:*', Resource: '*' })
  const narrow = policy({
    Effect: 'Allow',
    Action: 'codeguru-profiler:GetProfile',
    Resource: 'arn:aws:codeguru-profiler:us-east-1:123456789012:profilingGroup/shop',
  })
  const trustPolicy = policy({
    Effect: 'Allow',
    Principal: { AWS: '123456789012' },
    Action: 'sts:AssumeRole',
  })
  const role = testRole('agents', { trustPolicy, inlinePolicies: { everything, service, narrow } })
  const subject = 'arn:aws:iam::123456789012:role/agents'
  assert.deepEqual(found(account(put('role', role))), [
    `unsafe policy-wide: ${subject}, policy everything`,
    `note policy-wide: ${subject}, policy service`,
  ])
  const [finding] = identityFindings({
    account: account(put('role', role)),
    lastUseOf: () => null,
    now: testTime,
  })
  assert.match(finding!.problem, /^line 1: allows every action of every service; line 1: allows it on every/)
})

const fullAccess = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess'

test('a program with full access is worth a note, whether by itself or by its group; a person with it is not', () => {
  const group = { ...testUser('builders', { attachedPolicies: [fullAccess] }), id: 'AGPABUILDERS' }
  const direct = testUser('agent-shop', { attachedPolicies: [fullAccess] })
  const member = testUser('agent-mail', { groups: [group.id] })
  const changes = [put('group', group), put('user', direct), put('user', member)]
  assert.deepEqual(found(account(...changes)), [], 'without a key nobody uses it')
  const keys = [direct, member].map(({ id }) => put('access-key', testAccessKey(id)))
  const looked = account(...changes, ...keys)
  assert.deepEqual(found(looked), [
    `note policy-wide: ${arn(direct)}, policy ${fullAccess}`,
    `note policy-wide: ${arn(member)}, policy ${fullAccess}`,
  ])
  const fixes = identityFindings({ account: looked, lastUseOf: () => null, now: testTime }).map(
    ({ fix }) => fix,
  )
  assert.match(fixes[0]!, /^aws iam detach-user-policy --user-name agent-shop --policy-arn \S+FullAccess; /)
  assert.match(fixes[1]!, /^aws iam remove-user-from-group --user-name agent-mail --group-name builders; /)
  const device = { name: 'phone', path: '/', createdAt: testTime, lastStep: 0, drift: 0, enabledAt: testTime }
  const phones = [direct, member].map(({ id, name }) => put('mfa-device', { ...device, name, userId: id }))
  assert.deepEqual(found(account(...changes, ...keys, ...phones)), [])
})

test('so is a role for certificates or web identities; if it may do everything, it is unsafe', () => {
  const role = (Principal: unknown, ...attachedPolicies: string[]) => {
    const trustPolicy = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
    return found(account(put('role', testRole('hosts', { trustPolicy, attachedPolicies }))))
  }
  const subject = 'arn:aws:iam::123456789012:role/hosts'
  const certificates = { Service: 'rolesanywhere.amazonaws.com' }
  const pods = { Federated: 'arn:aws:iam::123456789012:oidc-provider/issuer.example.com' }
  for (const programs of [certificates, pods]) {
    assert.deepEqual(role(programs, fullAccess, administrator), [
      `note policy-wide: ${subject}, policy ${fullAccess}`,
      `unsafe policy-wide: ${subject}, policy ${administrator}`,
    ])
    assert.deepEqual(role(programs, readOnly), [])
  }
  assert.deepEqual(role({ AWS: '123456789012' }, fullAccess, administrator), [])
})

test('a role that everybody may take is unsafe, one that asks something of them is not', () => {
  const trust = (Principal: unknown, rest: object = {}) =>
    testRole('open', {
      trustPolicy: policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...rest }),
    })
  const finding = ['unsafe trust-open: arn:aws:iam::123456789012:role/open']
  assert.deepEqual(found(account(put('role', trust('*')))), finding)
  assert.deepEqual(found(account(put('role', trust({ AWS: '*' })))), finding)
  const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }
  assert.deepEqual(found(account(put('role', trust('*', condition)))), [])
  assert.deepEqual(found(account(put('role', trust({ AWS: '123456789012' })))), [])
})
