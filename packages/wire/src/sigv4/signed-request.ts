import { incomplete } from './refusals.ts'

/** A request as it came off the wire. */
export interface SignedRequest {
  readonly method: string
  /** `path?query`, not decoded. */
  readonly rawTarget: string
  /** Names and values in turn, as Node's `rawHeaders`: its `headers` join duplicates in a way nobody signed. */
  readonly rawHeaders: readonly string[]
}

/** Lower-case name → values in order of arrival. */
export type Headers = ReadonlyMap<string, readonly string[]>

export function collectHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [rawHeaders[i + 1]!])
    else values.push(rawHeaders[i + 1]!)
  }
  return headers
}

/** The one value of a header that must not be ambiguous; null where it is absent. */
export function onlyValue(headers: Headers, name: string): string | null {
  const values = headers.get(name)
  if (values === undefined) return null
  if (values.length > 1) throw incomplete(`The header '${name}' is given more than once.`)
  return values[0]!
}

export function splitTarget(rawTarget: string): { path: string; query: string } {
  const mark = rawTarget.indexOf('?')
  return mark < 0
    ? { path: rawTarget, query: '' }
    : { path: rawTarget.slice(0, mark), query: rawTarget.slice(mark + 1) }
}
