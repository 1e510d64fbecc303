import type { QueryService } from '../query-service.ts'
import { accessKeysOperations } from './access-keys.ts'
import { accountReportsOperations } from './account-reports.ts'
import { groupsOperations } from './groups.ts'
import { inlinePoliciesOperations } from './inline-policies.ts'
import { loginProfilesOperations } from './login-profiles.ts'
import { managedPoliciesOperations } from './managed-policies.ts'
import { mfaDevicesOperations } from './mfa-devices.ts'
import { oidcProvidersOperations } from './oidc-providers.ts'
import { otherCredentialsOperations } from './other-credentials.ts'
import { rolesOperations } from './roles.ts'
import { simulationOperations } from './simulation.ts'
import { usersOperations } from './users.ts'

const operations = {
  ...usersOperations,
  ...groupsOperations,
  ...accessKeysOperations,
  ...loginProfilesOperations,
  ...rolesOperations,
  ...inlinePoliciesOperations,
  ...managedPoliciesOperations,
  ...mfaDevicesOperations,
  ...oidcProvidersOperations,
  ...otherCredentialsOperations,
  ...simulationOperations,
  ...accountReportsOperations,
} as const

/** IAM, version 2010-05-08: the operations that administration needs. */
export const iamService = {
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations,
} as const satisfies QueryService<typeof operations>
