import { createHmac } from 'node:crypto'
import type { Scope } from './canonical-request.ts'

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function deriveSigningKey(secret: string, { date, region, service }: Scope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request')
}

/** Keys are the same for a whole day: four HMACs saved for each request. Oldest out first; the secret is part of the
 * key, so a rotated secret finds nothing. */
const cache = new Map<string, Buffer>()
const cacheSize = 1024

export function signingKey(secret: string, scope: Scope): Buffer {
  const name = `${secret}/${scope.date}/${scope.region}/${scope.service}`
  const cached = cache.get(name)
  if (cached !== undefined) return cached
  const key = deriveSigningKey(secret, scope)
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!)
  cache.set(name, key)
  return key
}

export function signature(secret: string, scope: Scope, text: string): Buffer {
  return hmac(signingKey(secret, scope), text)
}
