import { ApiError, invalid, type PostAgentProfileInput } from '@wick/wire'
import type { PostOutcome, ProfilePost } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import { isGzip } from './inflate.ts'
import { wholeBuffer } from './whole-buffer.ts'

/** Keeps one agent's profile of one cycle. Returns once it is durable, or was before under the same token. */
export async function postAgentProfile(
  context: OperationContext,
  input: PostAgentProfileInput,
): Promise<void> {
  const { metrics, now, bodySha256 } = context
  const receivedAt = now()
  const { id } = await requireGroup(context, input)
  metrics.bodyBytes('wire', input.body.length)
  // Gzip is also taken where the header does not say so: no other accepted form begins like it.
  if (input.contentEncoding === 'identity' && !isGzip(input.body)) {
    return post(context, input, { groupId: id, body: input.body, bodySha256, receivedAt })
  }
  const { bytes, giveBack } = await context.inflate(input.body)
  try {
    await post(context, input, { groupId: id, body: bytes, bodySha256: null, receivedAt })
  } finally {
    giveBack()
  }
}

async function post(
  { store, metrics }: OperationContext,
  { profileToken, profilingGroupName }: PostAgentProfileInput,
  profile: Omit<ProfilePost, 'token'>,
): Promise<void> {
  metrics.bodyBytes('inflated', profile.body.length)
  const outcome = await store.post({ ...profile, token: profileToken, body: wholeBuffer(profile.body) })
  metrics.posted(outcome.kind)
  checkOutcome(outcome, profilingGroupName)
}

/** @throws ApiError where nothing is stored */
export function checkOutcome(outcome: PostOutcome, groupName: string): void {
  if (outcome.kind !== 'stored' && outcome.kind !== 'repeated') throw notKept(outcome, groupName)
}

/** What the caller is told of a post that came to nothing. */
export function notKept(
  outcome: Exclude<PostOutcome, { readonly kind: 'stored' | 'repeated' }>,
  groupName: string,
): ApiError {
  switch (outcome.kind) {
    case 'refused':
      return invalid(outcome.message)
    case 'unavailable':
      return new ApiError('ServiceUnavailableException', outcome.message)
    case 'unknown-group':
      return noSuchGroup(groupName)
  }
}
