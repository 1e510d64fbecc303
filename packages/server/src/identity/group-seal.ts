import { hkdfSync } from 'node:crypto'
import { type Envelope, EnvelopeError, envelope } from './envelope.ts'
import { dataKeyPurpose } from './secret-purpose.ts'

const keyLength = 32

interface SealedGroup {
  readonly id: string
  readonly sealedDataKey: Uint8Array
}

/**
 * The keys of what a group has beside its profiles and holds names of functions: derived from its data key, for each use
 * others. Where a group had several data keys, the first is the one to seal with.
 *
 * @param use `wick findings reports`
 */
export function groupKeys(sealer: Pick<Envelope, 'open'>, group: SealedGroup, use: string): Uint8Array[] {
  const dataKey = sealer.open(dataKeyPurpose(group.id), group.sealedDataKey)
  return Array.from({ length: dataKey.length / keyLength }, (_, i) => {
    const key = dataKey.subarray(i * keyLength, (i + 1) * keyLength)
    return new Uint8Array(hkdfSync('sha256', key, group.id, use, keyLength))
  })
}

export class GroupSeal {
  readonly #envelopes: readonly Envelope[]

  constructor(keys: readonly Uint8Array[]) {
    this.#envelopes = keys.map(envelope)
  }

  seal(purpose: string, plain: Uint8Array): Uint8Array {
    return this.#envelopes[0]!.seal(purpose, plain)
  }

  /** @throws EnvelopeError where it is not what was sealed */
  open(purpose: string, sealed: Uint8Array): Uint8Array {
    let problem: unknown = new EnvelopeError('the group has no key')
    for (const one of this.#envelopes) {
      try {
        return one.open(purpose, sealed)
      } catch (error) {
        problem = error
      }
    }
    throw problem
  }
}
