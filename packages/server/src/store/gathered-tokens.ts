import { grown } from '@wick/profile'
import { hasToken, tokenHashLength } from './profile-token.ts'
import type { RecordHeader } from './segment-format.ts'

/** As a token stands in a list: its hash, the digest of its body, f64 from when on it is remembered. */
export const tokenEntryLength = 2 * tokenHashLength + 8
/** Of one list: a retry of a profile in it reads all of it. */
const mostInList = 32_768

type SealedToken = Pick<RecordHeader, 'tokenHash' | 'bodyDigest' | 'receivedAt'>

/** The tokens of what is being sealed, as the lists that they become: entries behind each other, no object for each. */
export class GatheredTokens {
  readonly lists: GatheredList[] = []
  readonly #sealedAt: number

  /** @param sealedAt epoch milliseconds: what is imported may have been received long before */
  constructor(sealedAt: number) {
    this.#sealedAt = sealedAt
  }

  /** Unless it is that of a post without one. */
  add(token: SealedToken): void {
    if (!hasToken(token)) return
    let list = this.lists.at(-1)
    if (list === undefined || list.length === mostInList) {
      list = new GatheredList()
      this.lists.push(list)
    }
    list.add({ ...token, receivedAt: Math.max(token.receivedAt, this.#sealedAt) })
  }
}

export class GatheredList {
  length = 0
  /** When the last of them was. */
  receivedAt = Number.NEGATIVE_INFINITY
  #bytes = new Uint8Array(0)

  get entries(): Uint8Array {
    return this.#bytes.subarray(0, this.length * tokenEntryLength)
  }

  add({ tokenHash, bodyDigest, receivedAt }: SealedToken): void {
    const at = this.length++ * tokenEntryLength
    this.#bytes = grown(this.#bytes, at + tokenEntryLength)
    this.#bytes.set(tokenHash, at)
    this.#bytes.set(bodyDigest, at + tokenHashLength)
    new DataView(this.#bytes.buffer).setFloat64(at + 2 * tokenHashLength, receivedAt, true)
    this.receivedAt = Math.max(this.receivedAt, receivedAt)
  }
}
