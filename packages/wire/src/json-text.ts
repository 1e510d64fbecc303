/** What JSON.parse lets through without a word. */
export type JsonFault =
  | { readonly kind: 'too-deep' }
  | { readonly kind: 'too-many-keys' }
  | { readonly kind: 'repeated-key'; readonly key: string }

const maxDepth = 64
/** Of one object: no operation has so many fields, and none has a map of so many names. Larger ones are slow to make and to copy. */
export const maxKeys = 1000

const quote = 34
const backslash = 92
const openBrace = 123
const closeBrace = 125
const openBracket = 91
const closeBracket = 93
const colon = 58

/**
 * Looks through JSON text for a key that one object has twice, of which parsers take either, and for nesting and keys without end.
 * Text that is no JSON may or may not have such a fault: parsing it says so. One pass, no recursion.
 */
export function jsonFault(text: string): JsonFault | null {
  /** The keys of the objects around; null for a list. */
  const around: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === openBrace || code === openBracket) {
      if (around.length === maxDepth) return { kind: 'too-deep' }
      around.push(code === openBrace ? new Set() : null)
    } else if (code === closeBrace || code === closeBracket) {
      around.pop()
    } else if (code === quote) {
      const end = stringEnd(text, i)
      const keys = around.at(-1)
      if (keys && isKey(text, end)) {
        const key = unescaped(text.slice(i, end))
        if (keys.has(key)) return { kind: 'repeated-key', key }
        if (keys.add(key).size > maxKeys) return { kind: 'too-many-keys' }
      }
      i = end - 1
    }
  }
  return null
}

/** The index after the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== quote) i += text.charCodeAt(i) === backslash ? 2 : 1
  return i + 1
}

function isKey(text: string, end: number): boolean {
  let i = end
  while (i < text.length && text.charCodeAt(i) <= 32) i++
  return text.charCodeAt(i) === colon
}

/** `"a"` and `"\u0061"` are one key. */
function unescaped(string: string): string {
  if (!string.includes('\\')) return string.slice(1, -1)
  try {
    return JSON.parse(string)
  } catch {
    return string
  }
}
