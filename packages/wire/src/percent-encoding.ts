/** Percent-encodes everything but the unreserved characters `A-Za-z0-9-._~`; hexadecimal in upper case. */
export function encodeComponent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
