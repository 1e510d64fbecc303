/** The decoder with and without WebAssembly, to be compared. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WasmColumns } from '../decode/wasm-columns.ts'
import { WasmIonReader } from '../decode/wasm-ion-reader.ts'
import { defaultLimits, type ProfileLimits } from '../limits.ts'
import { ProfileDecoder } from '../profile-decoder.ts'
import { ProfileError } from '../profile-error.ts'

export const wasmFile = fileURLToPath(new URL('../../wasm/decoder.wasm', import.meta.url))
export const wasmModule = new WebAssembly.Module(readFileSync(wasmFile))

export interface DecoderPair {
  readonly plain: ProfileDecoder
  readonly fast: ProfileDecoder
  /** The part of `fast` for Ion binary. */
  readonly reader: WasmIonReader
  readonly columns: WasmColumns
}

export function pair(changed: Partial<ProfileLimits> = {}): DecoderPair {
  const limits = { ...defaultLimits, ...changed }
  const columns = new WasmColumns(wasmModule, limits)
  return {
    plain: new ProfileDecoder(limits),
    fast: new ProfileDecoder(limits, wasmModule),
    reader: new WasmIonReader(columns, limits),
    columns,
  }
}

/** That both decode to the same or refuse with the same words. @returns the profile, or the words */
export function same({ plain, fast }: DecoderPair, body: Uint8Array): unknown {
  const expected = outcome(plain, body)
  assert.deepEqual(outcome(fast, body), expected)
  return expected
}

/** A profile without its scratch memory, or what was wrong. */
function outcome(decoder: ProfileDecoder, body: Uint8Array): unknown {
  try {
    return copied(decoder.decode(body))
  } catch (error) {
    if (error instanceof ProfileError) return `${error.reason}: ${error.message}`
    throw error
  }
}

/** Not structuredClone: it copies the whole memory for each column. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]))
}
