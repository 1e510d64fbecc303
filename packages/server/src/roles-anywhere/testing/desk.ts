/** An account that administration works on, one operation after another. */
import type { CreateProfileInput, CreateTrustAnchorInput } from '@wick/wire/anywhere'
import { type Account, emptyAccount } from '../../iam/account.ts'
import { apply, put } from '../../iam/changes.ts'
import { testRole } from '../../iam/testing/identities.ts'
import type { Changed, Desk } from '../administration.ts'

export const accountId = '123456789012'
const region = 'eu-west-1'
export const roleArn = `arn:aws:iam::${accountId}:role/agents`
export const role = testRole('agents')

export interface TestDesk {
  now: number
  account: Account
  readonly desk: Desk
  /** Applies what changes, and gives the output. */
  take<T>(changed: Changed<T>): T
}

export function testDesk(now: number): TestDesk {
  const test: TestDesk = {
    now,
    account: apply(emptyAccount(accountId), [put('role', role)], 1),
    get desk() {
      return { account: test.account, region, now: test.now }
    },
    take: ({ changes, output }) => {
      test.account = apply(test.account, changes, test.account.revision + 1)
      return output
    },
  }
  return test
}

export const anchorInput = (certificates: string): CreateTrustAnchorInput => ({
  name: 'Our CA',
  certificates,
  enabled: true,
  tags: {},
})

export const profileInput = (changes: Partial<CreateProfileInput> = {}): CreateProfileInput => ({
  name: 'agents',
  roleArns: [roleArn],
  managedPolicyArns: [],
  sessionPolicy: null,
  durationSeconds: 3600,
  requireInstanceProperties: false,
  acceptRoleSessionName: false,
  enabled: true,
  tags: {},
  ...changes,
})
