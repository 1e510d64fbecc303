import { createHmac, hash } from 'node:crypto'
import { type Scope, scopeText } from './canonical-request.ts'

/** The signature of a string to sign: 32 bytes. */
export function signature(secret: string, scope: Scope, text: string): Buffer {
  return hmac(signingKey(secret, scope), text)
}

/**
 * Keys derived lately: one serves a whole day, and saves four HMACs for each request. Found by a hash of the secret,
 * so that a rotated secret finds nothing of its predecessor and no secret outlives its use here. A Map keeps its
 * order of insertion: what was used last is moved to the end, what was used longest ago is first.
 */
const derived = new Map<string, Buffer>()
const maxDerived = 1024

function signingKey(secret: string, scope: Scope): Buffer {
  const name = `${hash('sha256', secret)}/${scopeText(scope)}`
  const key = derived.get(name) ?? deriveSigningKey(secret, scope)
  derived.delete(name)
  derived.set(name, key)
  if (derived.size > maxDerived) derived.delete(derived.keys().next().value!)
  return key
}

function deriveSigningKey(secret: string, { date, region, service }: Scope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request')
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
