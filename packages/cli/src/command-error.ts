/** The command could not do what was asked, and its message says why: exit code 1, no stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
