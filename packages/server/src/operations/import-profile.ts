import { invalid, parseImport, type RequestParts } from '@wick/wire'
import type { PostOutcome } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { isGzip } from './inflate.ts'
import { checkOutcome } from './post-agent-profile.ts'
import type { Reply } from './reply.ts'
import { wholeBuffer } from './whole-buffer.ts'

/** Keeps what is in a file, whatever its age. The same file again is counted once, for a day. */
export async function importProfile(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { body, profilingGroupName, ...input } = parseImport(parts)
  const receivedAt = context.now()
  const { id } = await requireGroup(context, { profilingGroupName })
  if (body.length === 0) throw invalid('The file is empty.')
  const plain = isGzip(body) ? await context.inflate(body) : { bytes: body, giveBack: () => {} }
  let outcome: PostOutcome
  try {
    const file = { ...input, groupId: id, receivedAt, body: wholeBuffer(plain.bytes) }
    outcome = await context.store.importFile(file)
  } finally {
    plain.giveBack()
  }
  checkOutcome(outcome, profilingGroupName)
  return { kind: 'json', value: { outcome: outcome.kind } }
}
