import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { type Account, type Passkey, passkeysOf, type User, userById } from '../iam/account.ts'
import { put, remove } from '../iam/changes.ts'
import type { Principal } from '../iam/principal.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Envelope } from '../identity/envelope.ts'
import { type Challenges, challenges } from './challenge.ts'
import { type PasskeyCreation, passkeyCreation, verifyCreation } from './passkeys.ts'
import type { Site } from './site.ts'

/** The passkeys of whoever is signed in: listed, made, removed. */
export interface OwnPasskeys {
  list(principal: Principal): readonly Passkey[]
  /** What the browser is to do, and what it must bring back with the outcome. */
  begin(principal: Principal, site: Site): Promise<{ creation: PasskeyCreation; challenge: string }>
  /** Null where the challenge is another's or too old, or the browser's answer is not for it. */
  add(principal: Principal, made: MadePasskey, site: Site): Promise<Passkey | null>
  /** @returns whether it was theirs */
  remove(principal: Principal, id: string): Promise<boolean>
}

interface MadePasskey {
  readonly challenge: string
  readonly name: string
  /** As the browser has it; not looked at yet. */
  readonly response: RegistrationResponseJSON
}

interface Parts {
  readonly accounts: Accounts
  readonly sealer: Envelope
  readonly now: () => number
}

/** Passkeys and authenticator apps together, as IAM counts them. */
const maxPasskeys = 8

export function ownPasskeys({ accounts, sealer, now }: Parts): OwnPasskeys {
  const open: Challenges = challenges(sealer)
  return {
    list: (principal) => {
      const { account, user } = ownUser(accounts, principal)
      return user === null ? [] : passkeysOf(account, user)
    },
    begin: async (principal, site) => {
      const { account, user } = ownUser(accounts, principal)
      if (user === null) throw new Error('only users have passkeys')
      const creation = await passkeyCreation(site, user, passkeysOf(account, user))
      const needs = { kind: 'new-passkey', passkeyChallenge: creation.challenge } as const
      const challenge = open.give({ accountId: account.id, userId: user.id, mfaAt: null, needs }, now())
      return { creation, challenge }
    },
    add: async (principal, { challenge, name, response }, site) => {
      const taken = open.take(challenge, now())
      if (taken?.needs.kind !== 'new-passkey' || taken.userId !== principal.entityId) return null
      const made = await verifyCreation(response, taken.needs.passkeyChallenge, site)
      if (made === null) return null
      return accounts.change(principal.accountId, (account) => {
        const user = userById(account, principal.entityId)
        const isFree = !account.passkeys.has(made.id)
        if (user === null || !isFree || passkeysOf(account, user).length >= maxPasskeys)
          return { changes: [], output: null }
        const passkey: Passkey = { ...made, userId: user.id, name, createdAt: now() }
        return { changes: [put('passkey', passkey)], output: passkey }
      })
    },
    remove: (principal, id) =>
      accounts.change(principal.accountId, ({ passkeys }) => {
        const passkey = passkeys.get(id)
        return passkey?.userId === principal.entityId
          ? { changes: [remove('passkey', passkey)], output: true }
          : { changes: [], output: false }
      }),
  }
}

function ownUser(
  accounts: Accounts,
  { accountId, kind, entityId }: Principal,
): { readonly account: Account; readonly user: User | null } {
  const account = accounts.find(accountId)
  if (account === null) throw new Error(`the account ${accountId} is gone`)
  return { account, user: kind === 'user' ? userById(account, entityId) : null }
}
