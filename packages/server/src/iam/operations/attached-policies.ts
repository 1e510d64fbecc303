import { QueryError } from '@wick/wire/query'
import type { Account } from '../account.ts'
import { quotas } from '../quotas.ts'
import { requireQuota } from './find.ts'
import { answer, done, type IamHandlers, type IamInput, type Outcome } from './handler.ts'
import { pageOf } from './paging.ts'
import { getAttachablePolicy, getPolicy, nameInArn, pathInArn } from './policy-arns.ts'
import { groupKind, type Holder, type HolderKind, roleKind, userKind } from './policy-holders.ts'

export const attachedPolicyHandlers: IamHandlers<
  | 'AttachUserPolicy'
  | 'DetachUserPolicy'
  | 'ListAttachedUserPolicies'
  | 'AttachGroupPolicy'
  | 'DetachGroupPolicy'
  | 'ListAttachedGroupPolicies'
  | 'AttachRolePolicy'
  | 'DetachRolePolicy'
  | 'ListAttachedRolePolicies'
  | 'ListEntitiesForPolicy'
> = {
  AttachUserPolicy: (account, input) => attach(account, userKind, input.UserName, input.PolicyArn),
  DetachUserPolicy: (account, input) => detach(account, userKind, input.UserName, input.PolicyArn),
  ListAttachedUserPolicies: (account, input) => list(account, userKind, input.UserName, input),

  AttachGroupPolicy: (account, input) => attach(account, groupKind, input.GroupName, input.PolicyArn),
  DetachGroupPolicy: (account, input) => detach(account, groupKind, input.GroupName, input.PolicyArn),
  ListAttachedGroupPolicies: (account, input) => list(account, groupKind, input.GroupName, input),

  AttachRolePolicy: (account, input) => attach(account, roleKind, input.RoleName, input.PolicyArn),
  DetachRolePolicy: (account, input) => detach(account, roleKind, input.RoleName, input.PolicyArn),
  ListAttachedRolePolicies: (account, input) => list(account, roleKind, input.RoleName, input),

  /** One list of all kinds, so that one marker leads through it. */
  ListEntitiesForPolicy: (account, input) => {
    getPolicy(account, input.PolicyArn)
    const entities = [
      ...entitiesOf('Group', account.groups, input),
      ...entitiesOf('Role', account.roles, input),
      ...entitiesOf('User', account.users, input),
    ]
    const { items, page } = pageOf(
      entities,
      ({ kind, entity }) => `${kind} ${entity.name.toLowerCase()}`,
      input,
    )
    const ofKind = (kind: EntityKind): Holder[] =>
      items.filter((item) => item.kind === kind).map(({ entity }) => entity)
    return answer({
      PolicyGroups: ofKind('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: ofKind('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: ofKind('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    })
  },
}

type EntityKind = 'User' | 'Group' | 'Role'

function entitiesOf(
  kind: EntityKind,
  entities: ReadonlyMap<string, Holder>,
  { PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter }: IamInput<'ListEntitiesForPolicy'>,
): { readonly kind: EntityKind; readonly entity: Holder }[] {
  if (EntityFilter !== null && EntityFilter !== kind) return []
  return entities
    .values()
    .filter((entity) => entity.path.startsWith(PathPrefix ?? '/'))
    .filter((entity) => {
      const isBounded = 'permissionsBoundary' in entity && entity.permissionsBoundary === PolicyArn
      const isAttached = entity.attachedPolicies.includes(PolicyArn)
      if (PolicyUsageFilter === 'PermissionsBoundary') return isBounded
      return isAttached || (PolicyUsageFilter === null && isBounded)
    })
    .map((entity) => ({ kind, entity }))
    .toArray()
}

function attach<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  arn: string,
): Outcome<null> {
  const holder = kind.getModifiable(account, name)
  getAttachablePolicy(account, arn)
  if (holder.attachedPolicies.includes(arn)) return done()
  const attachedPolicies = [...holder.attachedPolicies, arn]
  requireQuota(
    attachedPolicies.length,
    quotas.attachedPolicies,
    `PoliciesPer${kind.word[0]!.toUpperCase()}${kind.word.slice(1)}`,
  )
  return done(kind.put({ ...holder, attachedPolicies }))
}

function detach<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  arn: string,
): Outcome<null> {
  const holder = kind.getModifiable(account, name)
  if (!holder.attachedPolicies.includes(arn))
    throw new QueryError('NoSuchEntity', `Policy ${arn} was not found.`)
  const attachedPolicies = holder.attachedPolicies.filter((attached) => attached !== arn)
  return done(kind.put({ ...holder, attachedPolicies }))
}

interface AttachedPage {
  readonly AttachedPolicies: readonly { readonly PolicyName: string; readonly PolicyArn: string }[]
  readonly IsTruncated: boolean
  readonly Marker: string | null
}

function list<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  { PathPrefix, ...paging }: Pick<IamInput<'ListAttachedUserPolicies'>, 'PathPrefix' | 'Marker' | 'MaxItems'>,
): Outcome<AttachedPage> {
  const arns = kind
    .get(account, name)
    .attachedPolicies.filter((arn) => pathInArn(arn).startsWith(PathPrefix ?? '/'))
  // ARNs may be longer than markers: names tell them apart but for a policy of ours beside one that ships with Wick.
  const { items, page } = pageOf(arns, (arn) => `${nameInArn(arn)} ${arn.includes('::aws:')}`, paging)
  return answer({
    AttachedPolicies: items.map((arn) => ({ PolicyName: nameInArn(arn), PolicyArn: arn })),
    ...page,
  })
}
