/** Checks of foreign text, character by character: linear whatever comes. Empty text passes none of them. */

/** `[0-9]+` */
export function isDigits(text: string): boolean {
  return consistsOf(text, isDigit)
}

/** `[A-Za-z0-9_]+` */
export function isAlphanumeric(text: string): boolean {
  return consistsOf(text, isWordCharacter)
}

/** `[A-Za-z0-9_-]+`, the model's `[\w-]+` */
export function isWord(text: string): boolean {
  return consistsOf(text, (code) => isWordCharacter(code) || code === 45)
}

/** `[0-9a-f]+` */
export function isLowerHex(text: string): boolean {
  return consistsOf(text, (code) => isDigit(code) || (code >= 97 && code <= 102))
}

/** `[a-z0-9-]+`, as the parts of ARNs are that name partitions, services and regions. */
export function isLowerWord(text: string): boolean {
  return consistsOf(text, (code) => isDigit(code) || (code >= 97 && code <= 122) || code === 45)
}

/** Visible ASCII, as request lines consist of. */
export function isVisibleAscii(text: string): boolean {
  return consistsOf(text, (code) => code > 32 && code < 127)
}

/** Length as people and AWS count it: an emoji is one character. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function consistsOf(text: string, allows: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!allows(text.charCodeAt(i))) return false
  return text !== ''
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isWordCharacter(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}
