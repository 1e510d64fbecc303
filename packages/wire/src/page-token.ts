import { invalid } from './errors.ts'

/**
 * Opaque page tokens: at most 64 characters of `[\w-]`, as the model allows. A token holds the cursor (where the next
 * page starts) and a fingerprint of the call it belongs to, so that it cannot be used with another call by mistake.
 * It is no secret and grants nothing.
 */

/** @param cursor a whole number; @param call everything else that must stay the same between two pages */
export function encodePageToken(cursor: number, call: readonly string[]): string {
  return `${cursor < 0 ? 'm' : 'p'}${Math.abs(cursor).toString(36)}-${fingerprint(call)}`
}

/** @throws ValidationException where the token is not one of ours or belongs to another call */
export function decodePageToken(token: string, call: readonly string[]): number {
  const [cursorText = '', print = ''] = token.split('-')
  const magnitude = Number.parseInt(cursorText.slice(1), 36)
  const cursor = cursorText[0] === 'm' ? -magnitude : magnitude
  if (!Number.isSafeInteger(cursor) || encodePageToken(cursor, call) !== token || print === '') {
    throw invalid(
      'The nextToken does not belong to this call: repeat the call with the parameters of the first page, or start without nextToken.',
    )
  }
  return cursor
}

/** FNV-1a, 32 bits. */
function fingerprint(parts: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193)
    hash = Math.imul(hash ^ 0xffff, 0x01000193)
  }
  return (hash >>> 0).toString(36)
}
