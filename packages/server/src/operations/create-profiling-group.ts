import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { ApiError, type CreateProfilingGroupInput, type ProfilingGroupDescription } from '@wick/wire'
import { dataKeyPurpose } from '../identity/secret-purpose.ts'
import type { CreateGroupOutcome, GroupRecord } from '../storage/catalog.ts'
import type { OperationContext } from './context.ts'
import { describe } from './groups.ts'

const dataKeyBytes = 32

/**
 * Makes a group with a data key of its own. The same clientToken with the same input within a day is the same call:
 * it answers with the group it made.
 */
export async function createProfilingGroup(
  context: OperationContext,
  input: CreateProfilingGroupInput,
): Promise<ProfilingGroupDescription> {
  const { catalog, config, sealer, store, scope } = context
  const { profilingGroupName: name, computePlatform, profilingEnabled, tags, clientToken } = input
  const id = randomUUID()
  const outcome = await catalog.createGroup({
    ...scope,
    id,
    name,
    computePlatform,
    profilingEnabled,
    tags,
    sealedDataKey: sealer.seal(dataKeyPurpose(id), randomBytes(dataKeyBytes)),
    clientToken,
    inputHash: hashOf(input),
    now: context.now(),
    maxGroups: config.maxProfilingGroups,
  })
  const group = madeGroup(outcome, name, config.maxProfilingGroups)
  // Also for a repeated call: the first one may have been cut off between catalog and store.
  await store.addGroup({ id: group.id, dataKey: sealer.open(dataKeyPurpose(group.id), group.sealedDataKey) })
  return describe(context, group)
}

function madeGroup(outcome: CreateGroupOutcome, name: string, maxGroups: number): GroupRecord {
  switch (outcome.kind) {
    case 'created':
    case 'repeated':
      return outcome.group
    case 'name-taken':
      throw new ApiError('ConflictException', `A profiling group named '${name}' already exists.`)
    case 'token-reused':
      throw new ApiError(
        'ConflictException',
        'The clientToken was used before with other parameters: use a new token for each new group.',
      )
    case 'quota':
      throw new ApiError(
        'ServiceQuotaExceededException',
        `The account has ${maxGroups} profiling groups in this region, the most that are allowed.`,
      )
  }
}

/** Everything of the input but its token, in a fixed order. */
function hashOf(input: CreateProfilingGroupInput): string {
  const tags = Object.entries(input.tags).sort(([a], [b]) => (a < b ? -1 : 1))
  const parts = [input.profilingGroupName, input.computePlatform, input.profilingEnabled, tags]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
