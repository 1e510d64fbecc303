/**
 * Why a body was refused: it cannot be parsed (`malformed`), a schema field is missing, repeated or holds what it
 * may not hold (`field`), or one of the limits of `ProfileLimits` is exceeded. `size`: the bytes or frames of all
 * stacks together are too many.
 */
export type ProfileErrorReason =
  | 'malformed'
  | 'field'
  | 'depth'
  | 'nodes'
  | 'names'
  | 'name-length'
  | 'samples'
  | 'counters'
  | 'extras'
  | 'size'

/**
 * The only error a decoder or encoder throws. Its message names the field, limit or byte offset and is fit to be shown to the
 * sender; text taken from the body is shortened and escaped in it.
 */
export class ProfileError extends Error {
  readonly reason: ProfileErrorReason

  constructor(reason: ProfileErrorReason, message: string) {
    super(message)
    this.name = 'ProfileError'
    this.reason = reason
  }
}

/** @param offset where reading stopped, in bytes from the start of the body */
export function malformed(offset: number, problem: string): ProfileError {
  return new ProfileError('malformed', `The profile is malformed at byte ${offset}: ${problem}`)
}
