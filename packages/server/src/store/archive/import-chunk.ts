import type { ChunkOutcome, ImportChunk, PostOutcome, ProfilePost } from '../../storage/ports.ts'
import { breather } from '../breather.ts'
import { digestOf } from '../profile-body.ts'
import { ArchiveError, type ArchiveRecord, decodeChunk, decodeRecords } from './archive-format.ts'

/** Posts that are on their way at one time: they share a sync. */
const atOnce = 64
const maxMessages = 5

/** Posts every record of a chunk, each under a token of its own, so that a chunk can be sent again. */
export async function importChunk(
  { groupId, chunk, receivedAt }: ImportChunk,
  post: (post: ProfilePost) => Promise<PostOutcome>,
): Promise<ChunkOutcome> {
  let records: Iterable<ArchiveRecord>
  try {
    const { kind, content } = await decodeChunk(chunk)
    records = kind === 'records' ? decodeRecords(content) : []
  } catch (error) {
    if (error instanceof ArchiveError) return { kind: 'refused', message: error.message }
    throw error
  }
  const counts = { stored: 0, repeated: 0, refused: 0 }
  const messages = new Set<string>()
  const breathe = breather()
  for (const batch of batches(records)) {
    const posted: Promise<PostOutcome>[] = []
    for (const { kind, id, receivedAt: reportedAt, body, callgraph } of batch) {
      const token = `import ${Buffer.from(id).toString('hex')}`
      const bodySha256 = digestOf({ body, callgraph })
      const source = kind === 'sum' ? 'sum' : 'import'
      const one = post({ groupId, token, body, callgraph, bodySha256, receivedAt, reportedAt, source })
      // Looked at below: until then a rejection must not count as seen by nobody.
      one.catch(() => {})
      posted.push(one)
      await breathe()
    }
    for (const outcome of await Promise.all(posted)) {
      if (outcome.kind === 'unavailable' || outcome.kind === 'unknown-group') return outcome
      counts[outcome.kind]++
      if (outcome.kind === 'refused' && messages.size < maxMessages) messages.add(outcome.message)
    }
  }
  return { kind: 'imported', ...counts, messages: [...messages] }
}

function* batches<T>(items: Iterable<T>): Generator<T[], void, undefined> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < atOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
