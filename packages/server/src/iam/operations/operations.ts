import { accessKeyHandlers } from './access-keys.ts'
import { accountReportHandlers } from './account-reports.ts'
import { attachedPolicyHandlers } from './attached-policies.ts'
import { groupHandlers } from './groups.ts'
import type { IamHandlers, IamOperationName } from './handler.ts'
import { inlinePolicyHandlers } from './inline-policies.ts'
import { loginProfileHandlers } from './login-profiles.ts'
import { managedPolicyHandlers } from './managed-policies.ts'
import { mfaDeviceHandlers } from './mfa-devices.ts'
import { oidcProviderHandlers } from './oidc-providers.ts'
import { otherCredentialHandlers } from './other-credentials.ts'
import { roleHandlers } from './roles.ts'
import { serviceLinkedRoleHandlers } from './service-linked-role.ts'
import { simulationHandlers } from './simulation.ts'
import { userHandlers } from './users.ts'

/** Every operation of IAM that `@wick/wire/query` reads and writes. */
export const iamOperations: IamHandlers<IamOperationName> = {
  ...userHandlers,
  ...groupHandlers,
  ...accessKeyHandlers,
  ...loginProfileHandlers,
  ...otherCredentialHandlers,
  ...roleHandlers,
  ...serviceLinkedRoleHandlers,
  ...inlinePolicyHandlers,
  ...managedPolicyHandlers,
  ...attachedPolicyHandlers,
  ...mfaDeviceHandlers,
  ...oidcProviderHandlers,
  ...simulationHandlers,
  ...accountReportHandlers,
}
