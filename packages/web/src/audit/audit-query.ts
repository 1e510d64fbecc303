/** What is looked for, as it stands in the address. */
import type { AuditQuery } from '../api/audit.ts'

export function parseAuditQuery(query: URLSearchParams): AuditQuery {
  const text = (name: string) => query.get(name)?.trim() ?? ''
  const time = (name: string) => {
    const at = Date.parse(text(name))
    return Number.isNaN(at) ? null : at
  }
  return {
    user: text('user'),
    eventName: text('event'),
    resource: text('resource'),
    accessKeyId: text('key'),
    isDeniedOnly: query.has('denied'),
    isChangesOnly: query.has('changes'),
    from: time('from'),
    to: time('to'),
  }
}

/** What says nothing is left out. */
export function formatAuditQuery(query: AuditQuery): string {
  const { user, eventName, resource, accessKeyId, isDeniedOnly, isChangesOnly, from, to } = query
  const parameters = new URLSearchParams()
  const texts = { user, event: eventName, resource, key: accessKeyId }
  for (const [name, value] of Object.entries(texts)) if (value !== '') parameters.set(name, value)
  if (isDeniedOnly) parameters.set('denied', '1')
  if (isChangesOnly) parameters.set('changes', '1')
  if (from !== null) parameters.set('from', new Date(from).toISOString())
  if (to !== null) parameters.set('to', new Date(to).toISOString())
  return parameters.toString()
}
