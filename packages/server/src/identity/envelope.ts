import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * The form of every secret at rest, from the first version on:
 *
 *     byte 0        format version (1)
 *     bytes 1–8     key id: the first 8 bytes of SHA-256(key), so that a wrong key is known before anything is tried
 *     bytes 9–20    nonce, random
 *     …             AES-256-GCM ciphertext
 *     last 16       GCM tag; the purpose is the additional data, so a value sealed for one use opens for no other
 */
const version = 1
const keyIdAt = 1
const nonceAt = 9
const textAt = 21
const tagLength = 16

/** Why a sealed value did not open. Its message is for the operator; it never holds key or plaintext. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

export interface Envelope {
  /** The start of a hash of the key: tells keys apart and nothing more. */
  readonly keyId: Uint8Array
  seal(purpose: string, plain: Uint8Array): Uint8Array
  /** @throws EnvelopeError */
  open(purpose: string, sealed: Uint8Array): Uint8Array
}

/** @param key 32 bytes */
export function envelope(key: Uint8Array): Envelope {
  if (key.length !== 32) throw new EnvelopeError(`a master key has 32 bytes, not ${key.length}`)
  const keyId = createHash('sha256')
    .update(key)
    .digest()
    .subarray(0, nonceAt - keyIdAt)
  return {
    keyId: new Uint8Array(keyId),
    seal: (purpose, plain) => {
      const nonce = randomBytes(textAt - nonceAt)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(plain), cipher.final()])
      return new Uint8Array(Buffer.concat([Uint8Array.of(version), keyId, nonce, text, cipher.getAuthTag()]))
    },
    open: (purpose, sealed) => {
      if (sealed.length < textAt + tagLength) throw new EnvelopeError('the sealed value is too short')
      if (sealed[0] !== version)
        throw new EnvelopeError(`the sealed value has format ${sealed[0]}, known is ${version}`)
      if (!keyId.equals(sealed.subarray(keyIdAt, nonceAt)))
        throw new EnvelopeError('it was sealed under another master key')
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, textAt))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(-tagLength))
      try {
        return new Uint8Array(
          Buffer.concat([decipher.update(sealed.subarray(textAt, -tagLength)), decipher.final()]),
        )
      } catch {
        throw new EnvelopeError('it was changed since it was sealed, or sealed for another purpose')
      }
    },
  }
}
