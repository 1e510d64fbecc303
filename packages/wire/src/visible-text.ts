/**
 * Names come from outside and may hold anything. Characters that would be invisible, break lines or turn the reading
 * direction are replaced by something that can be seen, so that what is shown is what is there.
 */

/** Control and format characters (bidi, zero width), line separators, and halves of surrogate pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

export function visibleText(text: string): string {
  if (text === '') return '(no name)'
  return text.replace(unseen, (character) => {
    const code = character.codePointAt(0)!
    // The Unicode block of control pictures: ␀ ␊ ␛ …
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '␡'
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
