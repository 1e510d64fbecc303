import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { ApiError, formatTimestamp, invalid } from '@wick/wire'
import type { Passkey } from '../iam/account.ts'
import type { OwnPasskeys } from '../sign-in/own-passkeys.ts'
import { type Site, siteOf } from '../sign-in/site.ts'
import type { Answer } from './answer.ts'
import type { Extension, PrivateCall } from './private-routes.ts'

/**
 * One's own passkeys, in the console. Having a session is the right to them; where the user has a second factor already,
 * it must be one that was entered with it: a stolen password must not be able to add a factor of the thief's.
 */
export const passkeyRoutes: readonly Extension[] = [
  route('GET', '/v1/console/passkeys', 'ListPasskeys', async ({ context }, own) =>
    json({ passkeys: own.list(context.principal).map(view) }),
  ),
  route('POST', '/v1/console/passkeys/challenge', 'BeginPasskey', async (call, own) => {
    requireStrong(call, own)
    return json(await own.begin(call.context.principal, siteOfCall(call)))
  }),
  route('POST', '/v1/console/passkeys', 'CreatePasskey', async (call, own) => {
    requireStrong(call, own)
    const passkey = await own.add(call.context.principal, madeIn(call), siteOfCall(call))
    if (passkey === null) throw invalid('The passkey was not made for this, or took too long: begin anew.')
    return json(view(passkey))
  }),
  route('DELETE', '/v1/console/passkeys/{passkeyId}', 'DeletePasskey', async (call, own) => {
    requireStrong(call, own)
    const wasTheirs = await own.remove(call.context.principal, call.parts.labels.passkeyId!)
    if (!wasTheirs) throw new ApiError('ResourceNotFoundException', 'You have no such passkey.')
    return { status: 204, headers: {}, body: '' }
  }),
]

function route(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  name: string,
  answer: (call: PrivateCall, own: OwnPasskeys) => Promise<Answer>,
): Extension {
  return {
    method,
    path,
    name,
    takesProfile: false,
    access: null,
    handle: async (call) => {
      if (call.identity.session === null || call.context.principal.kind !== 'user')
        throw new ApiError(
          'AccessDeniedException',
          'Passkeys belong to users who are signed in to the console.',
        )
      return answer(call, call.identities.ownPasskeys)
    },
  }
}

/** @throws AccessDeniedException */
function requireStrong({ context }: PrivateCall, own: OwnPasskeys): void {
  const { principal, accounts } = context
  const account = accounts.find(principal.accountId)!
  const hasDevice = account.mfaDevices.values().some(({ userId }) => userId === principal.entityId)
  const isOwed = hasDevice || own.list(principal).length > 0
  if (isOwed && principal.session?.mfaAt === null)
    throw new ApiError('AccessDeniedException', 'Sign in with your second factor to change your passkeys.')
}

function siteOfCall({ context, parts }: PrivateCall): Site {
  const site = siteOf(parts.header('host') ?? '', context.request.origin.isSecureTransport)
  if (site === null) throw invalid('Passkeys need a host name: open the console by one, not by an address.')
  return site
}

interface Body {
  readonly challenge?: unknown
  readonly name?: unknown
  readonly response?: unknown
}

function madeIn({ parts }: PrivateCall): Parameters<OwnPasskeys['add']>[1] {
  let body: Body | null
  try {
    body = JSON.parse(Buffer.from(parts.body).toString())
  } catch {
    throw new ApiError('SerializationException', 'The body is not valid JSON.')
  }
  const { challenge, name, response } = body ?? {}
  const isNamed = typeof name === 'string' && name.trim() !== '' && name.length <= 64
  if (typeof challenge !== 'string' || !isNamed || typeof response !== 'object' || response === null)
    throw new ApiError(
      'SerializationException',
      'The body needs challenge, name (1 to 64 characters), response.',
    )
  return { challenge, name: name.trim(), response: response as RegistrationResponseJSON }
}

function view({ id, name, createdAt }: Passkey): object {
  return { id, name, createdAt: formatTimestamp(createdAt) }
}

function json(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
