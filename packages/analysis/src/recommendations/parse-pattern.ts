import { everydayMatch } from './everyday-stacks.ts'
import {
  anyFrames,
  counters,
  type FrameSequence,
  languages,
  patternLimits as limits,
  type Pattern,
} from './pattern.ts'

/** Why a pattern was refused. The message is fit to be shown to whoever wrote it. */
export class PatternError extends Error {
  /** Where: `targetFrames[0][1]`; empty for the pattern as a whole. */
  readonly field: string

  constructor(field: string, reason: string) {
    super(field === '' ? reason : `${field}: ${reason}`)
    this.name = 'PatternError'
    this.field = field
  }
}

const fields = new Set([
  'id',
  'name',
  'why',
  'resolutionSteps',
  'links',
  'language',
  'targetFrames',
  'notUnder',
  'countersToAggregate',
  'thresholdPercent',
])

/**
 * Reads one pattern. `links` and `notUnder` may be left out, and `language` for one that is tried on all profiles.
 *
 * @param value parsed JSON of any origin
 * @throws PatternError
 */
export function parsePattern(value: unknown): Pattern {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PatternError('', 'A pattern is a JSON object')
  const given = value as Readonly<Record<string, unknown>>
  for (const field of Object.keys(given))
    if (!fields.has(field))
      throw new PatternError(shortened(field), `no such field; known: ${[...fields].join(', ')}`)
  const pattern: Pattern = {
    id: idOf(given.id),
    name: text(given.name, 'name', limits.nameLength),
    why: text(given.why, 'why', limits.textLength),
    resolutionSteps: text(given.resolutionSteps, 'resolutionSteps', limits.textLength),
    links: list(given.links ?? [], 'links', 0, limits.links).map(link),
    language: given.language === undefined ? null : oneOf(given.language, 'language', languages),
    targetFrames: list(given.targetFrames, 'targetFrames', 1, limits.targetFrames).map((sequence, i) =>
      frameSequence(sequence, `targetFrames[${i}]`),
    ),
    notUnder: list(given.notUnder ?? [], 'notUnder', 0, limits.notUnder).map((sequence, i) =>
      frameSequence(sequence, `notUnder[${i}]`),
    ),
    countersToAggregate: list(given.countersToAggregate, 'countersToAggregate', 1, counters.length).map(
      (counter, i) => oneOf(counter, `countersToAggregate[${i}]`, counters),
    ),
    thresholdPercent: threshold(given.thresholdPercent),
  }
  if (new Set(pattern.countersToAggregate).size < pattern.countersToAggregate.length)
    throw new PatternError('countersToAggregate', 'names a state twice')
  for (const [i, sequence] of pattern.targetFrames.entries()) refuseBroad(sequence, `targetFrames[${i}]`)
  return pattern
}

function idOf(value: unknown): string {
  const id = text(value, 'id', limits.idLength)
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new PatternError('id', 'lower case letters and digits, in words joined by single hyphens')
  return id
}

function text(value: unknown, field: string, maxLength: number): string {
  if (typeof value !== 'string') throw new PatternError(field, 'must be a text')
  if (value.trim() === '') throw new PatternError(field, 'must not be empty')
  if (value.length > maxLength)
    throw new PatternError(field, `is ${value.length} characters long, at most ${maxLength} are allowed`)
  if (!value.isWellFormed()) throw new PatternError(field, 'holds half of a surrogate pair')
  return value
}

function list(value: unknown, field: string, min: number, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new PatternError(field, 'must be a list')
  if (value.length < min) throw new PatternError(field, 'must not be empty')
  if (value.length > max)
    throw new PatternError(field, `has ${value.length} entries, at most ${max} are allowed`)
  return value
}

function oneOf<T extends string>(value: unknown, field: string, known: readonly T[]): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new PatternError(field, `must be one of ${known.join(', ')}`)
  return found
}

function link(value: unknown, i: number): string {
  const field = `links[${i}]`
  const address = text(value, field, limits.linkLength)
  if (!address.startsWith('https://') || !URL.canParse(address))
    throw new PatternError(field, 'must be an https address')
  return address
}

function threshold(value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value <= 100))
    throw new PatternError('thresholdPercent', 'must be a number above 0 and at most 100')
  return value
}

function frameSequence(value: unknown, field: string): FrameSequence {
  const sequence = list(value, field, 1, limits.framesInSequence).map((frame, i) =>
    frameName(frame, `${field}[${i}]`),
  )
  for (const [i, frame] of sequence.entries()) {
    if (frame !== anyFrames) continue
    const isBetween = i > 0 && i < sequence.length - 1 && sequence[i - 1] !== anyFrames
    if (!isBetween) throw new PatternError(`${field}[${i}]`, `'${anyFrames}' stands between two frames`)
  }
  return sequence
}

function frameName(value: unknown, field: string): string {
  const name = text(value, field, limits.frameLength)
  if (name.split('*').length - 1 > limits.starsInFrame)
    throw new PatternError(field, `has more than ${limits.starsInFrame} '*'`)
  return name
}

/** A sequence has to say something, and something that is not on nearly every stack. */
function refuseBroad(sequence: FrameSequence, field: string): void {
  // `*` alone, `*.*`, `a*`: three letters or digits in a row are the least that names something.
  if (!sequence.some((frame) => /[\p{L}\p{N}]{3}/u.test(frame)))
    throw new PatternError(field, 'is too broad: no frame has three letters or digits in a row beside its *')
  const everyday = everydayMatch(sequence)
  if (everyday !== null)
    throw new PatternError(field, `is too broad: it also matches an everyday call path, ${everyday}`)
}

function shortened(field: string): string {
  return field.length > 40 ? `${field.slice(0, 40)}…` : field
}
