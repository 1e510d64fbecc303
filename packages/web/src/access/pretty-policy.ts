/** JSON with line breaks, as it is edited; text that is no JSON stays as it is. */
export function pretty(document: string): string {
  try {
    // What has line breaks was laid out by somebody.
    return document.includes('\n') ? document : JSON.stringify(JSON.parse(document), null, 2)
  } catch {
    return document
  }
}
