import type { Members } from './shapes.ts'

/** What an operation takes, and what it gives: null for nothing. */
export interface QueryOperation {
  readonly input: Members
  readonly output: Members | null
}

export function operation<const I extends Members, const O extends Members | null>(
  input: I,
  output: O,
): { readonly input: I; readonly output: O } {
  return { input, output }
}
