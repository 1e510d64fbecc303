import { createHash } from 'node:crypto'
import { ApiError, invalid, type PostAgentProfileInput } from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'
import { inflate } from './inflate.ts'

/** Answers 204 only once the profile is durable, or was before under the same token. */
export async function postAgentProfile(
  context: Context,
  { input, scope, bodySha256 }: Call<PostAgentProfileInput>,
): Promise<Answer> {
  const group = await context.groups.get(scope, input.profilingGroupName)
  context.metrics.profileBytes.inc(input.body.length)
  const isPlain = input.contentEncoding === 'identity'
  const body = isPlain ? input.body : await inflate(input.body, context.config.maxInflatedBytes)
  const outcome = await context.store.post({
    groupId: group.id,
    token: input.profileToken,
    body,
    bodySha256: isPlain ? bodySha256 : createHash('sha256').update(body).digest(),
    receivedAt: context.now(),
  })
  context.metrics.profiles.inc({ outcome: outcome.kind })
  switch (outcome.kind) {
    case 'stored':
    case 'repeated':
      return { kind: 'empty' }
    case 'refused':
      throw invalid(outcome.message)
    case 'unavailable':
      throw new ApiError(
        'ServiceUnavailableException',
        `${outcome.message} Nothing of it was kept; try again.`,
      )
    case 'unknown-group':
      throw new ApiError('ResourceNotFoundException', `The profiling group '${group.name}' was just deleted.`)
  }
}
