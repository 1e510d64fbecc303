import { type Account, type Entities, type EntityKind, keyOf, maps } from './account.ts'

/**
 * What an operation does to an account: entities put in the place of what had their key, or removed. Small enough to be
 * committed in one transaction, and plain enough to be kept as rows.
 */
export type Change =
  | {
      readonly kind: EntityKind
      readonly key: string
      readonly entity: Entities[EntityKind]
      /** A new secret, not sealed yet; undefined leaves the one there is. */
      readonly secret?: Uint8Array
    }
  | { readonly kind: EntityKind; readonly key: string; readonly entity: null }

/** @param secret what is to be kept sealed beside it: an access key's secret, a device's seed */
export function put<K extends EntityKind>(kind: K, entity: Entities[K], secret?: Uint8Array): Change {
  return { kind, key: keyOf(kind, entity), entity, ...(secret !== undefined && { secret }) }
}

export function remove<K extends EntityKind>(kind: K, entity: Entities[K]): Change {
  return { kind, key: keyOf(kind, entity), entity: null }
}

/** The entity under another key: what it was is gone. */
export function rename<K extends EntityKind>(
  kind: K,
  before: Entities[K],
  after: Entities[K],
): readonly Change[] {
  const isMoved = keyOf(kind, before) !== keyOf(kind, after)
  return [...(isMoved ? [remove(kind, before)] : []), put(kind, after)]
}

/** The account after the changes; the one given stays as it is. */
export function apply(account: Account, changes: readonly Change[], revision: number): Account {
  const next: Record<string, unknown> = { ...account, revision }
  const copied = new Map<EntityKind, Map<string, unknown>>()
  for (const { kind, key, entity } of changes) {
    let map = copied.get(kind)
    if (map === undefined) {
      map = new Map<string, unknown>(account[maps[kind]])
      copied.set(kind, map)
      next[maps[kind]] = map
    }
    if (entity === null) map.delete(key)
    else map.set(key, entity)
  }
  return next as unknown as Account
}
