/** What users, groups and roles have in common: they hold policies, and IAM's names for that differ in one word. */
import { type IamAction, type IamInput, type IamOutput, iam, iamList } from '../api/iam.ts'

export interface Identity {
  readonly kind: 'User' | 'Group' | 'Role'
  readonly name: string
}

/** In a sentence: `the user group`. */
export const words: Readonly<Record<Identity['kind'], string>> = {
  User: 'user',
  Group: 'user group',
  Role: 'role',
}

/** Where they have their pages. */
export const sections = { User: 'users', Group: 'groups', Role: 'roles' } as const

export interface AttachedPolicy {
  readonly name: string
  readonly arn: string
}

/** `UserName=…` */
function named({ kind, name }: Identity): object {
  return { [`${kind}Name`]: name }
}

/** @param action with `User` in place of the kind; operations of all three differ in nothing else */
function ask<A extends IamAction>(
  action: A,
  identity: Identity,
  input: object = {},
  signal?: AbortSignal,
): Promise<IamOutput<A>> {
  const own = action.replace('User', identity.kind) as A
  return iam(own, { ...named(identity), ...input } as IamInput<A>, signal)
}

export function listAttached(identity: Identity, signal?: AbortSignal): Promise<AttachedPolicy[]> {
  const action = `ListAttached${identity.kind}Policies` as 'ListAttachedUserPolicies'
  return iamList(
    action,
    named(identity) as IamInput<typeof action>,
    (page) =>
      page.AttachedPolicies?.map(({ PolicyName, PolicyArn }) => ({
        name: PolicyName ?? '',
        arn: PolicyArn ?? '',
      })),
    signal,
  )
}

/** Names of inline policies. */
export function listInline(identity: Identity, signal?: AbortSignal): Promise<string[]> {
  const action = `List${identity.kind}Policies` as 'ListUserPolicies'
  return iamList(action, named(identity) as IamInput<typeof action>, (page) => page.PolicyNames, signal)
}

/** @returns its document */
export async function getInline(identity: Identity, policy: string, signal?: AbortSignal): Promise<string> {
  return (await ask('GetUserPolicy', identity, { PolicyName: policy }, signal)).PolicyDocument
}

export async function putInline(identity: Identity, policy: string, document: string): Promise<void> {
  await ask('PutUserPolicy', identity, { PolicyName: policy, PolicyDocument: document })
}

export async function deleteInline(identity: Identity, policy: string): Promise<void> {
  await ask('DeleteUserPolicy', identity, { PolicyName: policy })
}

export async function attach(identity: Identity, arn: string): Promise<void> {
  await ask('AttachUserPolicy', identity, { PolicyArn: arn })
}

export async function detach(identity: Identity, arn: string): Promise<void> {
  await ask('DetachUserPolicy', identity, { PolicyArn: arn })
}

/** @param arn of a managed policy; null for none. Groups have no boundary. */
export async function setBoundary(identity: Identity, arn: string | null): Promise<void> {
  if (arn === null) await ask('DeleteUserPermissionsBoundary', identity)
  else await ask('PutUserPermissionsBoundary', identity, { PermissionsBoundary: arn })
}

/** IAM deletes nothing that still holds something: so what it holds goes first. */
export async function deleteIdentity(identity: Identity): Promise<void> {
  for (const { arn } of await listAttached(identity)) await detach(identity, arn)
  for (const policy of await listInline(identity)) await deleteInline(identity, policy)
  if (identity.kind === 'User') await leaveNothing(identity.name)
  if (identity.kind === 'Group') await emptyGroup(identity.name)
  await ask('DeleteUser', identity)
}

async function leaveNothing(UserName: string): Promise<void> {
  const keys = await iamList('ListAccessKeys', { UserName }, (page) => page.AccessKeyMetadata)
  for (const { AccessKeyId } of keys) await iam('DeleteAccessKey', { UserName, AccessKeyId: AccessKeyId! })
  const groups = await iamList('ListGroupsForUser', { UserName }, (page) => page.Groups)
  for (const { GroupName } of groups) await iam('RemoveUserFromGroup', { UserName, GroupName })
  const devices = await iamList('ListMFADevices', { UserName }, (page) => page.MFADevices)
  for (const { SerialNumber } of devices) await removeDevice(UserName, SerialNumber)
  await iam('DeleteLoginProfile', { UserName }).catch(unlessNone)
}

/** Passkeys stand among MFA devices, with ARNs of their own kind. */
export function isPasskey(serialNumber: string): boolean {
  return serialNumber.includes(':u2f/')
}

export async function removeDevice(UserName: string, SerialNumber: string): Promise<void> {
  await iam('DeactivateMFADevice', { UserName, SerialNumber })
  // A passkey is gone with that.
  if (!isPasskey(SerialNumber)) await iam('DeleteVirtualMFADevice', { SerialNumber })
}

async function emptyGroup(GroupName: string): Promise<void> {
  const members = await iamList('GetGroup', { GroupName }, (page) => page.Users)
  for (const { UserName } of members) await iam('RemoveUserFromGroup', { UserName, GroupName })
}

function unlessNone(error: unknown): null {
  if ((error as { code?: unknown }).code === 'NoSuchEntity') return null
  throw error
}

/** What is there, or null. */
export function orNone<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch(unlessNone)
}
