/** `; did you mean 'listen'?`, or nothing where no candidate is near. For the end of a sentence. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearestName(name, candidates)
  return near === null ? '' : `; did you mean '${near}'?`
}

/**
 * The candidate that `name` was probably meant to be: one that begins with it (or the other way round), else the one that
 * differs in the fewest letters, if that is at most a third of them.
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  const wanted = spelling(name)
  if (wanted.length > longest) return null
  let best: string | null = null
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const known = spelling(candidate)
    const isStart = wanted.length >= 3 && (known.startsWith(wanted) || wanted.startsWith(known))
    const distance = isStart ? 0.5 : editDistance(wanted, known)
    if (distance < fewest && (isStart || distance <= known.length / 3)) {
      best = candidate
      fewest = distance
    }
  }
  return best
}

/** Nobody mistypes more; and comparing costs length × length. */
const longest = 100

/** `--tls-name`, `tlsName` and `TLS_NAME` are one word. */
function spelling(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Letters to insert, delete or replace to make `a` of `b` (Levenshtein), row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
