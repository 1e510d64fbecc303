import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { tagLength } from './segment-format.ts'

const dataKeyLength = 32

/**
 * Encrypts a group's pieces of one file: AES-256-GCM under a key derived (HKDF-SHA-256) from the group's data key and the
 * file's id. The nonce is the piece's number (a record's ordinal, a section's kind): unique under that key, because a
 * segment is written by one start of one server and never appended to again after a failure, and a sealed file once.
 *
 * A group whose data key was changed has several. A file is under one of them all through: the first piece that opens
 * tells which.
 */
export class RecordCipher {
  readonly #dataKey: Uint8Array
  readonly #fileId: Uint8Array
  readonly #purpose: string
  readonly #current: Uint8Array
  /** The one the file is under, once that is known. */
  #opening: Uint8Array | null = null

  /** @param dataKey as in `GroupKey` */
  constructor(dataKey: Uint8Array, fileId: Uint8Array, purpose = 'wick segment records') {
    this.#dataKey = dataKey
    this.#fileId = fileId
    this.#purpose = purpose
    this.#current = this.#derive(0)
  }

  /** @returns ciphertext and tag */
  encrypt(ordinal: number, header: Uint8Array, payload: Uint8Array): Uint8Array[] {
    const cipher = createCipheriv('aes-256-gcm', this.#current, nonce(ordinal)).setAAD(header)
    return [cipher.update(payload), cipher.final(), cipher.getAuthTag()]
  }

  /** @returns null where the bytes are not what was encrypted */
  decrypt(ordinal: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | null {
    if (this.#opening !== null) return opened(this.#opening, ordinal, header, sealed)
    for (let i = 0; i < this.#dataKey.length / dataKeyLength; i++) {
      const key = i === 0 ? this.#current : this.#derive(i)
      const text = opened(key, ordinal, header, sealed)
      if (text === null) continue
      this.#opening = key
      return text
    }
    return null
  }

  #derive(i: number): Uint8Array {
    const dataKey = this.#dataKey.subarray(i * dataKeyLength, (i + 1) * dataKeyLength)
    return new Uint8Array(hkdfSync('sha256', dataKey, this.#fileId, this.#purpose, 32))
  }
}

function opened(key: Uint8Array, ordinal: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(ordinal))
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

function nonce(ordinal: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(ordinal, 0)
  return bytes
}
