import { ProfileError } from '@wick/profile'
import { dayOf } from './day-epochs.ts'

/**
 * Thread states of one group and day: agents have at most a dozen. Sums and answers hold a column for each, so profiles must not
 * be able to make up new ones without end.
 */
export const maxGroupCounters = 256

/** The thread states that each group's profiles have named since this server's UTC day began. */
export class GroupCounters {
  readonly #now: () => number
  #day = Number.NaN
  readonly #names = new Map<string, Set<string>>()

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws ProfileError where the group would have too many; then nothing has changed */
  learn(groupId: string, names: readonly string[]): void {
    const day = dayOf(this.#now())
    if (day !== this.#day) this.#names.clear()
    this.#day = day
    const known = this.#names.get(groupId) ?? new Set()
    const all = known.union(new Set(names))
    if (all.size > maxGroupCounters)
      throw new ProfileError(
        'counters',
        `The profiles of the group have more than ${maxGroupCounters} distinct counters in a day`,
      )
    this.#names.set(groupId, all)
  }
}
