import type { PostOutcome } from '../storage/ports.ts'
import type { TokenMark } from './profile-token.ts'
import type { SealedTokens } from './sealed-tokens.ts'
import type { UnsealedTokens } from './unsealed-tokens.ts'

export interface KnownTokens {
  readonly unsealed: Pick<UnsealedTokens, 'find'>
  readonly sealed: Pick<SealedTokens, 'find'>
  readonly onNotice: (message: string) => void
}

interface Underway {
  readonly bodyDigest: Uint8Array
  readonly outcome: Promise<PostOutcome>
}

/**
 * Keeps what is posted under a token once: a repetition is told so, another body under the token is refused. Of several
 * at one time the others wait for the first.
 */
export class PostedOnce {
  readonly #known: KnownTokens
  /** Token hash (hex) → the post that is on its way, from the moment on that the token is looked for. */
  readonly #underway = new Map<string, Underway>()

  constructor(known: KnownTokens) {
    this.#known = known
  }

  /** @param keep stores the profile, and has its token among the unsealed ones where it did */
  async post(mark: TokenMark, keep: () => Promise<PostOutcome>): Promise<PostOutcome> {
    const { tokenHash, bodyDigest } = mark
    const key = Buffer.from(tokenHash).toString('hex')
    for (let before = this.#underway.get(key); before !== undefined; before = this.#underway.get(key)) {
      const { kind } = await before.outcome
      // One that came to nothing frees its token: this one is tried in its own right.
      if (kind === 'stored' || kind === 'repeated') return repetition(before.bodyDigest, bodyDigest)
    }
    const outcome = this.#keepUnlessKnown(mark, keep)
    this.#underway.set(key, { bodyDigest, outcome })
    try {
      return await outcome
    } finally {
      this.#underway.delete(key)
    }
  }

  async #keepUnlessKnown(
    { tokenHash, bodyDigest }: TokenMark,
    keep: () => Promise<PostOutcome>,
  ): Promise<PostOutcome> {
    const { unsealed, sealed, onNotice } = this.#known
    let known = unsealed.find(tokenHash)
    try {
      // What is sealed from here on was found above.
      known ??= await sealed.find(tokenHash)
    } catch (error) {
      onNotice(`whether a profile is posted again could not be found out: ${(error as Error).message}`)
      return { kind: 'unavailable', message: 'Whether the profileToken was used before cannot be read now.' }
    }
    return known === null ? keep() : repetition(known, bodyDigest)
  }
}

function repetition(stored: Uint8Array, given: Uint8Array): PostOutcome {
  return Buffer.compare(stored, given) === 0
    ? { kind: 'repeated' }
    : {
        kind: 'refused',
        message: 'The profileToken was used before with another profile: use a new token for each profile.',
      }
}
