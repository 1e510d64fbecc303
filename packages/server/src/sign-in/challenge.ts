import { randomUUID } from 'node:crypto'
import { type Envelope, EnvelopeError } from '../identity/envelope.ts'

/**
 * A sign-in that is under way: what was proven so far, sealed, in the hands of whoever proved it. It says nothing to them
 * and is good once, for a few minutes.
 */
export interface Challenge {
  readonly accountId: string
  readonly userId: string
  /** When the second factor was given; null while it is owed, or where none is needed. */
  readonly mfaAt: number | null
  readonly needs: ChallengeNeed
}

type ChallengeNeed =
  | { readonly kind: 'second-factor'; readonly passkeyChallenge: string | null }
  /** Setting up the authenticator app whose seed (base64) this is. */
  | { readonly kind: 'enrolment'; readonly seed: string }
  | { readonly kind: 'new-password' }
  /** Of somebody who is signed in. */
  | { readonly kind: 'new-passkey'; readonly passkeyChallenge: string }

export interface Challenges {
  give(challenge: Challenge, now: number): string
  /** Null where it is none of ours, is too old, or was taken before. */
  take(text: string, now: number): Challenge | null
}

const purpose = 'sign-in-challenge'
const lifetimeMilliseconds = 5 * 60_000
const maxLength = 4096

interface Sealed extends Challenge {
  readonly id: string
  readonly expiresAt: number
}

export function challenges(sealer: Envelope): Challenges {
  /** Id → when it is too old in any case. */
  const taken = new Map<string, number>()
  const forget = (now: number): void => {
    for (const [id, expiresAt] of taken) if (expiresAt <= now) taken.delete(id)
  }
  return {
    give: (challenge, now) => {
      const sealed: Sealed = { ...challenge, id: randomUUID(), expiresAt: now + lifetimeMilliseconds }
      return Buffer.from(sealer.seal(purpose, Buffer.from(JSON.stringify(sealed)))).toString('base64url')
    },
    take: (text, now) => {
      if (text.length > maxLength) return null
      const opened = open(sealer, text)
      if (opened === null || opened.expiresAt <= now || taken.has(opened.id)) return null
      forget(now)
      taken.set(opened.id, opened.expiresAt)
      return opened
    },
  }
}

function open(sealer: Envelope, text: string): Sealed | null {
  try {
    return JSON.parse(Buffer.from(sealer.open(purpose, Buffer.from(text, 'base64url'))).toString())
  } catch (error) {
    if (error instanceof EnvelopeError) return null
    throw error
  }
}
