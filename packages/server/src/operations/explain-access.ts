import { ApiError, parseExplainAccess, parseProfilingGroupArn, type RequestParts } from '@wick/wire'
import { QueryError } from '@wick/wire/query'
import type { Account } from '../iam/account.ts'
import { type Simulation, type Source, simulate, sourceByArn } from '../iam/simulate.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { OperationContext } from './context.ts'
import { effectivePolicyOf } from './effective-policy.ts'
import type { Reply } from './reply.ts'

/**
 * Whether somebody could do something, and why: with the policies that they have, and of a profiling group its own policy
 * and tags. What SimulatePrincipalPolicy does not tell are the statements that almost matched.
 */
export async function explainAccess(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const input = parseExplainAccess(parts)
  const source = findSource(accountOf(context), input.principalArn)
  const { decision } = simulate(
    simulationOf(context, source, input.context, await groupOf(context, input.resource)),
    input.action,
    input.resource,
  )
  const { principalArn, action, resource } = input
  const asked = { principalArn, action, resource }
  const value =
    decision.kind === 'allow'
      ? { ...asked, decision: 'allowed', matched: decision.matched, missed: [] }
      : {
          ...asked,
          decision: decision.isExplicit ? 'explicitDeny' : 'implicitDeny',
          layer: decision.layer,
          message: decision.message,
          matched: decision.matched,
          missed: decision.missed,
        }
  return { kind: 'json', value }
}

function accountOf({ accounts, principal }: OperationContext): Account {
  const account = accounts.find(principal.accountId)
  if (account === null) throw new Error(`the account ${principal.accountId} is gone`)
  return account
}

function findSource(account: Account, arn: string): Source {
  try {
    return sourceByArn(account, arn)
  } catch (error) {
    if (error instanceof QueryError) throw new ApiError('ResourceNotFoundException', error.message)
    throw error
  }
}

async function groupOf(
  { catalog, principal }: OperationContext,
  resource: string,
): Promise<GroupRecord | null> {
  const address = parseProfilingGroupArn(resource)
  if (address === null || address.accountId !== principal.accountId) return null
  return catalog.findGroup(address, address.name)
}

function simulationOf(
  { now, config, principal }: OperationContext,
  { principal: asking, policies, boundary, context }: Source,
  given: Readonly<Record<string, string>>,
  group: GroupRecord | null,
): Simulation {
  const resourcePolicy = group === null ? null : effectivePolicyOf(group)
  return {
    principal: asking,
    policies,
    boundary,
    resourcePolicy: resourcePolicy === null ? null : { ...resourcePolicy, source: 'resource' },
    resourceAccountId: principal.accountId,
    context: new Map([
      ['aws:currenttime', new Date(now()).toISOString()],
      ['aws:epochtime', String(Math.floor(now() / 1000))],
      ['aws:securetransport', 'true'],
      ['aws:requestedregion', config.region],
      ['aws:resourceaccount', principal.accountId],
      ...context,
      ...Object.entries(group?.tags ?? {}).map(([key, value]) => pair(`aws:resourcetag/${key}`, value)),
      ...Object.entries(given).map(([key, value]) => pair(key, value)),
    ]),
  }
}

function pair(key: string, value: string): readonly [string, string] {
  return [key.toLowerCase(), value]
}
