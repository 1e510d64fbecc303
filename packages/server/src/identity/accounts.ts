import {
  type AccessKey,
  type Account,
  type EntityKind,
  emptyAccount,
  maps,
  type User,
  userById,
} from '../iam/account.ts'
import { apply, type Change } from '../iam/changes.ts'
import type { AccountRows, Directory, IdentityChange } from '../storage/directory.ts'
import type { Envelope } from './envelope.ts'
import { secretPurpose } from './secret-purpose.ts'

/**
 * The identities of all accounts, held in memory: whoever signs is looked up without asking anybody. Changes go to the
 * directory first; what is here is what is durable.
 */
export interface Accounts {
  ids(): readonly string[]
  /** Null where there is no such account. */
  find(accountId: string): Account | null
  findAccessKey(accessKeyId: string): FoundAccessKey | null
  /** The opened secret of an entity. @throws EnvelopeError, or Error where it has none */
  secret(kind: EntityKind, accountId: string, key: string): Uint8Array
  /**
   * Changes an account as `think` says, or fails as it fails. `think` is pure: it may be asked again, with the account as
   * somebody else left it. Changes of one account follow each other.
   *
   * @param directory where it is committed: the one of the call, which commits the audit record with it
   */
  change<T>(
    accountId: string,
    think: (account: Account) => Thought<T>,
    directory?: Pick<Directory, 'commitAccount'>,
  ): Promise<T>
  /** Makes an account, empty but for the changes. @returns whether it was not there yet */
  create(
    accountId: string,
    changes: readonly Change[],
    directory?: Pick<Directory, 'commitAccount'>,
  ): Promise<boolean>
}

interface Thought<T> {
  readonly changes: readonly Change[]
  readonly output: T
}

interface FoundAccessKey {
  readonly account: Account
  readonly accessKey: AccessKey
  readonly user: User
}

/** Rows that nobody here made, or made later than this. */
class UnreadableIdentity extends Error {
  override readonly name = 'UnreadableIdentity'
}

/** More would be a loop: somebody else cannot win every time. */
const maxAttempts = 20

/** Reads every account. @throws UnreadableIdentity */
export async function openAccounts(store: Directory, sealer: Envelope): Promise<Accounts> {
  const accounts = new Map<string, Account>()
  /** `kind:account/key` → its secret, as the directory keeps it. */
  const sealed = new Map<string, Uint8Array>()
  const opened = new Map<string, Uint8Array>()
  /** Access key id → account. */
  const accessKeys = new Map<string, string>()
  /** Account → the end of its last change. */
  const turns = new Map<string, Promise<unknown>>()

  const place = (kind: EntityKind, accountId: string, key: string): string => `${kind}:${accountId}/${key}`

  const load = ({ accountId, revision, rows }: AccountRows): Account => {
    const changes = rows.map(({ kind, key, document }): Change => {
      if (!isEntityKind(kind))
        throw new UnreadableIdentity(`account ${accountId} has a ${kind}, which this version does not know`)
      return { kind, key, entity: JSON.parse(document) }
    })
    const account = apply(emptyAccount(accountId), changes, revision)
    forget(accountId)
    for (const { kind, key, sealed: secret } of rows)
      if (secret !== null) sealed.set(place(kind as EntityKind, accountId, key), secret)
    keep(account)
    return account
  }
  const keep = (account: Account): void => {
    accounts.set(account.id, account)
    for (const id of account.accessKeys.keys()) accessKeys.set(id, account.id)
  }
  const forget = (accountId: string): void => {
    for (const id of accounts.get(accountId)?.accessKeys.keys() ?? []) accessKeys.delete(id)
    for (const secrets of [sealed, opened])
      for (const name of secrets.keys()) if (name.includes(`:${accountId}/`)) secrets.delete(name)
  }

  const commit = async (
    account: Account,
    changes: readonly Change[],
    directory: Pick<Directory, 'commitAccount'>,
  ): Promise<boolean> => {
    const rows = changes.map((change) => rowChange(change, account.id, sealer))
    const commit = { accountId: account.id, expectedRevision: account.revision, changes: rows }
    if ((await directory.commitAccount(commit)) === 'stale') return false
    for (const row of rows) {
      const name = place(row.kind, account.id, row.key)
      if (row.document !== null && row.sealed === undefined) continue
      opened.delete(name)
      if (row.document !== null) sealed.set(name, row.sealed!)
      else sealed.delete(name)
      if (row.kind === 'access-key' && row.document === null) accessKeys.delete(row.key)
    }
    keep(apply(account, changes, account.revision + 1))
    return true
  }

  const change: Accounts['change'] = async (accountId, think, directory = store) => {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const account = accounts.get(accountId)
      if (account === undefined) throw new Error(`there is no account ${accountId}`)
      const { changes, output } = think(account)
      if (changes.length === 0 || (await commit(account, changes, directory))) return output
      const rows = await store.readAccount(accountId)
      if (rows !== null) load(rows)
    }
    throw new Error(`account ${accountId} is changed by others all the time`)
  }

  for (const rows of await store.readAccounts()) load(rows)
  return {
    ids: () => [...accounts.keys()],
    find: (accountId) => accounts.get(accountId) ?? null,
    findAccessKey: (accessKeyId) => {
      const account = accounts.get(accessKeys.get(accessKeyId) ?? '')
      const accessKey = account?.accessKeys.get(accessKeyId)
      if (account === undefined || accessKey === undefined) return null
      const user = userById(account, accessKey.userId)
      return user === null ? null : { account, accessKey, user }
    },
    secret: (kind, accountId, key) => {
      const name = place(kind, accountId, key)
      const known = opened.get(name)
      if (known !== undefined) return known
      const kept = sealed.get(name)
      if (kept === undefined) throw new Error(`the ${kind} ${key} has no secret`)
      const secret = sealer.open(secretPurpose(kind, accountId, key), kept)
      opened.set(name, secret)
      return secret
    },
    change: (accountId, think, directory) => {
      const turn = (turns.get(accountId) ?? Promise.resolve()).then(() => change(accountId, think, directory))
      turns.set(
        accountId,
        turn.catch(() => {}),
      )
      return turn
    },
    create: (accountId, changes, directory = store) => commit(emptyAccount(accountId), changes, directory),
  }
}

type EntityChange = IdentityChange & { readonly kind: EntityKind }

function rowChange(change: Change, accountId: string, sealer: Envelope): EntityChange {
  const { kind, key, entity } = change
  if (entity === null) return { kind, key, document: null }
  const document = JSON.stringify(entity)
  if (change.secret === undefined) return { kind, key, document }
  return { kind, key, document, sealed: sealer.seal(secretPurpose(kind, accountId, key), change.secret) }
}

function isEntityKind(kind: string): kind is EntityKind {
  return Object.hasOwn(maps, kind)
}
