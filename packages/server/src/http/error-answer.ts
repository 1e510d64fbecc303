import { ApiError, invalid } from '@wick/wire'
import { QueryError } from '@wick/wire/query'
import { PasswordsBusy } from '../identity/passwords.ts'
import type { Answer } from './answer.ts'

/** The caller went away before it was answered: there is nobody to tell anything. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone'

  constructor() {
    super('The caller went away before it was answered.')
  }
}

/**
 * Any error as what the caller is told. What is neither of both is a fault of ours: its text stays inside.
 * SQLite's troubles with its disk are no faults: they pass, and callers do well to come again.
 */
export function toldError(error: unknown): ApiError | QueryError {
  if (error instanceof ApiError || error instanceof QueryError) return error
  if (error instanceof Error && isDiskTrouble(error.message)) {
    return new ApiError('ServiceUnavailableException', 'The service cannot keep data at the moment.')
  }
  if (error instanceof PasswordsBusy)
    return new ApiError('ThrottlingException', 'Many passwords are being checked: try again in a moment.')
  // Errors cross threads as name and message.
  if (error instanceof Error && callersErrors.includes(error.name)) return invalid(error.message)
  return new ApiError('InternalServerException', 'An internal error occurred.')
}

/** What the store says of a question that it understands and cannot answer as it is. */
const callersErrors = ['UnfilterableTime', 'ProfileError']

/** Errors cross threads as name and message: these are SQLite's texts for a full or failing disk. */
function isDiskTrouble(message: string): boolean {
  return [
    'database or disk is full',
    'disk I/O error',
    'attempt to write a readonly database',
    'unable to open database file',
  ].includes(message)
}

/** Both carriers of the error's name, because SDKs differ in which one they read. */
export function errorAnswer({ code, status, message }: ApiError | QueryError): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': code,
      ...((status === 503 || status === 429) && { 'retry-after': '1' }),
    },
    body: JSON.stringify({ __type: code, message }),
  }
}
