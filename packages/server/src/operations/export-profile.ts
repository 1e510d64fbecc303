import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type ExportFormat, formatTimestamp, parseExport, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noProfile, requireGroup } from './groups.ts'
import { longestOfPaths } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

const gzipAsync = promisify(gzip)

interface FileKind {
  readonly contentType: string
  readonly extension: string
  /** Readers of the format expect gzip. */
  readonly isGzip?: boolean
}

const text = 'text/plain; charset=utf-8'
const kinds: Readonly<Record<ExportFormat, FileKind>> = {
  pprof: { contentType: 'application/octet-stream', extension: 'pb.gz', isGzip: true },
  collapsed: { contentType: text, extension: 'collapsed.txt' },
  'collapsed-by-counter': { contentType: text, extension: 'collapsed.txt' },
  speedscope: { contentType: 'application/json', extension: 'speedscope.json' },
  ion: { contentType: 'application/x-amzn-ion', extension: 'ion' },
  json: { contentType: 'application/json', extension: 'json' },
}

/** All profiles of a selection, added up, as a file of a format that other tools read. */
export async function exportProfile(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName, time, filter, format, maxDepth } = parseExport(parts)
  const { id } = await requireGroup(context, { profilingGroupName })
  const range = await selectedRange(context, id, time, longestOfPaths(filter))
  const profile =
    range === null
      ? null
      : await context.store.profile({ groupId: id, ...range, filter, maxDepth, encoding: format })
  if (profile === null) throw noProfile(profilingGroupName)
  const { contentType, extension, isGzip = false } = kinds[format]
  const instant = formatTimestamp(profile.start).replace(/[-:]|\.000/g, '')
  return {
    kind: 'file',
    contentType,
    fileName: `${profilingGroupName}-${instant}.${extension}`,
    body: isGzip ? await gzipAsync(profile.body) : profile.body,
  }
}
