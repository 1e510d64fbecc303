import { ApiError } from '../errors.ts'

/** Why a request is not believed. The texts are AWS's own where SDKs and people know them; none tells of the inside. */

export function missingToken(): ApiError {
  return new ApiError('MissingAuthenticationTokenException', 'Missing Authentication Token')
}

export function incomplete(message: string): ApiError {
  return new ApiError('IncompleteSignatureException', message)
}

export function invalidSignature(message: string): ApiError {
  return new ApiError('InvalidSignatureException', message)
}

/** The same for a key that is not ours, a malformed one, and a session token: who asks learns nothing. */
export function unrecognizedClient(): ApiError {
  return new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid.')
}

export function mismatch(): ApiError {
  return invalidSignature(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
}

/** Foreign text on its way into a message. */
export function quoted(text: string): string {
  return `'${text.slice(0, 64)}'`
}
