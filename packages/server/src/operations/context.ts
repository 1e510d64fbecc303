import type { ProfilingGroupAddress, RequestParts } from '@wick/wire'
import type { Config } from '../config/settings.ts'
import type { Envelope } from '../identity/envelope.ts'
import type { Metrics } from '../metrics/catalogue.ts'
import type { Catalog, GroupRecord, Scope } from '../storage/catalog.ts'
import type { ProfileStore } from '../storage/ports.ts'
import type { GroupDirectory } from './group-directory.ts'
import type { Orchestrations } from './orchestrations.ts'

/** What operations work with. */
export interface Context {
  readonly config: Config
  readonly catalog: Catalog
  readonly sealer: Envelope
  readonly store: ProfileStore
  readonly groups: GroupDirectory
  readonly orchestrations: Orchestrations
  readonly metrics: Metrics
  readonly now: () => number
}

/** One call, authenticated and authorised. */
export interface Call<I> {
  readonly input: I
  /** Account and region it is about. */
  readonly scope: Scope
  readonly parts: RequestParts
  /** SHA-256 of the body as received. */
  readonly bodySha256: Uint8Array
}

/** What an operation answers with its success status. */
export type Answer =
  | { readonly kind: 'json'; readonly value: object }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'bytes'
      readonly body: Uint8Array
      readonly contentType: string
      readonly contentEncoding: 'gzip' | null
    }

export function addressOf({ region, accountId, name }: GroupRecord): ProfilingGroupAddress {
  return { region, accountId, name }
}
