/**
 * Where compiled code came from. A script's source map is looked for once, when a function of it is first seen in a
 * profile; in turns, since a large one takes long.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Mappings, type RawMap } from './mappings.ts'
import type { Work } from './turns.ts'

export interface Origin {
  readonly path: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** '' where the map does not say. */
  readonly name: string
}

/** Maps that are larger are left alone: to read one and parse its JSON is a turn, of about ten milliseconds for so much. */
const maxMapBytes = 2 * 1024 * 1024
/** All maps together, by the size of their files; what is kept of them is four times as much. */
const maxBytes = 4 * 1024 * 1024
const maxScripts = 10_000
/** Of work, to read a script's end, and a map. */
const unitsOfScript = 50
const bytesPerUnit = 200
const marker = 'sourceMappingURL='

export class SourceMaps {
  readonly #maps = new Map<string, LoadedMap | null>()
  #bytes = 0

  /** @param line 0-based, as `column`. @returns null where there is no map (`load`) or it does not know the place */
  origin(path: string, line: number, column: number): Origin | null {
    if (line < 0 || column < 0) return null
    const loaded = this.#maps.get(path)
    const found = loaded?.mappings.find(line, column)
    if (!loaded || !found) return null
    const source = pathFrom(loaded.directory, found.source)
    if (source === null) return null
    return { path: source, line: found.line + 1, column: found.column + 1, name: found.name }
  }

  /** Loads the map of a script, where there is one and it was not looked for yet. */
  *load(path: string): Work {
    if (this.#maps.has(path) || this.#maps.size >= maxScripts || this.#bytes >= maxBytes) return
    let loaded: LoadedMap | null = null
    try {
      const read = readMap(path)
      yield unitsOfScript + (read?.bytes ?? 0) / bytesPerUnit
      if (read !== null) {
        this.#bytes += read.bytes
        const mappings = new Mappings()
        yield* mappings.add(read.raw)
        mappings.trim()
        loaded = { mappings, directory: read.directory }
      }
    } catch {
      // Unreadable or malformed: the script goes by its own names.
    }
    this.#maps.set(path, loaded)
  }
}

interface LoadedMap {
  readonly mappings: Mappings
  readonly directory: string
}

function readMap(path: string): { raw: RawMap; directory: string; bytes: number } | null {
  const reference = referenceIn(path)
  if (reference === null) return null
  const { text, directory } = reference.startsWith('data:')
    ? { text: textOfDataUrl(reference), directory: dirname(path) }
    : textOfFile(resolve(dirname(path), decodeURIComponent(reference)))
  if (text === null) return null
  const raw = JSON.parse(text.startsWith(")]}'") ? text.slice(text.indexOf('\n')) : text)
  return { raw, directory, bytes: text.length }
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
  if (!statSync(path).isFile()) return ''
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

/** What a script names may be no file: a pipe waits for its writer, a device never ends, and the program waits with them. */
function textOfFile(path: string): { text: string | null; directory: string } {
  const found = statSync(path)
  if (!found.isFile() || found.size > maxMapBytes) return { text: null, directory: '' }
  return { text: readFileSync(path, 'utf8'), directory: dirname(path) }
}

/** Bundlers write `webpack://shop/./src/cart.ts`: what follows the host is the path inside the project. */
function pathFrom(directory: string, source: string): string | null {
  if (source.startsWith('file:')) return filePath(source)
  const scheme = source.indexOf('://')
  if (scheme < 0) return resolve(directory, source)
  const slash = source.indexOf('/', scheme + 3)
  return slash < 0 ? null : resolve(directory, source.slice(slash + 1).split('?')[0]!)
}

function filePath(url: string): string | null {
  try {
    return fileURLToPath(url)
  } catch {
    return null
  }
}
