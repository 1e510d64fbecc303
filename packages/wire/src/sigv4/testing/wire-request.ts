import type { SignedRequest } from '../signed-request.ts'
import type { PlainRequest } from './independent-signers.ts'

/** A request as it arrives: what the verifier judges, and the body it hashes. */
export interface WireRequest {
  readonly request: SignedRequest
  readonly body: Buffer
}

/** Draws whole numbers below a bound. */
export type Draw = (below: number) => number

/** Mulberry32: as many numbers as a run needs from one that fast-check can replay. */
export function drawer(seed: number): Draw {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/**
 * Writes a signed request for the wire in one of the many ways that mean the same: the query in any order and any
 * percent-encoding, header names in any letters and any order, blanks around values, lists over several lines.
 */
export function writeForWire(
  plain: PlainRequest,
  signedHeaders: Readonly<Record<string, string>>,
  draw: Draw,
): WireRequest {
  const pairs = shuffled(plain.query, draw).map(
    ([name, value]) =>
      `${spelled(name, draw)}${value === '' && draw(2) === 0 ? '' : `=${spelled(value, draw)}`}`,
  )
  const lines = Object.entries(signedHeaders).flatMap(([name, value]) => headerLines(name, value, draw))
  return {
    request: {
      method: plain.method,
      rawTarget: pairs.length === 0 ? plain.path : `${plain.path}?${pairs.join('&')}`,
      rawHeaders: byName(lines, draw).flat(),
    },
    body: plain.body,
  }
}

/** Each character as it is where that is allowed, or percent-encoded, in capital or small digits. */
function spelled(text: string, draw: Draw): string {
  let written = ''
  for (const character of text) {
    const isPlain = /[A-Za-z0-9\-._~+/:@,;?!$'()*]/.test(character)
    if (isPlain && draw(3) > 0) {
      written += character
      continue
    }
    const isUpper = draw(2) === 0
    for (const byte of Buffer.from(character)) {
      const digits = byte.toString(16).padStart(2, '0')
      written += `%${isUpper ? digits.toUpperCase() : digits}`
    }
  }
  return written
}

/** These are read for more than their signature: they stay as they are, as an HTTP parser would hand them over. */
const keptAsTheyAre = ['authorization', 'host', 'x-amz-content-sha256', 'x-amz-date']

function headerLines(name: string, value: string, draw: Draw): readonly (readonly [string, string])[] {
  const written = draw(2) === 0 ? name.toUpperCase() : name
  if (keptAsTheyAre.includes(name.toLowerCase())) return [[written, value]]
  const values = draw(2) === 0 ? [value] : splitAtCommas(value)
  return values.map((text) => [written, `${' '.repeat(draw(2))}${text}${' '.repeat(draw(2))}`])
}

/** Only at commas without blanks beside them: lines are trimmed before they are joined. */
function splitAtCommas(value: string): readonly string[] {
  return value.split(/(?<![ \t]),(?![ \t])/)
}

/** Shuffles lines, but keeps those of one name in order. */
function byName(
  lines: readonly (readonly [string, string])[],
  draw: Draw,
): readonly (readonly [string, string])[] {
  const groups = Map.groupBy(lines, ([name]) => name.toLowerCase())
  return shuffled([...groups.values()], draw).flat()
}

function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const left = [...items]
  return items.map(() => left.splice(draw(left.length), 1)[0]!)
}
