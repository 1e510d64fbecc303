/** What people change about themselves: their password and their passkeys. */
import { request } from './request.ts'

export interface Passkey {
  readonly id: string
  readonly name: string
  /** ISO 8601. */
  readonly createdAt: string
}

export async function listPasskeys(): Promise<readonly Passkey[]> {
  const { passkeys } = await (await request('/v1/console/passkeys')).json()
  return passkeys
}

/** Has an authenticator make one, and keeps it. @throws DOMException where there is none, or the person declines */
export async function addPasskey(name: string): Promise<Passkey> {
  const begun = await request('/v1/console/passkeys/challenge', { method: 'POST' })
  const { creation, challenge } = await begun.json()
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creation)
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  const json = { challenge, name, response: credential.toJSON() }
  return (await request('/v1/console/passkeys', { method: 'POST', json })).json()
}

export async function deletePasskey(id: string): Promise<void> {
  await request(`/v1/console/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** IAM's ChangePassword, asked as every other client asks it. @throws ApiFailure with IAM's code */
export async function changePassword(oldPassword: string, newPassword: string): Promise<void> {
  const form = new URLSearchParams({
    Action: 'ChangePassword',
    Version: '2010-05-08',
    OldPassword: oldPassword,
    NewPassword: newPassword,
  })
  await request('/', { method: 'POST', form, service: 'iam' })
}
