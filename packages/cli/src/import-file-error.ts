/** A file that cannot be read, or is no archive, or none from some place on. The message names it. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
}

/** What a reading that failed becomes. */
export function unreadable(file: string): (error: Error) => never {
  return (error) => {
    throw new ImportFileError(`${file} cannot be read: ${error.message}`)
  }
}
