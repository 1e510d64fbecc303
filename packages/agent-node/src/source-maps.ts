/**
 * Where compiled code came from. A script's source map is looked for once, when a function of it is first seen in a
 * profile. That takes a tenth of a second for a megabyte, in one go and in the program's thread: hence the bounds.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Origin {
  readonly path: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** '' where the map does not say. */
  readonly name: string
}

/** Maps that are larger are left alone. */
export const maxMapBytes = 1024 * 1024
/** All maps together, by the size of their files. */
const maxBytes = 8 * 1024 * 1024
const maxScripts = 10_000
const marker = 'sourceMappingURL='

export class SourceMaps {
  readonly #maps = new Map<string, LoadedMap | null>()
  /** Of maps, so far. */
  bytesRead = 0

  /** @param line 0-based, as `column`. @returns null where there is no map or it does not know the place */
  origin(path: string, line: number, column: number): Origin | null {
    if (line < 0 || column < 0) return null
    const loaded = this.#mapOf(path)
    if (loaded === null) return null
    try {
      const entry: { readonly name?: unknown } & ReturnType<SourceMap['findEntry']> = loaded.map.findEntry(
        line,
        column,
      )
      if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return null
      const source = pathFrom(loaded.directory, entry.originalSource)
      if (source === null) return null
      const name = typeof entry.name === 'string' ? entry.name : ''
      return { path: source, line: entry.originalLine + 1, column: entry.originalColumn + 1, name }
    } catch {
      return null
    }
  }

  #mapOf(path: string): LoadedMap | null {
    const known = this.#maps.get(path)
    if (known !== undefined) return known
    let loaded: LoadedMap | null = null
    try {
      loaded = this.bytesRead < maxBytes && this.#maps.size < maxScripts ? load(path) : null
    } catch {
      // Unreadable or malformed: the script goes by its own names.
    }
    this.bytesRead += loaded?.bytes ?? 0
    if (this.#maps.size < maxScripts) this.#maps.set(path, loaded)
    return loaded
  }
}

interface LoadedMap {
  readonly map: SourceMap
  readonly directory: string
  readonly bytes: number
}

function load(path: string): LoadedMap | null {
  const reference = referenceIn(path)
  if (reference === null) return null
  const { text, directory } = reference.startsWith('data:')
    ? { text: textOfDataUrl(reference), directory: dirname(path) }
    : textOfFile(resolve(dirname(path), decodeURIComponent(reference)))
  if (text === null || text.length > maxMapBytes) return null
  const payload = JSON.parse(text.startsWith(")]}'") ? text.slice(text.indexOf('\n')) : text)
  return { map: new SourceMap(payload), directory, bytes: text.length }
}

/** What follows the last `sourceMappingURL=` of a script, which stands at its end. */
function referenceIn(path: string): string | null {
  const tail = tailOf(path)
  const at = tail.lastIndexOf(marker)
  if (at < 0) return null
  const rest = tail.slice(at + marker.length)
  const end = rest.search(/[\s'"*]/)
  return end < 0 ? rest : rest.slice(0, end)
}

function tailOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    let tail = read(file, size, 4096)
    // A map inside the script is longer than that.
    if (!tail.includes(marker) && isDataUrlTail(tail)) tail = read(file, size, maxMapBytes)
    return tail
  } finally {
    closeSync(file)
  }
}

function read(file: number, size: number, length: number): string {
  const buffer = Buffer.alloc(Math.min(size, length))
  const count = readSync(file, buffer, 0, buffer.length, size - buffer.length)
  return buffer.toString('latin1', 0, count)
}

/** Nothing but base64 for the whole tail: code has blanks. */
function isDataUrlTail(tail: string): boolean {
  return tail.length >= 4096 && !tail.trimEnd().includes(' ')
}

function textOfDataUrl(url: string): string | null {
  const comma = url.indexOf(',')
  if (comma < 0) return null
  const data = url.slice(comma + 1)
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(data, 'base64').toString()
    : decodeURIComponent(data)
}

function textOfFile(path: string): { text: string | null; directory: string } {
  if (statSync(path).size > maxMapBytes) return { text: null, directory: '' }
  return { text: readFileSync(path, 'utf8'), directory: dirname(path) }
}

/** Bundlers write `webpack://shop/./src/cart.ts`: what follows the host is the path inside the project. */
function pathFrom(directory: string, source: string): string | null {
  if (source.startsWith('file:')) return fileURLToPath(source)
  const scheme = source.indexOf('://')
  if (scheme < 0) return resolve(directory, source)
  const slash = source.indexOf('/', scheme + 3)
  return slash < 0 ? null : resolve(directory, source.slice(slash + 1).split('?')[0]!)
}
