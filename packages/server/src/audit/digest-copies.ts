import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDurably } from '../identity/durable-file.ts'
import type { Catalog } from '../storage/catalog.ts'
import { namesIn, numberIn, type TrailFiles } from './digest-files.ts'
import { type PublicKey, pemOf } from './signing-key.ts'

/** Brings digests where whoever administers this server cannot change them. Nothing waits for it. */
export interface DigestCopies {
  /** Brings what is not there yet, the oldest first; what fails is told, and tried again the next time. */
  bring(): Promise<void>
}

export interface DigestCopiesOptions {
  readonly files: TrailFiles
  /** A directory elsewhere; null: none. */
  readonly directory: string | null
  /** Null: none. */
  readonly sink: { readonly url: string; readonly post: (text: string) => Promise<void> } | null
  readonly publicKeys: () => readonly PublicKey[]
  readonly notes: Pick<Catalog, 'readNote' | 'writeNote'>
  /** Told once of each trouble, until it is another one or over. */
  readonly onTrouble: (message: string) => void
}

const atOnce = 100
const mode = 0o600
const sinkNote = 'audit-sink'

export function digestCopies(options: DigestCopiesOptions): DigestCopies {
  const { files, directory, sink, publicKeys, notes, onTrouble } = options
  const troubles = new Map<string, string>()
  const tried = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action()
      troubles.delete(what)
    } catch (error) {
      const { message } = error as Error
      if (troubles.get(what) !== message) onTrouble(message)
      troubles.set(what, message)
    }
  }

  const toDirectory = async (to: string): Promise<void> => {
    const there = new Set(await namesIn(to))
    for (const key of publicKeys()) {
      const name = `public-key-${key.fingerprint.slice(0, 16)}.pem`
      if (!there.has(name)) await createDurably(join(to, name), pemOf(key), mode)
    }
    for (const name of await digestNames(files)) {
      // One that is there is never replaced: verifying says where the two differ.
      if (!there.has(name))
        await createDurably(join(to, name), await readFile(join(files.digests, name)), mode)
    }
  }

  const toSink = async ({ url, post }: NonNullable<typeof sink>): Promise<void> => {
    const sent = await sentTo(url, notes)
    const names = (await digestNames(files)).filter((name) => numberIn(name)! > sent)
    for (const name of names.slice(0, atOnce)) {
      await post(await readFile(join(files.digests, name), 'utf8'))
      const note = JSON.stringify({ url, number: numberIn(name) })
      await notes.writeNote(sinkNote, Buffer.from(note))
    }
  }

  let bringing: Promise<void> | null = null
  const bring = async (): Promise<void> => {
    if (directory !== null) await tried('directory', () => toDirectory(directory))
    if (sink !== null) await tried('sink', () => toSink(sink))
  }
  return {
    bring: () => {
      bringing ??= bring().finally(() => {
        bringing = null
      })
      return bringing
    },
  }
}

async function digestNames({ digests }: TrailFiles): Promise<string[]> {
  return (await namesIn(digests)).filter((name) => numberIn(name) !== null)
}

/** @returns number of the last digest that was posted there; another sink gets all that there are */
export async function sentTo(url: string, notes: Pick<Catalog, 'readNote'>): Promise<number> {
  const note = await notes.readNote(sinkNote)
  if (note === null) return 0
  const sent = JSON.parse(Buffer.from(note).toString()) as { readonly url: string; readonly number: number }
  return sent.url === url ? sent.number : 0
}
