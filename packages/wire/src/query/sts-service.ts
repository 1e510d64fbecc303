import { operation } from './operation.ts'
import type { QueryService } from './query-service.ts'
import { integer, list, optional, string, structure, timestamp } from './shapes.ts'

const arn = string({ min: 20, max: 2048 })
const durationSeconds = integer(900, 129600)
const serialNumber = string({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' })
const tokenCode = string({ min: 6, max: 6, pattern: '[\\d]*' })
const accessKeyId = string({ min: 16, max: 128, pattern: '[\\w]*' })
const credentials = structure({
  AccessKeyId: accessKeyId,
  SecretAccessKey: string(),
  SessionToken: string(),
  Expiration: timestamp,
})
const roleSessionName = string({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' })
const policyDescriptor = structure({ arn: optional(arn) })
const policyDescriptors = list(policyDescriptor)
const unrestrictedSessionPolicyDocument = string({
  min: 1,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})
const roleDurationSeconds = integer(900, 43200)
const tagKey = string({ min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' })
const tagValue = string({ max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' })
const tag = structure({ Key: tagKey, Value: tagValue })
const tags = list(tag, 50)
const tagKeys = list(tagKey, 50)
const externalId = string({ min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' })
const sourceIdentity = string({ min: 2, max: 256, pattern: '[\\w+=,.@-]*' })
const assumedRoleId = string({ min: 2, max: 193, pattern: '[\\w+=,.@:-]*' })
const assumedRoleUser = structure({ AssumedRoleId: assumedRoleId, Arn: arn })
const nonNegativeInteger = integer(0)
const clientToken = string({ min: 4, max: 20000 })
const url = string({ min: 4, max: 2048 })
const sessionPolicyDocument = string({
  min: 1,
  max: 2048,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})
const webIdentitySubject = string({ min: 6, max: 255 })

const operations = {
  GetCallerIdentity: operation(
    {},
    { UserId: optional(string()), Account: optional(string()), Arn: optional(arn) },
  ),
  GetSessionToken: operation(
    {
      DurationSeconds: optional(durationSeconds),
      SerialNumber: optional(serialNumber),
      TokenCode: optional(tokenCode),
    },
    { Credentials: optional(credentials) },
  ),
  AssumeRole: operation(
    {
      RoleArn: arn,
      RoleSessionName: roleSessionName,
      PolicyArns: optional(policyDescriptors),
      Policy: optional(unrestrictedSessionPolicyDocument),
      DurationSeconds: optional(roleDurationSeconds),
      Tags: optional(tags),
      TransitiveTagKeys: optional(tagKeys),
      ExternalId: optional(externalId),
      SerialNumber: optional(serialNumber),
      TokenCode: optional(tokenCode),
      SourceIdentity: optional(sourceIdentity),
    },
    {
      Credentials: optional(credentials),
      AssumedRoleUser: optional(assumedRoleUser),
      PackedPolicySize: optional(nonNegativeInteger),
      SourceIdentity: optional(sourceIdentity),
    },
  ),
  AssumeRoleWithWebIdentity: operation(
    {
      RoleArn: arn,
      RoleSessionName: roleSessionName,
      WebIdentityToken: clientToken,
      ProviderId: optional(url),
      PolicyArns: optional(policyDescriptors),
      Policy: optional(sessionPolicyDocument),
      DurationSeconds: optional(roleDurationSeconds),
    },
    {
      Credentials: optional(credentials),
      SubjectFromWebIdentityToken: optional(webIdentitySubject),
      AssumedRoleUser: optional(assumedRoleUser),
      PackedPolicySize: optional(nonNegativeInteger),
      Provider: optional(string()),
      Audience: optional(string()),
      SourceIdentity: optional(sourceIdentity),
    },
  ),
} as const

/** STS, version 2011-06-15. */
export const stsService = {
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations,
} as const satisfies QueryService<typeof operations>
