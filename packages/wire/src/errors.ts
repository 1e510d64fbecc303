/**
 * Every error a caller can get, with its HTTP status. Thrown where it is found, mapped to a response in one place.
 * Names and statuses: the service model, and AWS's common errors for the ones about identity.
 */
const statuses = {
  AccessDeniedException: 403,
  ConflictException: 409,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InternalServerException: 500,
  InvalidEventCategoryException: 400,
  InvalidLookupAttributesException: 400,
  InvalidMaxResultsException: 400,
  InvalidNextTokenException: 400,
  InvalidSignatureException: 403,
  InvalidTimeRangeException: 400,
  MissingAuthenticationTokenException: 403,
  NotImplementedException: 501,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceQuotaExceededException: 402,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
} as const

export type ApiErrorName = keyof typeof statuses

/** An answer other than success. `message` is for the caller: it names what is wrong and nothing about the inside. */
export class ApiError extends Error {
  readonly code: ApiErrorName
  readonly status: number

  constructor(code: ApiErrorName, message: string) {
    super(message)
    this.name = code
    this.code = code
    this.status = statuses[code]
  }
}

/** The commonest one: a parameter that cannot be accepted. */
export function invalid(message: string): ApiError {
  return new ApiError('ValidationException', message)
}
