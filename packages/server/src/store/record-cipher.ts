import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { tagLength } from './segment-format.ts'

/**
 * Encrypts a group's pieces of one file: AES-256-GCM under a key derived (HKDF-SHA-256) from the group's data key and the
 * file's id. The nonce is the piece's number (a record's ordinal, a section's kind): unique under that key, because a
 * segment is written by one start of one server and never appended to again after a failure, and a sealed file once.
 */
export class RecordCipher {
  readonly #key: Uint8Array

  constructor(dataKey: Uint8Array, fileId: Uint8Array, purpose = 'wick segment records') {
    this.#key = new Uint8Array(hkdfSync('sha256', dataKey, fileId, purpose, 32))
  }

  /** @returns ciphertext and tag */
  encrypt(ordinal: number, header: Uint8Array, payload: Uint8Array): Uint8Array[] {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce(ordinal)).setAAD(header)
    return [cipher.update(payload), cipher.final(), cipher.getAuthTag()]
  }

  /** @returns null where the bytes are not what was encrypted */
  decrypt(ordinal: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce(ordinal))
      .setAAD(header)
      .setAuthTag(sealed.subarray(-tagLength))
    try {
      const text = decipher.update(sealed.subarray(0, -tagLength))
      decipher.final()
      return text
    } catch {
      return null
    }
  }
}

function nonce(ordinal: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(ordinal, 0)
  return bytes
}
