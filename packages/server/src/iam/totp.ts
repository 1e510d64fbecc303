/** Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 6 digits, 30 seconds. */
import { HOTP, Secret, TOTP } from 'otpauth'

const periodMilliseconds = 30_000
const digits = 6
/** How far a device's clock may have gone wrong by the time it is enabled or synchronised: ten minutes. */
const searchedSteps = 20

interface Clock {
  /** The last step that a code was accepted of: none counts twice. */
  readonly lastStep: number
  /** Steps that the device is ahead. */
  readonly drift: number
}

/**
 * The step of a code that is good now: the device's present one, the one before or the one after, and none that was
 * used. Whoever accepts it keeps it as the device's `lastStep`.
 *
 * @returns null where the code is wrong, or was used
 */
export function acceptedStep(seed: Uint8Array, code: string, clock: Clock, now: number): number | null {
  const step = stepOf(seed, code, stepAt(now) + clock.drift, 1)
  return step === null || step <= clock.lastStep ? null : step
}

/**
 * How a device's clock goes, from two codes that follow each other.
 *
 * @returns null where they are wrong, do not follow each other, or were used
 */
export function synchronised(
  seed: Uint8Array,
  codes: readonly [string, string],
  lastStep: number,
  now: number,
): Clock | null {
  const step = stepOf(seed, codes[1], stepAt(now), searchedSteps)
  if (step === null || step - 1 <= lastStep) return null
  if (stepOf(seed, codes[0], step - 1, 0) === null) return null
  return { lastStep: step, drift: step - stepAt(now) }
}

/** What an authenticator app is set up with. */
export function provisioningUri(seed: Uint8Array, label: string, issuer: string): string {
  return new TOTP({ issuer, label, secret: secretOf(seed), digits }).toString()
}

/** The seed as people type it. */
export function base32Seed(seed: Uint8Array): string {
  return secretOf(seed).base32
}

function stepAt(now: number): number {
  return Math.floor(now / periodMilliseconds)
}

function stepOf(seed: Uint8Array, code: string, around: number, window: number): number | null {
  // The library compares bytes, and fails where there are more of them than digits.
  if (code.length !== digits || [...code].some((character) => character < '0' || character > '9')) return null
  const delta = HOTP.validate({ token: code, secret: secretOf(seed), digits, counter: around, window })
  return delta === null ? null : around + delta
}

function secretOf(seed: Uint8Array): Secret {
  return new Secret({ buffer: Uint8Array.from(seed).buffer })
}
