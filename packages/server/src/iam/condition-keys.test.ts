import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type Account, emptyAccount } from './account.ts'
import { apply, put } from './changes.ts'
import { type Circumstances, conditionKeys, requestTags } from './condition-keys.ts'
import { type Principal, type PrincipalSession, rolePrincipal, userPrincipal } from './principal.ts'
import { testRole, testUser } from './testing/identities.ts'

const now = Date.UTC(2026, 10, 25, 12, 0, 1)
const alice = testUser('alice', { tags: { Team: 'blue' } })
const deployer = testRole('deployer', { path: '/ci/', tags: { team: 'ci', stage: 'prod' } })
const account: Account = apply(emptyAccount('000000000000'), [put('user', alice), put('role', deployer)], 1)
const session: PrincipalSession = {
  issuedAt: now - 60_000,
  expiresAt: now + 60_000,
  mfaAt: now - 30_500,
  policies: null,
  policyArns: [],
  transitiveTagKeys: [],
  federatedProvider: null,
  tags: { team: 'session' },
  sourceIdentity: 'alice@example.org',
}

function keysOf(
  principal: Principal,
  changes: Partial<Circumstances> = {},
): Record<string, string | readonly string[]> {
  const origin = { sourceAddress: '192.0.2.7', isSecureTransport: true, listener: 'default', tls: null }
  return Object.fromEntries(
    conditionKeys({
      principal,
      account,
      now,
      region: 'eu-west-1',
      resourceAccountId: '111111111111',
      resourceTags: null,
      request: { origin, userAgent: 'aws-cli/2', referer: null },
      conditions: {},
      ...changes,
    }),
  )
}

test('a user with a long-term key: nothing is said of second factors, not even that there was none', () => {
  assert.deepEqual(keysOf(userPrincipal(account, alice)), {
    'aws:currenttime': '2026-11-25T12:00:01.000Z',
    'aws:epochtime': '1795608001',
    'aws:securetransport': 'true',
    'aws:sourceip': '192.0.2.7',
    'aws:sourcevpce': 'default',
    'aws:useragent': 'aws-cli/2',
    'aws:requestedregion': 'eu-west-1',
    'aws:resourceaccount': '111111111111',
    'aws:viaawsservice': 'false',
    'aws:principalaccount': '000000000000',
    'aws:principalarn': 'arn:aws:iam::000000000000:user/alice',
    'aws:principaltype': 'User',
    'aws:principaltag/team': 'blue',
    'aws:userid': alice.id,
    'aws:username': 'alice',
  })
})

test('a session of a role: the role’s ARN and no user name; its tags stand before those of the role', () => {
  const keys = keysOf(rolePrincipal(account, deployer, 'build-7', { session }))
  assert.equal(keys['aws:principalarn'], 'arn:aws:iam::000000000000:role/ci/deployer')
  assert.equal(keys['aws:principaltype'], 'AssumedRole')
  assert.equal(keys['aws:userid'], `${deployer.id}:build-7`)
  assert.equal(keys['aws:username'], undefined)
  assert.deepEqual([keys['aws:principaltag/team'], keys['aws:principaltag/stage']], ['session', 'prod'])
  assert.equal(keys['aws:sourceidentity'], 'alice@example.org')
})

test('temporary credentials say when they were given, and how long ago a second factor was', () => {
  const keys = keysOf(userPrincipal(account, alice, { session }))
  assert.equal(keys['aws:tokenissuetime'], '2026-11-25T11:59:01.000Z')
  assert.equal(keys['aws:multifactorauthpresent'], 'true')
  assert.equal(keys['aws:multifactorauthage'], '30')
  const without = keysOf(userPrincipal(account, alice, { session: { ...session, mfaAt: null } }))
  assert.equal(without['aws:multifactorauthpresent'], 'false')
  assert.equal(without['aws:multifactorauthage'], undefined)
})

test('tags of the resource and of the request are keys of their own, their names in lower case', () => {
  const keys = keysOf(userPrincipal(account, alice), {
    resourceTags: { Stage: 'Prod' },
    conditions: requestTags({ Team: 'Blue', ['__proto__']: 'x' }),
  })
  assert.equal(keys['aws:resourcetag/stage'], 'Prod')
  assert.equal(keys['aws:requesttag/team'], 'Blue')
  assert.equal(keys['aws:requesttag/__proto__'], 'x')
  assert.deepEqual(keys['aws:tagkeys'], ['Team', '__proto__'])
})

test('every key stands in the table of docs/security.md', async () => {
  const docs = await readFile(new URL('../../../../docs/security.md', import.meta.url), 'utf8')
  const table = docs.slice(docs.indexOf('### Condition keys'), docs.indexOf('### The order')).toLowerCase()
  const everything = {
    resourceTags: { stage: 'prod' },
    request: {
      origin: { sourceAddress: '192.0.2.7', isSecureTransport: true, listener: 'default', tls: null },
      ...{ userAgent: 'aws-cli/2', referer: 'https://wick.example/' },
    },
    conditions: requestTags({ team: 'blue' }),
  }
  const federated = {
    ...session,
    federatedProvider: 'arn:aws:iam::000000000000:oidc-provider/issuer.example',
  }
  const keys = [
    ...Object.keys(keysOf(userPrincipal(account, alice), everything)),
    ...Object.keys(keysOf(rolePrincipal(account, deployer, 'build-7', { session: federated }), everything)),
  ]
  for (const key of keys) assert.ok(table.includes(`\`${key.replace(/\/.*/, '/key')}\``), key)
})
