import { archiveToken, formatTimestamp, parseArchive, parseGroupInput, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import { notKept } from './post-agent-profile.ts'
import { bucketOf, ceilTo, floorTo } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { wholeBuffer } from './whole-buffer.ts'

const window = 5 * 60_000
/** Each page reads its first block anew: not too small. What is held in memory at a time: not too large. */
const pageBytes = 16 * 1024 * 1024

/**
 * The next page of an archive: all agent profiles of windows that are over, one by one, or the sums that are left of them. What
 * an end of the time would cut of a sum is in it.
 */
export async function archiveProfiles(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName, start, end, after } = parseArchive(parts)
  const { now, store, scope } = context
  const { id } = await requireGroup(context, { profilingGroupName })
  // The running window is still being filled.
  const { from: running } = bucketOf(now(), window)
  const from = floorTo(Math.max(0, start ?? 0), window)
  const to = Math.min(ceilTo(end ?? running, window), running)
  const about = {
    profilingGroupName,
    region: scope.region,
    createdTime: formatTimestamp(now()),
  }
  const place = after === null ? null : placeOf(after)
  const page = await store.archive({ groupId: id, from, to, about, pageBytes, after: place })
  if (page === null) throw noSuchGroup(profilingGroupName)
  const { bytes, profiles, lost, left, next } = page
  return {
    kind: 'file',
    contentType: 'application/vnd.wick.archive',
    fileName: `${profilingGroupName}.wickarc`,
    headers: {
      'wick-profiles': String(profiles),
      'wick-profiles-lost': String(lost),
      'wick-profiles-left': String(left),
      ...(next !== null && {
        'wick-next-token': archiveToken([next.start, next.id, next.index, next.chunk]),
      }),
    },
    body: bytes,
  }
}

function placeOf([start = 0, id = 0, index = 0, chunk = 0]: readonly number[]) {
  return { start, id, index, chunk }
}

/** Keeps the profiles of one chunk of an archive. The same chunk again changes nothing, for a day. */
export async function importArchive(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName } = parseGroupInput(parts)
  const { id } = await requireGroup(context, { profilingGroupName })
  const chunk = wholeBuffer(parts.body)
  const outcome = await context.store.importChunk({ groupId: id, chunk, receivedAt: context.now() })
  if (outcome.kind !== 'imported') throw notKept(outcome, profilingGroupName)
  const { kind: _, ...counts } = outcome
  return { kind: 'json', value: counts }
}
