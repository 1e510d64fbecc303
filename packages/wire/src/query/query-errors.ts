/**
 * Every error of the query protocol's services (IAM, STS, CloudWatch), with its HTTP status. Their names are a family of their
 * own: SDKs branch on them, so they are never mixed with those of the JSON services (`errors.ts`).
 */
const statuses = {
  // What any call may get.
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  MalformedQueryString: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  RequestExpired: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
  // IAM's.
  ConcurrentModification: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  InvalidAuthenticationCode: 403,
  InvalidInput: 400,
  InvalidUserType: 400,
  LimitExceeded: 409,
  MalformedPolicyDocument: 400,
  NoSuchEntity: 404,
  PasswordPolicyViolation: 400,
  PolicyEvaluation: 500,
  PolicyNotAttachable: 400,
  NotSupportedService: 404,
  UnmodifiableEntity: 400,
  // STS's.
  ExpiredTokenException: 400,
  IDPCommunicationError: 400,
  IDPRejectedClaim: 403,
  InvalidIdentityToken: 400,
  PackedPolicyTooLarge: 400,
  RegionDisabledException: 403,
  // CloudWatch's.
  InvalidFormat: 400,
  InvalidNextToken: 400,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MissingParameter: 400,
  ResourceNotFound: 404,
  ResourceNotFoundException: 404,
} as const

export type QueryErrorCode = keyof typeof statuses

/** An answer other than success. `message` is for the caller: it names what is wrong and nothing about the inside. */
export class QueryError extends Error {
  readonly code: QueryErrorCode
  readonly status: number

  constructor(code: QueryErrorCode, message: string) {
    super(message)
    this.name = code
    this.code = code
    this.status = statuses[code]
  }
}
