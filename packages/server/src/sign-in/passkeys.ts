import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Passkey, User } from '../iam/account.ts'
import type { Site } from './site.ts'

/**
 * Passkeys (WebAuthn) as second factors. The library reads and verifies what authenticators sign; it is loaded when the
 * first passkey is used.
 */

export type PasskeyRequest = PublicKeyCredentialRequestOptionsJSON
export type PasskeyCreation = PublicKeyCredentialCreationOptionsJSON

const library = () => import('@simplewebauthn/server')

/** What the browser is to ask the authenticator to sign. */
export async function passkeyRequest(site: Site, passkeys: readonly Passkey[]): Promise<PasskeyRequest> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: site.id,
    allowCredentials: passkeys.map(({ id }) => ({ id })),
    userVerification: 'preferred',
  })
}

/**
 * @param response from the browser: anything at all
 * @returns the passkey's new counter; null where it did not sign the challenge for this site
 */
export async function verifyPasskey(
  response: AuthenticationResponseJSON,
  { id, publicKey, counter }: Passkey,
  challenge: string,
  site: Site,
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
      requireUserVerification: false,
    })
    return verified ? authenticationInfo.newCounter : null
  } catch {
    // The library throws for everything that is not as it should be.
    return null
  }
}

/** What the browser is to ask an authenticator to make. */
export async function passkeyCreation(
  site: Site,
  user: User,
  passkeys: readonly Passkey[],
): Promise<PasskeyCreation> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: 'Wick',
    rpID: site.id,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.name,
    attestationType: 'none',
    excludeCredentials: passkeys.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  })
}

/** @returns what is to be kept of the new passkey; null where it was not made for this challenge and site */
export async function verifyCreation(
  response: RegistrationResponseJSON,
  challenge: string,
  site: Site,
): Promise<Pick<Passkey, 'id' | 'publicKey' | 'counter'> | null> {
  const { verifyRegistrationResponse } = await library()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: false,
    })
    if (!verified) return null
    const { id, publicKey, counter } = registrationInfo.credential
    return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter }
  } catch {
    return null
  }
}
