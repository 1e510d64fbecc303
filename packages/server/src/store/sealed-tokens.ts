import type { Manifest } from '../storage/manifest.ts'
import type { BlobStore, Damage } from '../storage/ports.ts'
import { BlockCache } from './block-cache.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { decodeTokenList, type TokenList } from './token-list.ts'
import { TokenPrints } from './token-prints.ts'

export interface TokenSources {
  readonly manifest: Pick<Manifest, 'tokenLists'>
  readonly blobs: Pick<BlobStore, 'get'>
  readonly onDamage: (damage: Damage) => void
}

/**
 * The tokens of what is sealed. They are in the lists on disk; memory has prints that say which list a token may be in, so
 * that hardly any but a repeated one reads a list.
 */
export class SealedTokens {
  readonly #sources: TokenSources
  readonly #prints = new TokenPrints()
  /** The lists that were read last: repeated posts come in bursts. */
  readonly #read: BlockCache<TokenList>
  readonly #inTurn = oneAtATime()

  /** @param mostReadBytes of lists that stay in memory once read */
  constructor(sources: TokenSources, mostReadBytes: number) {
    this.#sources = sources
    this.#read = new BlockCache(mostReadBytes)
  }

  /** Bytes held for all tokens. */
  get byteLength(): number {
    return this.#prints.byteLength
  }

  /** Takes in the lists that are on disk. @throws TokenListTooNew */
  async recall(): Promise<void> {
    for (const { key, receivedAt } of await this.#sources.manifest.tokenLists()) {
      const list = await this.#fromDisk(key)
      if (list !== null) this.#prints.add(list, receivedAt)
    }
  }

  /** @param list is on disk; @param receivedAt when the last of its profiles was */
  add(list: TokenList, receivedAt: number): void {
    this.#prints.add(list, receivedAt)
  }

  /**
   * The digest of the body it was stored with; null where it is unknown. What a list says that is damaged or gone is
   * unknown; what cannot be read now is an error.
   */
  async find(tokenHash: Uint8Array): Promise<Uint8Array | null> {
    for (const key of this.#prints.listsWith(tokenHash)) {
      const list = this.#read.find(key) ?? (await this.#inTurn(() => this.#load(key)))
      const digest = list?.digestOf(tokenHash)
      if (digest) return digest
    }
    return null
  }

  /** Forgets the lists whose last profile was received before the instant. */
  forgetBefore(instant: number): void {
    this.#prints.forgetBefore(instant)
  }

  async #load(key: string): Promise<TokenList | null> {
    // Whoever was before may have wanted the same.
    const known = this.#read.find(key)
    if (known !== null) return known
    const list = await this.#fromDisk(key)
    if (list !== null) this.#read.keep(key, list)
    return list
  }

  async #fromDisk(key: string): Promise<TokenList | null> {
    const { manifest, blobs, onDamage } = this.#sources
    const bytes = await blobs.get(key)
    const list = bytes === null ? null : decodeTokenList(key, bytes)
    // One that is forgotten meanwhile is no damage.
    if (list === null && (await manifest.tokenLists()).some((one) => one.key === key))
      onDamage({
        file: key,
        offset: 0,
        lost: 'a list of tokens: a retry of a profile in it would be counted again',
      })
    return list
  }
}
