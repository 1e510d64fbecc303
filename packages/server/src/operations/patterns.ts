import { type Pattern, PatternError, parsePattern } from '@wick/analysis'
import {
  ApiError,
  invalid,
  jsonBody,
  type PatternsAnswer,
  parseGroupInput,
  parseGroupPattern,
  parsePatternId,
  parseTryPattern,
  type RequestParts,
} from '@wick/wire'
import { tryPattern } from '../findings/analyse.ts'
import {
  framesOf,
  isShipped,
  maxOwnFrames,
  maxOwnPatterns,
  type OwnedPattern,
  ownPatterns,
  shippedOnes,
} from '../findings/patterns-of.ts'
import { recommendationsAnswer } from '../findings/recommendation-answer.ts'
import { analysedRange } from './analysed-range.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

/** Patterns of users: of one group, or of the whole installation. */

export async function listGroupPatterns(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  return list(await ownPatterns(context.catalog, id))
}

export async function listPatterns({ catalog }: OperationContext): Promise<Reply> {
  return list(await ownPatterns(catalog, null))
}

function list(own: readonly OwnedPattern[]): Reply {
  const value: PatternsAnswer = {
    patterns: [...own, ...shippedOnes()].map(({ pattern, origin }) => ({ ...pattern, origin })),
  }
  return { kind: 'json', value }
}

export async function putGroupPattern(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { patternId, ...input } = parseGroupPattern(parts)
  const { id, name } = await requireGroup(context, input)
  return put(context, patternId, id, `the profiling group '${name}'`, parts.body)
}

export function putPattern(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return put(context, parsePatternId(parts).patternId, null, 'the installation', parts.body)
}

async function put(
  { catalog }: OperationContext,
  patternId: string,
  groupId: string | null,
  owner: string,
  body: Uint8Array,
): Promise<Reply> {
  const pattern = read(jsonBody(body))
  if (pattern.id !== patternId)
    throw invalid(`The pattern's id is '${pattern.id}', the one in the path '${patternId}': make them one.`)
  if (isShipped(pattern.id))
    throw invalid(`id: '${pattern.id}' comes with Wick: give your pattern an id of its own.`)
  const others = (await ownPatterns(catalog, groupId)).filter(
    (one) => one.origin === (groupId === null ? 'installation' : 'group') && one.pattern.id !== patternId,
  )
  const frames = [pattern, ...others.map((one) => one.pattern)].reduce((sum, one) => sum + framesOf(one), 0)
  if (frames > maxOwnFrames)
    throw new ApiError(
      'ServiceQuotaExceededException',
      `The patterns of ${owner} would have ${frames} frames together, at most ${maxOwnFrames} are allowed.`,
    )
  const { language, ...rest } = pattern
  const document = JSON.stringify({ ...rest, ...(language !== null && { language }) })
  const outcome = await catalog.putPattern({ id: patternId, groupId, document, maxPatterns: maxOwnPatterns })
  if (outcome === 'gone') throw new ApiError('ResourceNotFoundException', `Meanwhile ${owner} was deleted.`)
  if (outcome === 'quota')
    throw new ApiError(
      'ServiceQuotaExceededException',
      `There are ${maxOwnPatterns} patterns of ${owner} already: remove one first.`,
    )
  return { kind: 'json', value: pattern }
}

export async function deleteGroupPattern(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { patternId, ...input } = parseGroupPattern(parts)
  const { id, name } = await requireGroup(context, input)
  return remove(context, patternId, id, `The profiling group '${name}'`)
}

export function deletePattern(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return remove(context, parsePatternId(parts).patternId, null, 'The installation')
}

async function remove(
  { catalog }: OperationContext,
  patternId: string,
  groupId: string | null,
  owner: string,
): Promise<Reply> {
  if (!(await catalog.removePattern(groupId, patternId)))
    throw new ApiError(
      'ResourceNotFoundException',
      `${owner} has no pattern '${patternId}' of its own${isShipped(patternId) ? ': it comes with Wick' : ''}.`,
    )
  return { kind: 'empty' }
}

/** What a pattern would find, were it one of the group's. Nothing is kept. */
export async function tryGroupPattern(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, pattern: given, ...input } = parseTryPattern(parts)
  const pattern = read(given)
  const { id } = await requireGroup(context, input)
  const range = await analysedRange(context, id, time)
  const owned: OwnedPattern = { pattern, origin: 'group' }
  const analysis = range === null ? null : await tryPattern(context, { groupId: id, ...range, filter }, owned)
  return { kind: 'json', value: recommendationsAnswer(analysis, context.prices, range?.from ?? 0) }
}

/** @throws ValidationException with the field and the reason */
function read(value: unknown): Pattern {
  try {
    return parsePattern(value)
  } catch (error) {
    if (error instanceof PatternError) throw invalid(`The pattern cannot be used. ${error.message}`)
    throw error
  }
}
