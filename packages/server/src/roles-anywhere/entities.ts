import { ApiError } from '@wick/wire'
import { type AnywhereKind, anywhereArn, parseAnywhereArn } from '@wick/wire/anywhere'
import { type Account, type Entities, maps } from '../iam/account.ts'

/** What administration works on: an account as one region sees it. */
export interface Place {
  readonly account: Account
  readonly region: string
}

export function arnOf<K extends AnywhereKind>(
  { account }: Pick<Place, 'account'>,
  kind: K,
  { region, id }: Pick<Entities[K], 'region' | 'id'>,
): string {
  return anywhereArn({ region, accountId: account.id, kind, id })
}

/** Those of the region, in the order in which they were made. */
export function allOf<K extends AnywhereKind>({ account, region }: Place, kind: K): readonly Entities[K][] {
  const map = account[maps[kind]] as ReadonlyMap<string, Entities[K]>
  return [...map.values()]
    .filter((entity) => entity.region === region)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
}

/** Null where there is none of that id in the region. */
function find<K extends AnywhereKind>(place: Place, kind: K, id: string): Entities[K] | null {
  return allOf(place, kind).find((entity) => entity.id === id) ?? null
}

/** @throws ApiError ResourceNotFoundException */
export function found<K extends AnywhereKind>(place: Place, kind: K, id: string): Entities[K] {
  const entity = find(place, kind, id)
  if (entity === null) throw absent(anywhereArn({ ...place, accountId: place.account.id, kind, id }))
  return entity
}

/** The same by its ARN. @throws ApiError ResourceNotFoundException where it is another account's or region's, too */
export function foundByArn<K extends AnywhereKind>(place: Place, kind: K, arn: string): Entities[K] {
  const address = parseAnywhereArn(arn)
  const isHere =
    address?.kind === kind && address.accountId === place.account.id && address.region === place.region
  const entity = isHere ? find(place, kind, address.id) : null
  if (entity === null) throw absent(arn)
  return entity
}

export function absent(arn: string): ApiError {
  return new ApiError('ResourceNotFoundException', `There is no ${arn.slice(0, 200)}.`)
}
