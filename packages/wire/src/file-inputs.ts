import { invalid } from './errors.ts'
import { parseSelection, type SelectionInput } from './extension-inputs.ts'
import { groupName, lengthBetween, member, oneOf, required, timestamp, wholeMember } from './fields.ts'
import type { GroupInput } from './inputs.ts'
import { jsonBody, type Query, type RequestParts, single } from './request-parts.ts'

/** What exporting to files and importing from them takes (`/v1/profilingGroups/{name}/export` and `/import`). */

export const exportFormats = [
  'pprof',
  'collapsed',
  'collapsed-by-counter',
  'speedscope',
  'ion',
  'json',
] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportInput extends GroupInput, SelectionInput {
  readonly format: ExportFormat
  /** Null: as deep as it is. */
  readonly maxDepth: number | null
}

/** JSON body: the selection, `format`, `maxDepth`. */
export function parseExport({ labels, body }: RequestParts): ExportInput {
  const fields = jsonBody(body)
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    ...parseSelection(fields),
    format: oneOf(required(member(fields, 'format', 'string'), 'format'), 'format', exportFormats),
    maxDepth: wholeMember(fields, 'maxDepth', 1, 10_000),
  }
}

export const importFormats = ['profile', 'pprof', 'collapsed', 'collapsed-by-counter', 'speedscope'] as const
export type ImportFormat = (typeof importFormats)[number]

/** Where a page of an archive ended: the caller brings it back as it got it. */
export interface ArchiveInput extends GroupInput {
  readonly start: number | null
  readonly end: number | null
  readonly after: readonly number[] | null
}

const placeLength = 4
/** Chunks are numbered in 32 bits; there is room for those of the next page. */
const mostChunks = 2 ** 31

/** Query parameters: `startTime`, `endTime`, `nextToken`. */
export function parseArchive({ labels, query }: RequestParts): ArchiveInput {
  const token = single(query, 'nextToken')
  const start = instantIn(query, 'startTime')
  const end = instantIn(query, 'endTime')
  if (start !== null && end !== null && start >= end) throw invalid('startTime must be before endTime.')
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    start,
    end,
    after: token === null ? null : placeIn(token),
  }
}

function placeIn(token: string): number[] {
  const numbers = token.length > 80 ? [] : token.split('-').map((digits) => Number.parseInt(digits, 36))
  if (
    numbers.length !== placeLength ||
    !numbers.every(Number.isSafeInteger) ||
    numbers[placeLength - 1]! >= mostChunks ||
    archiveToken(numbers) !== token
  )
    throw invalid('The nextToken is not one of an archive: start without.')
  return numbers
}

/** @param place whole numbers ≥ 0 */
export function archiveToken(place: readonly number[]): string {
  return place.map((number) => number.toString(36)).join('-')
}

function instantIn(query: Query, field: string): number | null {
  const value = single(query, field)
  return value === null ? null : timestamp(value, field)
}

export interface ImportInput extends GroupInput {
  readonly format: ImportFormat
  readonly start: number | null
  readonly end: number | null
  /** What the samples of `collapsed` are. */
  readonly counter: string
  /** The file, gzip or not. */
  readonly body: Uint8Array
}

/** Query parameters: `format`, `startTime`, `endTime`, `counter`; the body is the file. */
export function parseImport({ labels, query, body }: RequestParts): ImportInput {
  return {
    profilingGroupName: groupName(labels.profilingGroupName!),
    format: oneOf(required(single(query, 'format'), 'format'), 'format', importFormats),
    start: instantIn(query, 'startTime'),
    end: instantIn(query, 'endTime'),
    counter: lengthBetween(single(query, 'counter') ?? 'WALL_TIME', 'counter', 1, 1024),
    body,
  }
}
