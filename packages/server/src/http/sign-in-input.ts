import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { ApiError } from '@wick/wire'
import type { Credentials, Proof } from '../sign-in/sign-in.ts'

/** What somebody who signs in brings. */
export type SignInInput =
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'password'; readonly credentials: Credentials }
  | { readonly kind: 'proof'; readonly challenge: string; readonly proof: Proof }

/**
 * JSON body: `ticket`; or `userName`, `password` and perhaps `accountId`; or `challenge` with one of `code`, `codes`,
 * `newPassword`, `passkey`.
 *
 * @throws ApiError SerializationException
 */
export function parseSignIn(body: Uint8Array, standardAccountId: string): SignInInput {
  const value = jsonObject(body)
  if ('challenge' in value)
    return { kind: 'proof', challenge: text(value, 'challenge'), proof: parseProof(value) }
  if ('userName' in value) {
    const accountId = 'accountId' in value ? text(value, 'accountId') : standardAccountId
    const credentials = { accountId, userName: text(value, 'userName'), password: text(value, 'password') }
    return { kind: 'password', credentials }
  }
  return { kind: 'ticket', ticket: text(value, 'ticket') }
}

function parseProof(value: JsonObject): Proof {
  if ('passkey' in value) return { kind: 'passkey', response: passkeyResponse(value) }
  if ('newPassword' in value) return { kind: 'new-password', password: text(value, 'newPassword') }
  if ('codes' in value) {
    const { codes } = value
    const [first, second, ...more] = Array.isArray(codes) ? (codes as unknown[]) : []
    if (typeof first !== 'string' || typeof second !== 'string' || more.length > 0)
      throw wrong("The value at 'codes' must be two strings.")
    return { kind: 'enrolment', codes: [first, second] }
  }
  return { kind: 'code', code: text(value, 'code') }
}

/** Only what finds the passkey is looked at here: the rest is for whoever verifies it. */
function passkeyResponse({ passkey }: JsonObject): AuthenticationResponseJSON {
  const isObject = typeof passkey === 'object' && passkey !== null
  if (!isObject || typeof (passkey as JsonObject).id !== 'string')
    throw wrong("The value at 'passkey' must be what the browser answers.")
  return passkey as AuthenticationResponseJSON
}

type JsonObject = Readonly<Record<string, unknown>>

function jsonObject(body: Uint8Array): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw wrong('The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('The body must be a JSON object.')
  return value as JsonObject
}

const longestText = 8192

function text(value: JsonObject, field: string): string {
  const found = Object.hasOwn(value, field) ? value[field] : undefined
  if (typeof found !== 'string') throw wrong(`The value at '${field}' must be a string.`)
  if (found.length > longestText) throw wrong(`The value at '${field}' is too long.`)
  return found
}

function wrong(message: string): ApiError {
  return new ApiError('SerializationException', message)
}
