/**
 * Drops what was used longest ago until the rest holds at most so many bytes. The map's order is that of use; sizes are
 * asked for anew each time, because what is kept grows.
 *
 * @param spared a key that stays, whatever it holds
 */
export function dropOldest<T>(
  kept: Map<string, T>,
  maxBytes: number,
  bytesOf: (value: T) => number,
  spared?: string,
): void {
  let held = 0
  for (const value of kept.values()) held += bytesOf(value)
  for (const [oldest, value] of kept) {
    if (held <= maxBytes || oldest === spared) break
    kept.delete(oldest)
    held -= bytesOf(value)
  }
}
