import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { ApiError, type CreateProfilingGroupInput } from '@wick/wire'
import { dataKeyPurpose } from '../identity/administrator.ts'
import type { Answer, Call, Context } from './context.ts'
import { describe } from './describe.ts'

export async function createProfilingGroup(
  context: Context,
  { input, scope }: Call<CreateProfilingGroupInput>,
): Promise<Answer> {
  const id = randomUUID()
  const dataKey = new Uint8Array(randomBytes(32))
  const outcome = await context.catalog.createGroup({
    ...scope,
    id,
    name: input.profilingGroupName,
    computePlatform: input.computePlatform,
    profilingEnabled: input.profilingEnabled,
    tags: input.tags,
    sealedDataKey: context.sealer.seal(dataKeyPurpose(id), dataKey),
    clientToken: input.clientToken,
    inputHash: hashOf(input),
    now: context.now(),
    maxGroups: context.config.maxProfilingGroups,
  })
  context.groups.forgetAll()
  switch (outcome.kind) {
    case 'created':
      await context.store.addGroup({ id, dataKey })
      return { kind: 'json', value: await describe(context, outcome.group) }
    case 'repeated':
      return { kind: 'json', value: await describe(context, outcome.group) }
    case 'name-taken':
      throw new ApiError(
        'ConflictException',
        `There is a profiling group '${input.profilingGroupName}' already.`,
      )
    case 'token-reused':
      throw new ApiError('ConflictException', 'The clientToken was used before with other parameters.')
    case 'quota':
      throw new ApiError(
        'ServiceQuotaExceededException',
        `There are ${context.config.maxProfilingGroups} profiling groups, which is the limit (maxProfilingGroups).`,
      )
  }
}

/** What makes two requests with one clientToken the same. */
function hashOf({
  profilingGroupName,
  computePlatform,
  profilingEnabled,
  tags,
}: CreateProfilingGroupInput): string {
  const sortedTags = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([profilingGroupName, computePlatform, profilingEnabled, sortedTags])
  return createHash('sha256').update(text).digest('hex')
}
