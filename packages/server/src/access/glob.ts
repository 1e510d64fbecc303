/**
 * Matching with `*` (any run of characters, also none) and `?` (any one), without regular expressions: the matcher goes
 * back only to the last star, so it takes at most pattern × text steps, whatever anybody writes into a policy.
 *
 * A pattern is a list of codes, because wildcards and characters must not be confused: a user whose name is `*`,
 * put into a pattern by a policy variable, is that name and no wildcard. Characters are UTF-16 code units.
 */

/** One UTF-16 code unit, or one of the two wildcards, which are no code units. */
export type Code = number
export const anyRun: Code = 0x1_0000
export const anyOne: Code = 0x1_0001

export interface Pattern {
  /** What stands before the first wildcard. */
  readonly prefix: string
  /** From the first wildcard on; empty when there is none. */
  readonly rest: readonly Code[]
}

/** The part of a string that matching needs: tests count the steps with it. */
export type Characters = Pick<string, 'length' | 'charCodeAt'>

export function patternOf(codes: readonly Code[]): Pattern {
  const first = codes.findIndex((code) => code >= anyRun)
  const end = first === -1 ? codes.length : first
  let prefix = ''
  for (let i = 0; i < end; i++) prefix += String.fromCharCode(codes[i]!)
  return { prefix, rest: codes.slice(end) }
}

/** Text in which each `*` and `?` is a wildcard. */
export function codesOf(text: string): readonly Code[] {
  const codes: Code[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    codes.push(character === '*' ? anyRun : character === '?' ? anyOne : text.charCodeAt(i))
  }
  return codes
}

export function matches(pattern: Pattern, text: string): boolean {
  if (pattern.rest.length === 0) return text === pattern.prefix
  return text.startsWith(pattern.prefix) && matchesFrom(pattern.rest, text, pattern.prefix.length)
}

/** Whether the text from `start` on is what the codes say. */
export function matchesFrom(codes: readonly Code[], text: Characters, start: number): boolean {
  let at = start
  let next = 0
  let afterStar = -1
  let starEnd = 0
  while (at < text.length) {
    const code = codes[next]
    if (code === anyRun) {
      next++
      if (next === codes.length) return true
      afterStar = next
      starEnd = at
    } else if (code === anyOne || code === text.charCodeAt(at)) {
      next++
      at++
    } else if (afterStar !== -1) {
      // The last star takes one character more. Earlier stars need no second try: what they skipped is the shortest.
      next = afterStar
      starEnd++
      at = starEnd
    } else {
      return false
    }
  }
  while (codes[next] === anyRun) next++
  return next === codes.length
}
