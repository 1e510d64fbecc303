import { ApiError } from '@wick/wire'
import type { Catalog, GroupRecord, Scope } from '../storage/catalog.ts'

const freshMilliseconds = 1000

/**
 * Groups by name, remembered for a second: agents ask for the same few all the time. Changes made here are seen at
 * once; this process is the only one that makes any.
 */
export class GroupDirectory {
  readonly #catalog: Catalog
  readonly #now: () => number
  readonly #recent = new Map<string, { group: GroupRecord | null; readAt: number }>()

  constructor(catalog: Catalog, now: () => number) {
    this.#catalog = catalog
    this.#now = now
  }

  /** @throws ApiError ResourceNotFoundException */
  async get(scope: Scope, name: string): Promise<GroupRecord> {
    const key = `${scope.accountId}/${scope.region}/${name}`
    const known = this.#recent.get(key)
    const isFresh =
      known !== undefined && this.#now() - known.readAt < freshMilliseconds && this.#now() >= known.readAt
    const group = isFresh ? known.group : await this.#catalog.findGroup(scope, name)
    if (!isFresh) this.#remember(key, group)
    if (group === null) {
      throw new ApiError(
        'ResourceNotFoundException',
        `There is no profiling group '${name}' in ${scope.region}.`,
      )
    }
    return group
  }

  /** Called after every change of a group. */
  forgetAll(): void {
    this.#recent.clear()
  }

  #remember(key: string, group: GroupRecord | null): void {
    if (this.#recent.size >= 10_000) this.#recent.clear()
    this.#recent.set(key, { group, readAt: this.#now() })
  }
}
