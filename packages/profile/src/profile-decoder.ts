import type { AgentProfile } from './call-tree.ts'
import { IonReader, isMarker } from './decode/ion-reader.ts'
import { ProfileScratch } from './decode/scratch.ts'
import { TextReader } from './decode/text-reader.ts'
import { defaultLimits, type ProfileLimits } from './limits.ts'

/**
 * Reads posted and aggregated profiles. The bytes choose the reader: Ion binary starts with a version marker,
 * everything else is text. Keeps its memory from one profile to the next, so make one per thread.
 */
export class ProfileDecoder {
  readonly #scratch: ProfileScratch
  readonly #ion: IonReader
  readonly #text: TextReader

  constructor(limits: ProfileLimits = defaultLimits) {
    this.#scratch = new ProfileScratch(limits)
    this.#ion = new IonReader(limits, this.#scratch)
    this.#text = new TextReader(limits, this.#scratch)
  }

  /**
   * Decodes one body whole, or throws a ProfileError and keeps nothing of it. The arrays of the result are views of
   * memory that the next call overwrites: copy or merge what is to stay.
   */
  decode(body: Uint8Array): AgentProfile {
    const reader = isMarker(body, 0) ? this.#ion : this.#text
    try {
      return reader.read(body)
    } finally {
      reader.release()
      this.#scratch.release()
    }
  }
}
