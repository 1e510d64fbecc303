import { encoded, integer, oneOf, string } from '../shapes.ts'

/** IAM's simple values, with the constraints of its service model. */

export const password = string({
  min: 1,
  max: 128,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})
export const path = string({ min: 1, max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' })
export const userName = string({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' })
export const arn = string({ min: 20, max: 2048 })
export const tagKey = string({ min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' })
export const tagValue = string({ max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' })
export const id = string({ min: 16, max: 128, pattern: '[\\w]+' })
export const boundaryType = oneOf('PermissionsBoundaryPolicy')
export const existingUserName = string({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' })
export const pathPrefix = string({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' })
export const marker = string({ min: 1, max: 320, pattern: '[\\u0020-\\u00FF]+' })
export const maxItems = integer(1, 1000)
export const groupName = string({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' })
export const accessKeyId = string({ min: 16, max: 128, pattern: '[\\w]+' })
export const status = oneOf('Active', 'Inactive', 'Expired')
export const roleName = string({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' })
export const policyDocument = encoded(
  string({
    min: 1,
    max: 131072,
    pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
  }),
)
export const roleDescription = string({
  max: 1000,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
})
export const maxSessionSeconds = integer(3600, 43200)
export const customSuffix = string({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' })
export const deletionTaskId = string({ min: 1, max: 1000 })
export const deletionTaskStatus = oneOf('SUCCEEDED', 'IN_PROGRESS', 'FAILED', 'NOT_STARTED')
export const reason = string({ max: 1000 })
export const regionName = string({ min: 1, max: 100 })
export const policyName = string({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' })
export const policyPath = string({ min: 1, max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' })
export const policyDescription = string({ max: 1000 })
export const policyVersionId = string({ pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' })
export const policyScope = oneOf('All', 'AWS', 'Local')
export const policyUsage = oneOf('PermissionsPolicy', 'PermissionsBoundary')
export const entityType = oneOf('User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy')
export const virtualMfaDeviceName = string({ min: 1, pattern: '[\\w+=,.@-]+' })
export const serialNumber = string({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' })
export const authenticationCode = string({ min: 6, max: 6, pattern: '[\\d]+' })
export const assignmentStatus = oneOf('Assigned', 'Unassigned', 'Any')
export const actionName = string({ min: 3, max: 128 })
export const resourceName = string({ min: 1, max: 2048 })
export const contextKeyName = string({ min: 5, max: 256 })
export const contextKeyType = oneOf(
  'string',
  'stringList',
  'numeric',
  'numericList',
  'boolean',
  'booleanList',
  'ip',
  'ipList',
  'binary',
  'binaryList',
  'date',
  'dateList',
)
export const resourceHandling = string({ min: 1, max: 64 })
export const decision = oneOf('allowed', 'explicitDeny', 'implicitDeny')
export const policySource = oneOf('user', 'group', 'role', 'aws-managed', 'user-managed', 'resource', 'none')
