import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Account, emptyAccount } from './account.ts'
import { apply, type Change, put } from './changes.ts'
import { newId } from './ids.ts'
import { policiesOf } from './policies-of.ts'
import { rolePrincipal, userPrincipal } from './principal.ts'
import { testRole, testUser } from './testing/identities.ts'

const readOnly = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'
const allows = (action: string): string =>
  JSON.stringify({ Statement: { Effect: 'Allow', Action: action, Resource: '*' } })

const accountWith = (...changes: Change[]): Account => apply(emptyAccount('000000000000'), changes, 1)

function managed(name: string, documents: readonly string[], defaultVersionId: string): Change {
  return put('policy', {
    ...{ id: newId('policy'), name, path: '/team/', description: '', createdAt: 0, updatedAt: 0, tags: {} },
    versions: documents.map((document, i) => ({ id: `v${i + 1}`, document, createdAt: 0 })),
    defaultVersionId,
    nextVersion: documents.length + 1,
  })
}

function namesOf(account: Account, userName: string): readonly string[] {
  const user = account.users.get(userName)!
  return policiesOf(account, userPrincipal(account, user)).identityPolicies.map(({ name }) => name)
}

test('a user has the policies of its own and of its groups, inline and attached', () => {
  const group = {
    ...{ id: newId('group'), name: 'devs', path: '/', createdAt: 0 },
    inlinePolicies: { shared: allows('b:*') },
    attachedPolicies: [readOnly],
  }
  const user = testUser('alice', {
    inlinePolicies: { own: allows('a:*') },
    attachedPolicies: ['arn:aws:iam::000000000000:policy/team/orders'],
    groups: [group.id, newId('group')],
  })
  const account = accountWith(
    put('user', user),
    put('group', group),
    managed('orders', [allows('c:*')], 'v1'),
  )
  const names = ['alice/own', 'arn:aws:iam::000000000000:policy/team/orders', 'devs/shared', readOnly]
  assert.deepEqual(namesOf(account, 'alice'), names)
})

test('of a managed policy the default version counts', () => {
  const user = testUser('alice', { attachedPolicies: ['arn:aws:iam::000000000000:policy/team/orders'] })
  const actionsWith = (version: string): readonly string[] => {
    const policy = managed('orders', [allows('a:*'), allows('b:*')], version)
    const account = accountWith(put('user', user), policy)
    const [one] = policiesOf(account, userPrincipal(account, user)).identityPolicies
    return one!.policy.statements[0]!.actions.items.map(({ text }) => text)
  }
  assert.deepEqual([actionsWith('v1'), actionsWith('v2')], [['a:*'], ['b:*']])
})

test('whoever is gone has none, and neither has who was made again under the name', () => {
  const before = testUser('alice', { inlinePolicies: { own: allows('*') } })
  const after = testUser('alice', { inlinePolicies: { own: allows('*') } })
  const principal = userPrincipal(accountWith(put('user', before)), before)
  assert.deepEqual(policiesOf(accountWith(put('user', after)), principal).identityPolicies, [])
  assert.equal(policiesOf(accountWith(put('user', before)), principal).identityPolicies.length, 1)
})

test('a session without policies is not limited; one with is, also by a policy that allows nothing it asks', () => {
  const role = testRole('deployer')
  const account = accountWith(put('role', role))
  const session = {
    ...{ issuedAt: 0, expiresAt: 1, mfaAt: null, tags: {}, sourceIdentity: null },
    ...{ transitiveTagKeys: [], federatedProvider: null },
  }
  const policiesIn = (policies: readonly string[] | null, policyArns: readonly string[] = []) => {
    const limited = { ...session, policies, policyArns }
    return policiesOf(account, rolePrincipal(account, role, 's', { session: limited })).sessionPolicies
  }
  assert.equal(policiesIn(null), null)
  assert.equal(policiesIn([allows('a:*'), allows('b:*')])?.length, 2)
  assert.deepEqual(
    policiesIn([], [readOnly])?.map(({ name }) => name),
    [readOnly],
  )
  assert.deepEqual(policiesIn([]), [])
})

test('a policy that cannot be read is no answer: it may hold a Deny', () => {
  for (const user of [
    testUser('a', { inlinePolicies: { broken: '{' } }),
    testUser('a', { attachedPolicies: ['arn:aws:iam::000000000000:policy/gone'] }),
    testUser('a', { permissionsBoundary: 'arn:aws:iam::000000000000:policy/gone' }),
  ]) {
    const account = accountWith(put('user', user))
    assert.throws(
      () => policiesOf(account, userPrincipal(account, user)),
      /cannot be read|there is no policy/,
    )
  }
})
