/**
 * What of a request may stand in its record. Nothing that opens anything: such values are replaced wherever they are,
 * by the name they stand under. What is large or deep is cut: the record says so.
 */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** Lower case, letters and digits only. */
const secretNames: ReadonlySet<string> = new Set([
  'assertion',
  'authenticationcode1',
  'authenticationcode2',
  'authorization',
  'base32stringseed',
  'clientsecret',
  'code',
  'cookie',
  'csrftoken',
  'idtoken',
  'newpassword',
  'oldpassword',
  'password',
  'privatekey',
  'qrcodepng',
  'recoverycode',
  'recoverycodes',
  'refreshtoken',
  'accesstoken',
  'samlassertion',
  'secret',
  'secretaccesskey',
  'seed',
  'sessiontoken',
  'signature',
  'ticket',
  'token',
  'tokencode',
  'totp',
  'totpcode',
  'webhookurl',
  'webidentitytoken',
  'xamzsecuritytoken',
  'xamzsignature',
])

const maxDepth = 12
/** Longer texts are cut; policies, the longest that is worth keeping, have 10 kB at most. */
const maxText = 20_000
/** AWS's own limit. */
const maxBytes = 100 * 1024
const maxEntries = 1000

/** A copy that may be recorded. @param value as JSON has it */
export function redacted(value: unknown): unknown {
  const copy = copied(value, 0)
  const bytes = JSON.stringify(copy ?? null).length
  return bytes > maxBytes ? { omitted: `${bytes} bytes, more than a record holds` } : (copy ?? null)
}

function copied(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > maxText ? `${value.slice(0, maxText)}…` : value
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value !== 'object' || value === null) return value
  if (depth === maxDepth) return '…'
  if (Array.isArray(value)) return value.slice(0, maxEntries).map((one) => copied(one, depth + 1))
  if (value instanceof Map) return copied(Object.fromEntries(value), depth)
  // Entries, not assignments: a name may be __proto__.
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxEntries)
      .map(([name, inner]) => [name, isSecretName(name) ? hidden : copied(inner, depth + 1)]),
  )
}

/** The texts that `redacted` hides: they may have got into other places, such as messages. */
export function secretsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || depth === maxDepth)
    return []
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return entries.slice(0, maxEntries).flatMap(([name, inner]): string[] => {
    if (Array.isArray(value) || !isSecretName(String(name))) return secretsIn(inner, depth + 1)
    return typeof inner === 'string' && inner.length >= minSecret ? [inner] : []
  })
}

/** Shorter ones are parts of words. */
const minSecret = 4

/** More work than any honest request makes: its caller names the secrets, and much of the text. */
const maxSecrets = 100
const maxSearched = 4096

/**
 * The text without what must not be told; all of it is omitted where there is too much to look for. What is put in the
 * place of a secret is not looked at again: a caller who names parts of it as secrets would make it grow without end.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const distinct = new Set(secrets)
  if (distinct.size > 0 && (distinct.size > maxSecrets || text.length > maxSearched))
    return `omitted: ${text.length} characters, ${distinct.size} secrets`
  const places = merged([...distinct].flatMap((secret) => placesOf(secret, text)))
  let [told, at] = ['', 0]
  for (const { from, to } of places) {
    told += text.slice(at, from) + hidden
    at = to
  }
  return told + text.slice(at)
}

interface Place {
  readonly from: number
  readonly to: number
}

function placesOf(secret: string, text: string): Place[] {
  const places: Place[] = []
  for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1))
    places.push({ from, to: from + secret.length })
  return places
}

/** Those that overlap or touch are one. */
function merged(places: readonly Place[]): Place[] {
  const apart: { from: number; to: number }[] = []
  for (const { from, to } of places.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else apart.push({ from, to })
  }
  return apart
}

/** Whether what stands under the name is never told. */
function isSecretName(name: string): boolean {
  if (name.length > 64) return false
  let plain = ''
  for (const letter of name.toLowerCase())
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) plain += letter
  return secretNames.has(plain)
}
