import { createHash } from 'node:crypto'
import { QueryError } from '@wick/wire/query'
import { type BuiltInPolicy, builtInPolicies } from '../../access/built-in-policies.ts'
import type { Account, ManagedPolicy } from '../account.ts'
import { policyArn } from '../arns.ts'
import { found } from './find.ts'

/** Managed policies by their ARNs: the account's own, and those that ship with Wick. */

/** Null where there is none. */
export function findPolicy(account: Account, arn: string): ManagedPolicy | null {
  const builtIn = shipped.get(arn)
  if (builtIn !== undefined) return builtIn
  const own = account.policies.get(nameInArn(arn).toLowerCase())
  return own !== undefined && policyArn(account.id, own) === arn ? own : null
}

/** ARN → policy. */
const shipped: ReadonlyMap<string, ManagedPolicy> = new Map(
  builtInPolicies.map((policy) => [policy.arn, asManagedPolicy(policy)]),
)

const shippedOnes: ReadonlySet<ManagedPolicy> = new Set(shipped.values())

function asManagedPolicy(policy: BuiltInPolicy): ManagedPolicy {
  const { name, path, description, versionId, createdAt, updatedAt, document } = policy
  return {
    id: `ANPA${createHash('sha256').update(policy.arn).digest('hex').slice(0, 17).toUpperCase()}`,
    ...{ name, path, description, createdAt, updatedAt },
    versions: [{ id: versionId, document, createdAt: updatedAt }],
    defaultVersionId: versionId,
    nextVersion: Number(versionId.slice(1)) + 1,
    tags: {},
  }
}

/** Whether it can be attached by hand: what only a service-linked role may have cannot. */
function isAttachable({ path }: ManagedPolicy): boolean {
  return path !== servicePath
}

const servicePath = '/aws-service-role/'

/** @throws QueryError NoSuchEntity */
export function getPolicy(account: Account, arn: string): ManagedPolicy {
  return found(findPolicy(account, arn), `Policy ${arn} was not found.`)
}

/** One that may be changed. @throws QueryError NoSuchEntity, InvalidInput */
export function getOwnPolicy(account: Account, arn: string): ManagedPolicy {
  const policy = getPolicy(account, arn)
  if (!isOwn(policy))
    throw new QueryError('InvalidInput', `The policy ${arn} ships with Wick and cannot be changed.`)
  return policy
}

/** @throws QueryError NoSuchEntity, PolicyNotAttachable */
export function getAttachablePolicy(account: Account, arn: string): ManagedPolicy {
  const policy = found(findPolicy(account, arn), `Policy ${arn} does not exist or is not attachable.`)
  if (!isAttachable(policy))
    throw new QueryError('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.')
  return policy
}

/** The ARN of a boundary as it is kept. @throws QueryError NoSuchEntity, PolicyNotAttachable */
export function requireBoundary<A extends string | null>(account: Account, arn: A): A {
  if (arn !== null) getAttachablePolicy(account, arn)
  return arn
}

export function allPolicies(account: Account): readonly ManagedPolicy[] {
  return [...shipped.values(), ...account.policies.values()]
}

export function isOwn(policy: ManagedPolicy): boolean {
  return !shippedOnes.has(policy)
}

export function arnOf(account: Account, policy: ManagedPolicy): string {
  return policyArn(isOwn(policy) ? account.id : 'aws', policy)
}

export function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** `arn:aws:iam::123456789012:policy/team/name` → `/team/` */
export function pathInArn(arn: string): string {
  const resource = arn.slice(arn.lastIndexOf(':') + 1)
  return resource.slice(resource.indexOf('/'), resource.lastIndexOf('/') + 1)
}
