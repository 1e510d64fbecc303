/** Requests of AWS's Python agent, as they were recorded. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../fixtures/agent-bodies')
const headersEnding = '.headers.json'

export interface RecordedRequest {
  readonly name: string
  readonly method: string
  readonly path: string
  /** In the order and spelling in which they were sent. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** @param name file name without its endings: `medium` */
export async function recordedRequest(name: string): Promise<RecordedRequest> {
  const head = JSON.parse(await readFile(join(folder, `${name}${headersEnding}`), 'utf8'))
  const kind = name.startsWith('configure-agent') ? 'request' : 'body'
  const body = await readFile(join(folder, `${name}.${kind}.json`), 'utf8')
  return { name, method: head.method, path: head.path, headers: head.headers, body }
}

export async function recordedNames(): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith(headersEnding))
    .map((file) => file.slice(0, -headersEnding.length))
}

/** The posted body as if it had been recorded just now (or then): the two times are replaced, no other byte is. */
export function takenAt(body: string, end: number = Date.now()): string {
  const [head, start, recordedEnd] = /^\{"start": (\d{13}), "end": (\d{13})/.exec(body)!
  const duration = Number(recordedEnd) - Number(start)
  return `{"start": ${end - duration}, "end": ${end}${body.slice(head.length)}`
}
