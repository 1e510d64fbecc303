/**
 * Why the operating system does not give back a file, in words: a bad sector, a missing right. Null where an error is another one.
 * What cannot be read is named like what is damaged, but it may be readable again: nothing is given up for it.
 */
export function readFailure(error: unknown): string | null {
  const { code, message } = error as NodeJS.ErrnoException
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? `it cannot be read (${message})` : null
}
