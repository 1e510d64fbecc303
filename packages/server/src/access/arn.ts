/** ARNs and patterns of them, part by part: `arn:partition:service:region:account:resource`. */
import { type Code, matches, type Pattern, patternOf } from './glob.ts'
import { type Context, resolve, type Template } from './template.ts'

/** The parts of an ARN: what stands between its first five colons, and all the rest. */
export type ArnParts = readonly string[]

const colon = ':'.charCodeAt(0)

/** null when the text is no ARN. */
export function splitArn(text: string): ArnParts | null {
  const parts = splitAtColons(text, 0)
  return parts !== null && parts[0] === 'arn' ? parts : null
}

function splitAtColons(text: string, start: number): string[] | null {
  const parts: string[] = []
  let from = start
  for (let part = 0; part < 5; part++) {
    const end = text.indexOf(':', from)
    if (end === -1) return null
    parts.push(text.slice(from, end))
    from = end + 1
  }
  parts.push(text.slice(from))
  return parts
}

/** One pattern for each part. */
export type ArnPattern = readonly Pattern[]

/** null when there are fewer than five colons. A colon that a variable stands for divides too. */
function arnPatternOf(codes: readonly Code[]): ArnPattern | null {
  const parts: Pattern[] = []
  let from = 0
  for (let part = 0; part < 5; part++) {
    const end = codes.indexOf(colon, from)
    if (end === -1) return null
    parts.push(patternOf(codes.slice(from, end)))
    from = end + 1
  }
  parts.push(patternOf(codes.slice(from)))
  return parts
}

/** The last part is looked at first: it differs most. */
export function matchesArn(pattern: ArnPattern, parts: ArnParts): boolean {
  for (let part = 5; part >= 0; part--) if (!matches(pattern[part]!, parts[part]!)) return false
  return true
}

/** As `patternFor`, for ARNs. */
export function arnPatternFor(template: Template): (context: Context) => ArnPattern | null {
  if (template.variables.length > 0) return (context) => arnPatternOf(resolve(template, context))
  const fixed = arnPatternOf(template.pieces as readonly Code[])
  return () => fixed
}
