/** Text as the content of an XML 1.0 element. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // A bare one would be read as a line feed.
  '\r': '&#xD;',
}

/** Everything else that XML 1.0 has no way to write: most control characters, halves of pairs, two noncharacters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u
const special = new RegExp(`[&<>\\r]|${unwritable.source}`, 'gu')

/** Whether the text comes back as it is. */
export function isXmlText(text: string): boolean {
  return !unwritable.test(text)
}

/** What cannot be written becomes U+FFFD: an answer is never malformed, whatever is in it. */
export function escapeXml(text: string): string {
  return text.replace(special, (character) => escapes[character] ?? '\uFFFD')
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}
