import { policySize } from '../../access/parse-policy.ts'
import type { Account, ManagedPolicy, PolicyVersion } from '../account.ts'
import { put, remove } from '../changes.ts'
import { newId } from '../ids.ts'
import { quotas } from '../quotas.ts'
import { found, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers, type IamInput, type IamOutput } from './handler.ts'
import { pageOf } from './paging.ts'
import { allPolicies, arnOf, getOwnPolicy, getPolicy, isOwn } from './policy-arns.ts'
import { requireIdentityPolicy } from './policy-text.ts'
import { policyUses, type Uses } from './policy-uses.ts'
import { viewTags, withoutTags, withTags } from './tags.ts'

export const managedPolicyHandlers: IamHandlers<
  | 'CreatePolicy'
  | 'GetPolicy'
  | 'ListPolicies'
  | 'DeletePolicy'
  | 'CreatePolicyVersion'
  | 'GetPolicyVersion'
  | 'ListPolicyVersions'
  | 'SetDefaultPolicyVersion'
  | 'DeletePolicyVersion'
  | 'ListPolicyTags'
  | 'TagPolicy'
  | 'UntagPolicy'
> = {
  CreatePolicy: (account, input, { now }) => {
    const { PolicyName, PolicyDocument } = input
    require(!account.policies.has(
      PolicyName.toLowerCase(),
    ), 'EntityAlreadyExists', `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`)
    requireQuota(account.policies.size + 1, quotas.policies, 'PoliciesPerAccount')
    requireDocument(PolicyDocument)
    const policy: ManagedPolicy = {
      id: newId('policy'),
      name: PolicyName,
      path: input.Path ?? '/',
      description: input.Description ?? '',
      createdAt: now,
      updatedAt: now,
      versions: [{ id: 'v1', document: PolicyDocument, createdAt: now }],
      defaultVersionId: 'v1',
      nextVersion: 2,
      tags: withTags({}, input.Tags),
    }
    return { changes: [put('policy', policy)], output: { Policy: viewPolicy(account, policy, noUses) } }
  },

  GetPolicy: (account, { PolicyArn }) => {
    const policy = getPolicy(account, PolicyArn)
    const Policy = {
      ...viewPolicy(account, policy, policyUses(account)),
      Description: policy.description === '' ? null : policy.description,
      Tags: viewTags(policy.tags),
    }
    return answer({ Policy })
  },

  ListPolicies: (account, input) => {
    const uses = policyUses(account)
    const policies = allPolicies(account).filter((policy) => isListed(account, policy, uses, input))
    const { items, page } = pageOf(
      policies,
      (policy) => `${isOwn(policy)} ${policy.name.toLowerCase()}`,
      input,
    )
    return answer({ Policies: items.map((policy) => viewPolicy(account, policy, uses)), ...page })
  },

  DeletePolicy: (account, { PolicyArn }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    const { attached, boundaries } = policyUses(account).of(PolicyArn)
    require(attached + boundaries === 0, 'DeleteConflict', 'Cannot delete a policy attached to entities.')
    require(policy.versions.length ===
      1, 'DeleteConflict', "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
    return done(remove('policy', policy))
  },

  CreatePolicyVersion: (account, { PolicyArn, PolicyDocument, SetAsDefault }, { now }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    requireDocument(PolicyDocument)
    require(policy.versions.length <
      quotas.policyVersions, 'LimitExceeded', `A managed policy can have up to ${quotas.policyVersions} versions. Before you create a new version, you must delete an existing version.`)
    const version: PolicyVersion = { id: `v${policy.nextVersion}`, document: PolicyDocument, createdAt: now }
    const next: ManagedPolicy = {
      ...policy,
      updatedAt: now,
      versions: [...policy.versions, version],
      defaultVersionId: SetAsDefault === true ? version.id : policy.defaultVersionId,
      nextVersion: policy.nextVersion + 1,
    }
    return {
      changes: [put('policy', next)],
      output: { PolicyVersion: { ...viewVersion(next, version), Document: null } },
    }
  },

  GetPolicyVersion: (account, { PolicyArn, VersionId }) => {
    const policy = getPolicy(account, PolicyArn)
    return answer({ PolicyVersion: viewVersion(policy, getVersion(policy, PolicyArn, VersionId)) })
  },

  ListPolicyVersions: (account, { PolicyArn, ...paging }) => {
    const policy = getPolicy(account, PolicyArn)
    // Newest first, as at AWS.
    const order = ({ id }: PolicyVersion): string => String(1e9 - Number(id.slice(1))).padStart(10, '0')
    const { items, page } = pageOf(policy.versions, order, paging)
    const versions = items.map((version) => ({ ...viewVersion(policy, version), Document: null }))
    return answer({ Versions: versions, ...page })
  },

  SetDefaultPolicyVersion: (account, { PolicyArn, VersionId }, { now }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    const { id } = getVersion(policy, PolicyArn, VersionId)
    return done(put('policy', { ...policy, defaultVersionId: id, updatedAt: now }))
  },

  DeletePolicyVersion: (account, { PolicyArn, VersionId }, { now }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    const { id } = getVersion(policy, PolicyArn, VersionId)
    require(id !==
      policy.defaultVersionId, 'DeleteConflict', 'Cannot delete the default version of a policy.')
    const versions = policy.versions.filter((version) => version.id !== id)
    return done(put('policy', { ...policy, versions, updatedAt: now }))
  },

  ListPolicyTags: (account, { PolicyArn, ...paging }) => {
    const { items, page } = pageOf(viewTags(getPolicy(account, PolicyArn).tags), ({ Key }) => Key, paging)
    return answer({ Tags: items, ...page })
  },

  TagPolicy: (account, { PolicyArn, Tags }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    return done(put('policy', { ...policy, tags: withTags(policy.tags, Tags) }))
  },

  UntagPolicy: (account, { PolicyArn, TagKeys }) => {
    const policy = getOwnPolicy(account, PolicyArn)
    return done(put('policy', { ...policy, tags: withoutTags(policy.tags, TagKeys) }))
  },
}

type WirePolicy = NonNullable<IamOutput<'GetPolicy'>['Policy']>
type WireVersion = NonNullable<IamOutput<'GetPolicyVersion'>['PolicyVersion']>

const noUses: Uses = { of: () => ({ attached: 0, boundaries: 0 }) }

function isListed(
  account: Account,
  policy: ManagedPolicy,
  uses: Uses,
  { Scope, OnlyAttached, PathPrefix, PolicyUsageFilter }: IamInput<'ListPolicies'>,
): boolean {
  if (Scope === 'Local' && !isOwn(policy)) return false
  if (Scope === 'AWS' && isOwn(policy)) return false
  if (!policy.path.startsWith(PathPrefix ?? '/')) return false
  const { attached, boundaries } = uses.of(arnOf(account, policy))
  if (PolicyUsageFilter === 'PermissionsPolicy') return attached > 0
  if (PolicyUsageFilter === 'PermissionsBoundary') return boundaries > 0
  return OnlyAttached !== true || attached > 0
}

/** Lists leave out descriptions and tags. */
function viewPolicy(account: Account, policy: ManagedPolicy, uses: Uses): WirePolicy {
  const arn = arnOf(account, policy)
  const { attached, boundaries } = uses.of(arn)
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  }
}

function viewVersion(
  { defaultVersionId }: ManagedPolicy,
  { id, document, createdAt }: PolicyVersion,
): WireVersion {
  return {
    Document: document,
    VersionId: id,
    IsDefaultVersion: id === defaultVersionId,
    CreateDate: createdAt,
  }
}

function getVersion({ versions }: ManagedPolicy, arn: string, id: string): PolicyVersion {
  return found(
    versions.find((version) => version.id === id),
    `Policy ${arn} version ${id} does not exist or is not attachable.`,
  )
}

/** How large it is, is told before it is read. */
function requireDocument(document: string): void {
  requireQuota(policySize(document), quotas.managedPolicySize, 'PolicySize')
  requireIdentityPolicy(document)
}
