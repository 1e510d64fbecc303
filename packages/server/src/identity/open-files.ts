import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file or directory that others than its owner may read or write. */
export interface OpenFile {
  readonly file: string
  /** `0644` */
  readonly mode: string
  /** Command that closes it. */
  readonly fix: string
}

const ownNames = ['credentials', 'catalog.db', 'tls/ca-key.pem', 'tls/server-key.pem']

/**
 * Everything private in a data directory is made so; somebody may have loosened it. (Of the master key it is no notice but a
 * refusal.)
 *
 * @param others private files that lie elsewhere
 */
export async function openFiles(directory: string, others: readonly string[] = []): Promise<OpenFile[]> {
  const files = [directory, ...ownNames.map((name) => join(directory, name)), ...others]
  const found = files.map(async (file): Promise<OpenFile[]> => {
    const state = await stat(file).catch(() => null)
    if (state === null || (state.mode & 0o077) === 0) return []
    const mode = (state.mode & 0o777).toString(8).padStart(4, '0')
    return [{ file, mode, fix: `chmod ${state.isDirectory() ? '0700' : '0600'} ${file}` }]
  })
  return (await Promise.all(found)).flat()
}
