/** Signing in without a link: step by step with a password, or at an identity provider. */
import type { SessionAnswer } from './operations.ts'
import { request } from './request.ts'

export interface SignInOptions {
  /** The account of the first start. */
  readonly accountId: string
  /** Address of the identity provider; null where there is none. */
  readonly provider: string | null
}

/** What is asked next. */
export type SignInStep =
  | {
      readonly step: 'second-factor'
      readonly challenge: string
      readonly takesCode: boolean
      /** For the browser; null where no passkey can be used. */
      readonly passkey: PublicKeyCredentialRequestOptionsJSON | null
      readonly problem: string | null
    }
  | {
      readonly step: 'enrolment'
      readonly challenge: string
      readonly seed: string
      readonly uri: string
      /** A picture of `uri`, PNG in base64. */
      readonly qr: string
      readonly problem: string | null
    }
  | { readonly step: 'new-password'; readonly challenge: string; readonly problem: string | null }

/** What is brought for a step. */
export type SignInProof =
  | { readonly userName: string; readonly password: string; readonly accountId: string }
  | { readonly challenge: string; readonly code: string }
  | { readonly challenge: string; readonly passkey: unknown }
  | { readonly challenge: string; readonly codes: readonly [string, string] }
  | { readonly challenge: string; readonly newPassword: string }

export async function fetchSignInOptions(): Promise<SignInOptions> {
  return (await request('/v1/console/sign-in-options')).json()
}

/** @throws ApiFailure AccessDeniedException, ThrottlingException */
export async function sendProof(proof: SignInProof): Promise<SessionAnswer | SignInStep> {
  return (await request('/v1/console/session', { method: 'POST', json: proof })).json()
}

/** Has an authenticator sign the challenge. @throws DOMException where there is none, or the person declines */
export async function askPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({ publicKey })
  return (credential as PublicKeyCredential).toJSON()
}
