/**
 * Distinct strings (frame names, file names) as one byte arena.
 *
 * Names come from outside and are hostile: they may hold NUL, control characters, `__proto__` and, in JSON
 * bodies, lone surrogates. They are therefore kept as WTF-8 (UTF-8 in which a lone surrogate is its three-byte
 * generalised form), compared as bytes, and become JavaScript strings only where a person reads them.
 */
export interface NameTable {
  /** The names one after another, WTF-8. */
  readonly bytes: Uint8Array
  /** Name i is bytes[offsets[i] … offsets[i + 1]); `length + 1` entries, the first is 0. */
  readonly offsets: Uint32Array
  /** How many names. */
  readonly length: number
}
