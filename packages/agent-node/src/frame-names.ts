/**
 * A frame's name is `module:function`, as with the CodeGuru agents. The module is the same on every host that runs the
 * same code: its path inside its package, after the package's name, and never where a machine keeps it.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Origin, SourceMaps } from './source-maps.ts'
import type { Work } from './turns.ts'

export interface NamedFrame {
  readonly name: string
  /** '' where there is none. */
  readonly file: string
  /** Where the function begins, 1-based; 0 where that is not known. */
  readonly line: number
  /** A line that was sampled in it, 1-based → the line of `file`; 0 where that is not known. */
  readonly lineOf: (sampled: number) => number
}

/** V8's own: not functions, and of no module. */
const synthetic = new Set(['(root)', '(idle)', '(program)', '(garbage collector)'])
const maxNameLength = 1024
/** Right of every column. */
const endOfLine = 2 ** 30

const nowhere = (): number => 0
const asItIs = (line: number): number => line

export class FrameNames {
  readonly #sources: SourceMaps
  readonly #packages = new Map<string, PackageRoot | null>()

  constructor(sources: SourceMaps) {
    this.#sources = sources
  }

  /** What takes long of naming the functions of a script. */
  *prepare(url: string): Work {
    const path = pathOf(url)
    if (path !== null) yield* this.#sources.load(path)
  }

  /** @param line 0-based, as `column`; -1 where V8 does not say */
  name(functionName: string, url: string, line: number, column: number): NamedFrame {
    if (synthetic.has(functionName)) return { name: functionName, file: '', line: 0, lineOf: nowhere }
    if (url === '')
      return { name: shorten(`native:${functionName || '(anonymous)'}`), file: '', line: 0, lineOf: nowhere }
    const path = pathOf(url)
    const origin = path === null ? null : this.#sources.origin(path, line, column)
    const place = origin ?? { path: path ?? url, line: line + 1, column: column + 1, name: '' }
    const module = path === null ? moduleOfUrl(url) : this.#moduleOf(place.path)
    const name = `${module}:${functionOf(functionName, place, line)}`
    return {
      name: shorten(name),
      file: shorten(module),
      line: Math.max(place.line, 0),
      lineOf: origin === null ? asItIs : (sampled) => this.#originalLine(path!, origin, line + 1, sampled),
    }
  }

  /**
   * V8 tells lines without columns. Where a compiled line is more than a line of one function (minified, bundled on one line)
   * it says nothing; those below the function's first are its own, and their last place is where they came from.
   */
  #originalLine(path: string, start: Origin, generatedStart: number, sampled: number): number {
    if (sampled === generatedStart) return start.line
    if (sampled < generatedStart) return 0
    const found = this.#sources.origin(path, sampled - 1, endOfLine)
    return found !== null && found.path === start.path && found.line >= start.line ? found.line : 0
  }

  #moduleOf(path: string): string {
    const slashed = path.replaceAll('\\', '/')
    const modules = slashed.lastIndexOf('/node_modules/')
    if (modules >= 0) return slashed.slice(modules + '/node_modules/'.length)
    const root = this.#packageOf(dirname(path))
    if (root === null) return slashed.slice(slashed.lastIndexOf('/') + 1)
    const inside = slashed.slice(root.directoryLength).replace(/^\//, '')
    return root.name === '' ? inside : `${root.name}/${inside}`
  }

  /** The nearest directory above that has a package.json. */
  #packageOf(directory: string): PackageRoot | null {
    const known = this.#packages.get(directory)
    if (known !== undefined) return known
    const parent = dirname(directory)
    const found = packageIn(directory) ?? (parent === directory ? null : this.#packageOf(parent))
    if (this.#packages.size < 10_000) this.#packages.set(directory, found)
    return found
  }
}

interface PackageRoot {
  readonly name: string
  readonly directoryLength: number
}

function packageIn(directory: string): PackageRoot | null {
  try {
    const text = readFileSync(`${directory}/package.json`, 'utf8')
    const name: unknown = (JSON.parse(text) as { name?: unknown }).name
    return {
      name: typeof name === 'string' ? name : '',
      directoryLength: directory === '/' ? 0 : directory.length,
    }
  } catch (error) {
    // One that is there and cannot be read still is where its package begins.
    return error instanceof SyntaxError ? { name: '', directoryLength: directory.length } : null
  }
}

/** The file that a script was loaded from; null where it was not loaded from one. */
function pathOf(url: string): string | null {
  if (url.startsWith('file:')) {
    try {
      return fileURLToPath(url)
    } catch {
      return null
    }
  }
  const isPath =
    url.startsWith('/') || (url.length > 2 && url[1] === ':' && (url[2] === '\\' || url[2] === '/'))
  return isPath ? url : null
}

/** `node:internal/timers` stays; of `wasm://wasm/name-1a2b3c4d` and of web addresses what is generated goes. */
function moduleOfUrl(url: string): string {
  if (url.startsWith('wasm://')) {
    const last = url.slice(url.lastIndexOf('/') + 1)
    const dash = last.lastIndexOf('-')
    return dash > 0 ? `wasm/${last.slice(0, dash)}` : 'wasm'
  }
  if (url.startsWith('data:')) return 'data:'
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

function functionOf(functionName: string, place: Origin, line: number): string {
  if (place.name !== '') return place.name
  if (functionName !== '' && functionName !== '(anonymous)') return functionName
  // The body of a module begins where nothing does.
  if (line < 0 || (place.line <= 1 && place.column <= 1)) return '<module>'
  return `(anonymous ${place.line}:${place.column})`
}

function shorten(name: string): string {
  return name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength - 1)}…`
}
