import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes a file whole or not at all: written aside, synced, renamed into place, the directory synced. */
export async function writeDurably(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const aside = `${file}.new`
  const handle = await open(aside, 'w', mode)
  try {
    // The mode given to open does not change a file left over from a start that was cut off.
    await handle.chmod(mode)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(aside, file)
  const directory = await open(dirname(file))
  await directory.sync().finally(() => directory.close())
}
