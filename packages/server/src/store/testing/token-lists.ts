/** Lists of tokens without a store. For tests. */
import { createHash } from 'node:crypto'
import type { BlobStore, Damage } from '../../storage/ports.ts'
import { GatheredTokens } from '../gathered-tokens.ts'
import type { TokenMark } from '../profile-token.ts'
import type { TokenSources } from '../sealed-tokens.ts'
import { encodeTokenList, type TokenList } from '../token-list.ts'

/** A token that nobody else has; its body is another one each time, too. */
export function markOf(name: string): TokenMark {
  const bytes = createHash('sha256').update(name).digest()
  return { tokenHash: bytes.subarray(0, 16), bodyDigest: bytes.subarray(16) }
}

/** The list of some tokens, at most as many as one holds. */
export function tokenList(key: string, marks: readonly TokenMark[]): TokenList {
  const gathered = new GatheredTokens(0)
  for (const mark of marks) gathered.add({ ...mark, receivedAt: 0 })
  return encodeTokenList(key, gathered.lists[0] ?? { length: 0, entries: new Uint8Array(0) })
}

export interface ListsOnDisk extends TokenSources {
  readonly files: Map<string, Uint8Array>
  /** Of the lists that are read, in their order. */
  readonly read: string[]
  readonly damage: Damage[]
  /** What the manifest names. */
  readonly named: Map<string, { readonly key: string; readonly receivedAt: number }>
  put(list: TokenList, receivedAt: number): void
}

/** @param get in place of a disk that answers at once */
export function listsOnDisk(get?: BlobStore['get']): ListsOnDisk {
  const files: ListsOnDisk['files'] = new Map()
  const named: ListsOnDisk['named'] = new Map()
  const read: string[] = []
  const damage: Damage[] = []
  return {
    ...{ files, named, read, damage },
    put: ({ key, bytes }, receivedAt) => {
      files.set(key, bytes)
      named.set(key, { key, receivedAt })
    },
    manifest: { tokenLists: async () => [...named.values()] },
    blobs: {
      get: async (key) => {
        read.push(key)
        return get === undefined ? (files.get(key) ?? null) : get(key)
      },
    },
    onDamage: (found) => damage.push(found),
  }
}
