/** A user for one purpose on one group, made in one step: as `wick iam create-agent` and `create-viewer` make them. */
import { profilingGroupArn } from '@wick/wire/arn'
import { agentActions, leastPolicy, viewerActions } from '@wick/wire/least-policy'
import { iam } from '../api/iam.ts'

export type Purpose = 'agent' | 'viewer'

export interface NewKey {
  readonly userName: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The group's account and region, and its name. */
export interface GroupAddress {
  readonly accountId: string
  readonly region: string
  readonly name: string
}

export const actionsOf: Readonly<Record<Purpose, readonly string[]>> = {
  agent: agentActions,
  viewer: viewerActions,
}

/** All of it, or nothing. @throws ApiFailure */
export async function makeIdentity(purpose: Purpose, userName: string, group: GroupAddress): Promise<NewKey> {
  const UserName = userName
  await iam('CreateUser', { UserName })
  try {
    const PolicyDocument = leastPolicy(actionsOf[purpose], profilingGroupArn(group))
    await iam('PutUserPolicy', { UserName, PolicyName: purpose, PolicyDocument })
    return await makeKey(userName)
  } catch (error) {
    await iam('DeleteUserPolicy', { UserName, PolicyName: purpose }).catch(() => {})
    await iam('DeleteUser', { UserName }).catch(() => {})
    throw error
  }
}

export async function makeKey(userName: string): Promise<NewKey> {
  const { AccessKey } = await iam('CreateAccessKey', { UserName: userName })
  return { userName, accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
}
