import { roleById } from '../iam/account.ts'
import type { Principal } from '../iam/principal.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { Accounts } from './accounts.ts'

/**
 * When access keys and roles were used last, to the minute. Every request is a use, so they are collected and written
 * together now and then, in a note of the catalog: a kill loses those since the last time.
 */
export interface LastUses {
  /** A verified call of somebody: of a long-term key, or of a role. */
  record(principal: Principal, use: Use): void
  /** @param id of an access key or a role. Null where it was not used since uses are remembered */
  find(id: string): Use | null
  /** Writes what was collected, and forgets what is gone; what cannot be written is kept for the next time. */
  flush(): Promise<void>
}

export interface Use {
  /** Epoch milliseconds; the minute's start once it is kept. */
  readonly at: number
  /** `codeguru-profiler`, `iam` … */
  readonly service: string
  readonly region: string
}

const note = 'last-uses'
const minute = 60_000

export async function openLastUses(
  catalog: Pick<Catalog, 'readNote' | 'writeNote'>,
  accounts: Pick<Accounts, 'ids' | 'find' | 'findAccessKey'>,
): Promise<LastUses> {
  const kept = await catalog.readNote(note)
  const uses = new Map<string, Use>(kept === null ? [] : JSON.parse(Buffer.from(kept).toString()))
  let isWritten = true

  const isThere = (id: string): boolean =>
    accounts.findAccessKey(id) !== null ||
    accounts.ids().some((accountId) => roleById(accounts.find(accountId)!, id) !== null)

  return {
    record: (principal, { at, service, region }) => {
      const id = usedBy(principal)
      if (id === null) return
      const floor = at - (at % minute)
      const known = uses.get(id)
      if (known !== undefined && known.at >= floor) return
      uses.set(id, { at: floor, service, region })
      isWritten = false
    },
    find: (id) => uses.get(id) ?? null,
    flush: async () => {
      if (isWritten) return
      for (const id of uses.keys()) if (!isThere(id)) uses.delete(id)
      isWritten = true
      try {
        await catalog.writeNote(note, Buffer.from(JSON.stringify([...uses])))
      } catch (error) {
        isWritten = false
        throw error
      }
    },
  }
}

/** A user's session is no use of a key: nobody can tell which. */
function usedBy({ kind, entityId, accessKeyId, session }: Principal): string | null {
  if (kind === 'role') return entityId
  return session === null ? accessKeyId : null
}
