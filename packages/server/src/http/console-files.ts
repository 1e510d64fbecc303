import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { acceptsGzip } from '@wick/wire'
import type { Answer } from './answer.ts'
import { type Exchange, header } from './exchange.ts'
import { pageHeaders } from './page-headers.ts'

/**
 * The console as built by Vite, read into memory once: a request path is looked up in a map and never becomes a path
 * of the file system.
 */
export interface ConsoleFiles {
  /** @param path what follows `/console/`, raw */
  answer(exchange: Exchange, path: string): Promise<Answer>
}

interface File {
  readonly type: string
  readonly plain: Uint8Array
  /** Null where compression saves nothing. */
  readonly gzipped: Uint8Array | null
  readonly etag: string
  /** Its name changes with its content. */
  readonly isHashed: boolean
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const gzipAsync = promisify(gzip)

export function consoleFiles(directory: string): ConsoleFiles {
  let loading: Promise<ReadonlyMap<string, File>> | null = null
  const load = (): Promise<ReadonlyMap<string, File>> => {
    loading ??= readAll(directory)
    return loading
  }
  const answerFor: ConsoleFiles['answer'] = async (exchange, path) => {
    let files: ReadonlyMap<string, File>
    try {
      files = await load()
    } catch {
      // Asked again next time: it may be built by then.
      loading = null
      return notBuilt
    }
    const file = files.get(path) ?? (path.startsWith('assets/') ? undefined : files.get('index.html'))
    return file === undefined ? notFound : answerWith(exchange, file)
  }
  return {
    answer: async (exchange, path) => {
      const answer = await answerFor(exchange, path)
      return { ...answer, headers: { ...pageHeaders(exchange), ...answer.headers } }
    },
  }
}

async function readAll(directory: string): Promise<ReadonlyMap<string, File>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = new Map<string, File>()
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(directory, path).split(sep).join('/')
    files.set(name, await makeFile(name, await readFile(path)))
  }
  if (!files.has('index.html')) throw new Error(`${directory} holds no index.html`)
  return files
}

async function makeFile(name: string, plain: Uint8Array): Promise<File> {
  const gzipped = await gzipAsync(plain, { level: 9 })
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    plain,
    gzipped: gzipped.length < plain.length * 0.9 ? gzipped : null,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isHashed: name.startsWith('assets/'),
  }
}

function answerWith(exchange: Exchange, { type, plain, gzipped, etag, isHashed }: File): Answer {
  const headers = {
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-type': type,
    etag,
    vary: 'accept-encoding',
  }
  if (header(exchange, 'if-none-match') === etag) return { status: 304, headers, body: '' }
  if (gzipped !== null && acceptsGzip(header(exchange, 'accept-encoding'))) {
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipped }
  }
  return { status: 200, headers, body: plain }
}

const plainText = { 'content-type': 'text/plain; charset=utf-8' }

const notFound: Answer = { status: 404, headers: plainText, body: 'The console has no such file.\n' }

const notBuilt: Answer = {
  status: 503,
  headers: plainText,
  body: 'The console is not built yet. In the directory of Wick, run:  npm run build\nThen reload this page.\n',
}
