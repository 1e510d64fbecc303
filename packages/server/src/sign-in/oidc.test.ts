import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type Account, emptyAccount } from '../iam/account.ts'
import { apply, put } from '../iam/changes.ts'
import { testRole } from '../iam/testing/identities.ts'
import { envelope } from '../identity/envelope.ts'
import { type OidcOutcome, type OidcSettings, oidcSignIn } from './oidc.ts'
import { type IdentityProvider, startIdentityProvider } from './testing/identity-provider.ts'

const clientId = 'wick'
const callback = new URL('https://wick.example.org/v1/console/oidc/callback')
const [operators, viewers] = [testRole('Operators'), testRole('Viewers')]
const account: Account = apply(
  emptyAccount('000000000000'),
  [put('role', operators), put('role', viewers)],
  1,
)

let provider: IdentityProvider
let now: number
before(async () => {
  provider = await startIdentityProvider(clientId)
})
after(() => provider.close())
beforeEach(() => {
  provider.claims = { groups: ['staff', 'ops'], email: 'ann@example.org' }
  provider.forgedKey = null
  now = Date.now()
})

function door(changes: Partial<OidcSettings> = {}) {
  return oidcSignIn({
    settings: {
      issuer: provider.issuer,
      clientId,
      clientSecretFile: null,
      groupsClaim: 'groups',
      scopes: ['openid', 'email'],
      roles: [
        { group: 'ops', role: 'Operators' },
        { group: 'staff', role: 'viewers' },
      ],
      ...changes,
    },
    account: () => account,
    sealer: envelope(new Uint8Array(32).fill(9)),
    now: () => now,
  })
}

/** All the way there and back; `tamper` is what happens on the way. */
async function come(
  signIn = door(),
  tamper: (back: URL, state: string) => { readonly back: URL; readonly state: string | null } = (
    back,
    state,
  ) => ({
    back,
    state,
  }),
): Promise<OidcOutcome> {
  const { location, state } = await signIn.begin(callback)
  const came = tamper(await provider.visit(location), state)
  return signIn.finish(came.back, came.state)
}

const roleOf = (outcome: OidcOutcome): string | null =>
  outcome.kind === 'signed-in' && outcome.subject.kind === 'role' ? outcome.subject.roleId : null

test('whoever the provider vouches for has the role that a group of theirs maps to, under their name', async () => {
  assert.deepEqual(await come(), {
    kind: 'signed-in',
    subject: {
      kind: 'role',
      accountId: '000000000000',
      roleId: operators.id,
      sessionName: 'ann@example.org',
    },
    mfaAt: null,
  })
})

test('of several groups the first in the settings counts', async () => {
  provider.claims = { groups: ['staff'] }
  assert.equal(roleOf(await come()), viewers.id)
})

test('in no group that maps to a role that there is, nobody comes in', async () => {
  for (const claims of [
    {},
    { groups: [] },
    { groups: ['other'] },
    { groups: { ops: true } },
    { groups: 'opsx' },
  ]) {
    provider.claims = claims
    assert.deepEqual(await come(), { kind: 'no-role' })
  }
  assert.deepEqual(await come(door({ roles: [{ group: 'ops', role: 'Gone' }] })), { kind: 'no-role' })
})

test('a second factor at the provider counts, from when it was given', async () => {
  const at = Math.floor(now / 1000) - 60
  provider.claims = { ...provider.claims, amr: ['pwd', 'otp'], auth_time: at }
  const outcome = await come()
  assert.equal(outcome.kind === 'signed-in' && outcome.mfaAt, at * 1000)
  provider.claims = { groups: ['ops'], amr: ['pwd'] }
  const plain = await come()
  assert.equal(plain.kind === 'signed-in' && plain.mfaAt, null)
})

test('names of sessions are made of allowed characters', async () => {
  provider.claims = { groups: ['ops'], email: 'a b/ü:x', preferred_username: 'unused' }
  const outcome = await come()
  assert.ok(outcome.kind === 'signed-in' && outcome.subject.kind === 'role')
  assert.equal(outcome.subject.sessionName, 'a-b---x')
})

test('the browser must bring what it was given: no other state, none that is too old, none at all', async () => {
  const refused = async (outcome: Promise<OidcOutcome>) => assert.equal((await outcome).kind, 'refused')
  await refused(come(door(), (back) => ({ back, state: null })))
  await refused(come(door(), (back, state) => ({ back, state: state.slice(0, -2) })))
  await refused(
    come(door(), (back, state) => {
      now += 11 * 60_000
      return { back, state }
    }),
  )
  const other = await door().begin(callback)
  await refused(come(door(), (back) => ({ back, state: other.state })))
})

test('what comes back must be for this sign-in: another state or code, or an error, is refused', async () => {
  const changed = async (name: string, value: string) => {
    const outcome = await come(door(), (back, state) => {
      back.searchParams.set(name, value)
      return { back, state }
    })
    assert.equal(outcome.kind, 'refused', name)
  }
  await changed('state', 'another')
  await changed('code', 'another')
  await changed('error', 'access_denied')
})

test('threat 20: a token that is not the provider’s, not for us, not for this sign-in or too old is refused', async () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const seconds = Math.floor(Date.now() / 1000)
  for (const claims of [
    { iss: 'https://elsewhere.example.org' },
    { aud: 'another-client' },
    { nonce: 'another' },
    { exp: seconds - 600, iat: seconds - 900 },
    { sub: undefined },
  ]) {
    provider.claims = { groups: ['ops'], ...claims }
    assert.equal((await come()).kind, 'refused', JSON.stringify(claims))
  }
  provider.claims = { groups: ['ops'] }
  provider.forgedKey = stranger
  assert.equal((await come()).kind, 'refused')
})

test('a provider that is away is asked again the next time', async () => {
  const signIn = door({ issuer: 'http://127.0.0.1:1' })
  await assert.rejects(signIn.begin(callback))
  await assert.rejects(signIn.begin(callback))
  assert.equal((await come()).kind, 'signed-in')
})
