/** Encoded profiles that the server has not taken yet: at most twelve (an hour) and 5 MB. The oldest go first. */

const maxProfiles = 12
const maxBytes = 5 * 1024 * 1024

export interface Waiting {
  /** Of the post; the same on every attempt, so that it counts once. */
  readonly token: string
  readonly body: Buffer
}

export class Backlog {
  #profiles: Waiting[] = []
  /** Profiles that were given up. */
  dropped = 0

  get size(): number {
    return this.#profiles.length
  }

  get bytes(): number {
    return this.#profiles.reduce((sum, { body }) => sum + body.length, 0)
  }

  add(profile: Waiting): void {
    this.#profiles.push(profile)
    const isTooMuch = (): boolean => this.#profiles.length > maxProfiles || this.bytes > maxBytes
    // The newest stays, however large: it is sent at once.
    while (this.#profiles.length > 1 && isTooMuch()) {
      this.#profiles.shift()
      this.dropped++
    }
  }

  /** In the order in which they are sent: the newest first. */
  get all(): readonly Waiting[] {
    return this.#profiles.toReversed()
  }

  /** What is sent next. */
  newest(): Waiting | null {
    return this.#profiles.at(-1) ?? null
  }

  remove(token: string): void {
    this.#profiles = this.#profiles.filter((profile) => profile.token !== token)
  }

  clear(): void {
    this.#profiles = []
  }
}
