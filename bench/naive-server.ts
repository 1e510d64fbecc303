/**
 * The baseline of bench/ingest: what one would write in an afternoon. Same HTTP server, same signature check; the
 * body is parsed with JSON.parse or ion-js into objects, merged into a Map of call paths, and stored as a gzip
 * blob in SQLite with one durable transaction for each post.
 *
 *     node bench/naive-server.ts DIR SECRET
 */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { parseAuthorization, verify } from '@wick/wire/sigv4'
import ion from 'ion-js'

const [directory, secret] = process.argv.slice(2) as [string, string]
const database = new DatabaseSync(join(directory, 'naive.db'))
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE profiles (id INTEGER PRIMARY KEY, body BLOB)',
)
const insert = database.prepare('INSERT INTO profiles (body) VALUES (?)')
const totals = new Map<string, number>()

interface Node {
  readonly counts?: Readonly<Record<string, number>>
  readonly children?: Readonly<Record<string, Node>>
}

function merge(node: Node, path: string): void {
  for (const [state, count] of Object.entries(node.counts ?? {})) {
    const key = `${path}|${state}`
    totals.set(key, (totals.get(key) ?? 0) + Number(count))
  }
  for (const [name, child] of Object.entries(node.children ?? {})) merge(child, `${path};${name}`)
}

/** ion-js values carry their fields as DOM objects; plain objects come from `JSON.stringify`'s view of them. */
function parse(body: Buffer): { callgraph: Node } {
  if (body[0] !== 0xe0) return JSON.parse(body.toString('utf8'))
  return JSON.parse(JSON.stringify(ion.load(body)))
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    const signed = {
      method: request.method ?? '',
      rawTarget: request.url ?? '',
      rawHeaders: request.rawHeaders,
    }
    verify(parseAuthorization(signed), {
      secret,
      regions: ['us-east-1'],
      service: 'codeguru-profiler',
      now: Date.now(),
      skewMilliseconds: 300_000,
      bodySha256Hex: createHash('sha256').update(body).digest('hex'),
    })
    merge(parse(body).callgraph, '')
    insert.run(gzipSync(body))
    response.writeHead(204).end()
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`naive: listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => process.exit(0))
