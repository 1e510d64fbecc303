import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'

/** Keys that come from the environment: no flag, because every user of the machine can read command lines; no file either. */
export const masterKeyVariable = 'WICK_MASTER_KEY'
export const newMasterKeyVariable = 'WICK_NEW_MASTER_KEY'
export const secretVariables: readonly string[] = [masterKeyVariable, newMasterKeyVariable]

/** What is wrong with a variable whose text is no key. The text may be one all but a digit, so it is not repeated. */
export function noKeyIn(variable: string): string {
  return `${variable} must be 64 hexadecimal digits (0-9 and a-f); what it holds is not shown.`
}

/** A key of 32 bytes that is not printed by accident: as text, as JSON and in a dump it only says that it is there. */
export class SecretKey {
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  static generate(): SecretKey {
    return new SecretKey(randomBytes(32))
  }

  /** Null where the text is no key; the line's end that an editor leaves is none of the key. */
  static parse(text: string): SecretKey | null {
    return /^[0-9a-f]{64}\n?$/.test(text) ? new SecretKey(Buffer.from(text.trim(), 'hex')) : null
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  isSame(other: SecretKey): boolean {
    return Buffer.compare(this.#bytes, other.#bytes) === 0
  }

  toString(): string {
    return 'set'
  }

  toJSON(): string {
    return 'set'
  }

  [inspect.custom](): string {
    return 'SecretKey(set)'
  }
}
