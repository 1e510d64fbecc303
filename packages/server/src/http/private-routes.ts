import { ApiError, type RequestParts, route as routeOperation } from '@wick/wire'
import type { OperationContext } from '../operations/context.ts'
import { handlerOf, resourceOf } from '../operations/operation-table.ts'
import type { Answer } from './answer.ts'
import { sessionAnswer, signOut } from './console-session.ts'
import type { Identities, Identity } from './identify.ts'
import { answerWithReply } from './reply-answer.ts'

/** What a route works with: its caller is known; once `handle` is called, allowed. */
export interface PrivateCall {
  readonly identities: Identities
  readonly identity: Identity
  readonly context: OperationContext
  readonly parts: RequestParts
  /** @returns a new one-time link for a user */
  readonly createSignInLink: (userId: string) => Promise<string>
}

export interface PrivateRoute {
  /** In metrics, logs and the audit trail. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Whether the body can be large: everything but profiles is small. */
  readonly takesProfile: boolean
  /** What access is decided on. Null for one's own session: having it is the right to it. */
  readonly access: ((call: PrivateCall) => { readonly action: string; readonly resource: string }) | null
  readonly handle: (call: PrivateCall) => Promise<Answer>
}

/** The API's operations, then our own extensions. Null where nothing has that method and path. */
export function findPrivateRoute(method: string, rawPath: string): PrivateRoute | null {
  const found = routeOperation(method, rawPath)
  if (found === null) return extensions[`${method} ${rawPath}`] ?? null
  const { operation, labels } = found
  return {
    name: operation.name,
    labels,
    takesProfile: operation.name === 'PostAgentProfile',
    access: ({ parts, context }) => ({
      action: `codeguru-profiler:${operation.name}`,
      resource: resourceOf(operation.name, parts, context.scope),
    }),
    handle: async ({ context, parts }) =>
      answerWithReply(await handlerOf(operation.name)(context, parts), operation.status, parts),
  }
}

export const extensions: Readonly<Record<string, PrivateRoute>> = {
  'GET /v1/console/session': {
    name: 'GetSession',
    labels: {},
    takesProfile: false,
    access: null,
    handle: async ({ identity, context }) =>
      sessionAnswer(requireSession(identity).session, context.config.region),
  },
  'DELETE /v1/console/session': {
    name: 'SignOut',
    labels: {},
    takesProfile: false,
    access: null,
    handle: async ({ identities, identity }) => signOut(identities, requireSession(identity).cookie),
  },
  'POST /v1/store/seal': {
    name: 'SealStore',
    labels: {},
    takesProfile: false,
    access: () => ({ action: 'wick:SealStore', resource: '*' }),
    handle: async ({ context }) => {
      await context.store.seal()
      return { status: 204, headers: {}, body: '' }
    },
  },
  'POST /v1/console/sign-in-links': {
    name: 'CreateSignInLink',
    labels: {},
    takesProfile: false,
    access: () => ({ action: 'wick:CreateSignInLink', resource: '*' }),
    handle: async ({ identity, createSignInLink }) => {
      // A session must not be able to outlive itself by making links.
      if (identity.session !== null)
        throw new ApiError('AccessDeniedException', 'Sign-in links are made with an access key only.')
      const url = await createSignInLink(identity.principal.userId)
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url }) }
    },
  },
}

function requireSession({ session }: Identity): NonNullable<Identity['session']> {
  if (session === null)
    throw new ApiError('AccessDeniedException', 'This is about a console session: sign in to have one.')
  return session
}
