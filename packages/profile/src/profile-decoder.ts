import type { AgentProfile } from './call-tree.ts'
import { IonReader, isMarker } from './decode/ion-reader.ts'
import { ProfileScratch } from './decode/scratch.ts'
import { TextReader } from './decode/text-reader.ts'
import { WasmColumns } from './decode/wasm-columns.ts'
import { WasmIonReader } from './decode/wasm-ion-reader.ts'
import { defaultLimits, type ProfileLimits } from './limits.ts'

/**
 * Reads posted and aggregated profiles. The bytes choose the reader: Ion binary starts with a version marker,
 * everything else is text. Keeps its memory from one profile to the next, so make one per thread.
 */
export class ProfileDecoder {
  readonly #scratch: ProfileScratch
  readonly #ion: IonReader
  readonly #text: TextReader
  readonly #fastIon: WasmIonReader | null

  /** @param module assembly/, compiled: reads the same profiles faster */
  constructor(limits: ProfileLimits = defaultLimits, module: WebAssembly.Module | null = null) {
    this.#scratch = new ProfileScratch(limits)
    const columns = module === null ? null : new WasmColumns(module, limits)
    this.#fastIon = columns === null ? null : new WasmIonReader(columns, limits)
    this.#ion = new IonReader(limits, this.#scratch)
    this.#text = new TextReader(limits, this.#scratch, columns)
  }

  /**
   * Decodes one body whole, or throws a ProfileError and keeps nothing of it. The arrays of the result are views of
   * memory that the next call overwrites: copy or merge what is to stay.
   */
  decode(body: Uint8Array): AgentProfile {
    const isIon = isMarker(body, 0)
    try {
      const profile = isIon ? this.#fastIon?.read(body) : null
      return profile ?? (isIon ? this.#ion : this.#text).read(body)
    } finally {
      this.#fastIon?.release()
      this.#ion.release()
      this.#text.release()
      this.#scratch.release()
    }
  }
}
