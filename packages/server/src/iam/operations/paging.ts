import { Buffer } from 'node:buffer'
import { QueryError } from '@wick/wire/query'

interface Paging {
  readonly Marker: string | null
  readonly MaxItems: number | null
}

interface Page<T> {
  readonly items: readonly T[]
  /** As answers tell it. */
  readonly page: { readonly IsTruncated: boolean; readonly Marker: string | null }
}

const defaultItems = 100

/**
 * A page of a list, in the order of its keys. The marker holds the last key of the page, so that what comes and goes
 * between two pages makes nothing appear twice, and nothing that stays is missed.
 *
 * @param keyOf unique in the list
 * @throws QueryError ValidationError where the marker is none of ours
 */
export function pageOf<T>(
  list: Iterable<T>,
  keyOf: (item: T) => string,
  { Marker, MaxItems }: Paging,
): Page<T> {
  const after = Marker === null ? null : decodeMarker(Marker)
  const keyed = Array.from(list, (item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => after === null || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const taken = keyed.slice(0, MaxItems ?? defaultItems)
  const isTruncated = taken.length < keyed.length
  return {
    items: taken.map(({ item }) => item),
    page: { IsTruncated: isTruncated, Marker: isTruncated ? encodeMarker(taken.at(-1)!.key) : null },
  }
}

function encodeMarker(key: string): string {
  return Buffer.from(key).toString('base64url')
}

function decodeMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url').toString()
  if (key === '' || encodeMarker(key) !== marker)
    throw new QueryError('ValidationError', 'Invalid Marker: take the one of the page before.')
  return key
}
