import {
  ApiError,
  type Method,
  type Operation,
  parseExplainAccess,
  profilingGroupArn,
  type RequestParts,
  type Routed,
  routeOperation,
  routerOf,
} from '@wick/wire'
import type { Access } from '../access/access.ts'
import type { DigestChain } from '../audit/digest-chain.ts'
import type { Principal } from '../iam/principal.ts'
import { createAccount, listAccounts } from '../operations/accounts.ts'
import type { OperationContext } from '../operations/context.ts'
import { doctorReport } from '../operations/doctor-report.ts'
import { explainAccess } from '../operations/explain-access.ts'
import { type GroupExtension, groupExtensions } from '../operations/group-extensions.ts'
import { listJobs, runJob } from '../operations/jobs.ts'
import { accessesOf } from '../operations/operation-access.ts'
import { handlerOf } from '../operations/operation-table.ts'
import { deletePattern, listPatterns, putPattern } from '../operations/patterns.ts'
import { searchAudit } from '../operations/search-audit.ts'
import { quarantineStore, storeStats, verifyStore } from '../operations/store-reports.ts'
import type { Subject } from '../storage/catalog.ts'
import type { Answer } from './answer.ts'
import { auditRoutes } from './audit-routes.ts'
import { sessionAnswer, signOut } from './console-session.ts'
import type { Identities, Identity } from './identify.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { answerWithReply } from './reply-answer.ts'

/** What a route works with: its caller is known; once `handle` is called, allowed. */
export interface PrivateCall {
  readonly identities: Identities
  readonly identity: Identity
  readonly context: OperationContext
  readonly parts: RequestParts
  /** @returns a new one-time link for whoever it is */
  readonly createSignInLink: (subject: Subject) => Promise<string>
  /** Of the audit trail. */
  readonly digests: DigestChain
}

export interface PrivateRoute {
  /** In metrics, logs and the audit trail. */
  readonly name: string
  /** Whether the body can be large: everything but profiles is small. */
  readonly takesProfile: boolean
  /** What access is decided on. Null for one's own session: having it is the right to it. */
  readonly access: ((call: PrivateCall) => Access | readonly Access[]) | null
  readonly handle: (call: PrivateCall) => Promise<Answer>
  /** What is asked, for the audit trail; left out where labels, query and body tell it. */
  readonly parameters?: (parts: RequestParts) => unknown
  /** Where the body says what is to be done: the route that does it. @throws QueryError, ApiError */
  readonly resolve?: (parts: RequestParts) => PrivateRoute
}

export interface FoundRoute {
  readonly route: PrivateRoute
  readonly labels: Readonly<Record<string, string>>
}

/** The API's operations, then our own extensions. Null where nothing has that method and path. */
export function findPrivateRoute(method: string, rawPath: string): FoundRoute | null {
  const operation = routeOperation(method, rawPath)
  if (operation !== null) return { route: operationRoute(operation.row), labels: operation.labels }
  const extension = routeExtension(method, rawPath)
  return extension === null ? null : { route: extension.row, labels: extension.labels }
}

function operationRoute({ name, status }: Operation): PrivateRoute {
  return {
    name,
    takesProfile: name === 'PostAgentProfile',
    access: ({ parts, context }) => accessesOf(name, parts, context.scope),
    handle: async ({ context, parts }) =>
      answerWithReply(await handlerOf(name)(context, parts), status, parts),
  }
}

function groupRoute({ takesProfile = false, ...row }: GroupExtension): Extension {
  const { name, method, path, action, resource, handle } = row
  return {
    method,
    path,
    name,
    takesProfile,
    access: ({ parts, context }) => ({
      action,
      resource:
        resource?.(context.scope) ??
        profilingGroupArn({ ...context.scope, name: parts.labels.profilingGroupName! }),
    }),
    handle: async ({ context, parts }) => {
      const reply = await handle(context, parts)
      return answerWithReply(reply, reply.kind === 'empty' ? 204 : 200, parts)
    },
  }
}

/** About the whole installation, allowed by an action of its name; to the account that was there first, and no other. */
function installationRoute(
  method: Method,
  path: string,
  name: string,
  answer: GroupExtension['handle'],
): Extension {
  return {
    method,
    path,
    name,
    takesProfile: false,
    access: ({ context }) => ({
      action: `wick:${name}`,
      resource: '*',
      resourceAccountId: context.config.accountId,
    }),
    handle: async ({ context, parts }) => {
      const reply = await answer(context, parts)
      return answerWithReply(reply, reply.kind === 'empty' ? 204 : 200, parts)
    },
  }
}

export type Extension = PrivateRoute & Routed

export const extensions: readonly Extension[] = [
  ...groupExtensions.map(groupRoute),
  ...passkeyRoutes,
  ...auditRoutes,
  {
    method: 'GET',
    path: '/v1/console/session',
    name: 'GetSession',
    takesProfile: false,
    access: null,
    handle: async ({ identity, context }) =>
      sessionAnswer(requireSession(identity).session, context.config.region),
  },
  {
    method: 'DELETE',
    path: '/v1/console/session',
    name: 'SignOut',
    takesProfile: false,
    access: null,
    handle: async ({ identities, identity, context }) =>
      signOut(identities, context.request.origin, requireSession(identity).cookie),
  },
  installationRoute('POST', '/v1/store/seal', 'SealStore', async ({ store }) => {
    await store.seal()
    return { kind: 'empty' }
  }),
  installationRoute('GET', '/v1/store/stats', 'GetStoreStats', storeStats),
  installationRoute('POST', '/v1/store/verify', 'VerifyStore', verifyStore),
  installationRoute('POST', '/v1/store/quarantine', 'QuarantineStore', quarantineStore),
  installationRoute('GET', '/v1/jobs', 'ListJobs', listJobs),
  installationRoute('POST', '/v1/jobs/{name}/run', 'RunJob', runJob),
  installationRoute('POST', '/v1/accounts', 'CreateAccount', createAccount),
  installationRoute('GET', '/v1/accounts', 'ListAccounts', listAccounts),
  {
    method: 'GET',
    path: '/v1/doctor',
    name: 'GetDoctorReport',
    takesProfile: false,
    access: () => ({ action: 'wick:GetDoctorReport', resource: '*' }),
    handle: async ({ context, parts }) => answerWithReply(await doctorReport(context), 200, parts),
  },
  {
    method: 'POST',
    path: '/v1/audit/search',
    name: 'SearchAuditTrail',
    takesProfile: false,
    // More of the same that LookupEvents tells.
    access: () => ({ action: 'cloudtrail:LookupEvents', resource: '*' }),
    handle: async ({ context, parts }) => answerWithReply(await searchAudit(context, parts), 200, parts),
  },
  installationRoute('GET', '/v1/patterns', 'ListPatterns', listPatterns),
  installationRoute('PUT', '/v1/patterns/{patternId}', 'PutPattern', putPattern),
  installationRoute('DELETE', '/v1/patterns/{patternId}', 'DeletePattern', deletePattern),
  {
    method: 'POST',
    path: '/v1/access/explain',
    name: 'ExplainAccess',
    takesProfile: false,
    // It tells what SimulatePrincipalPolicy tells, and more of the same.
    access: ({ parts }) => ({
      action: 'iam:SimulatePrincipalPolicy',
      resource: parseExplainAccess(parts).principalArn,
    }),
    handle: async ({ context, parts }) => answerWithReply(await explainAccess(context, parts), 200, parts),
  },
  {
    method: 'POST',
    path: '/v1/console/sign-in-links',
    name: 'CreateSignInLink',
    takesProfile: false,
    access: () => ({ action: 'wick:CreateSignInLink', resource: '*' }),
    handle: async ({ identity, createSignInLink }) => {
      const url = await createSignInLink(subjectOf(identity.principal))
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url }) }
    },
  },
]

const routeExtension = routerOf(extensions)

/** A link is for whoever asks for it. @throws AccessDeniedException for temporary credentials, which must not outlive themselves */
function subjectOf({ kind, accountId, entityId, session }: Principal): Subject {
  if (kind !== 'user' || session !== null)
    throw new ApiError('AccessDeniedException', 'Sign-in links are made with the access key of a user only.')
  return { kind, accountId, userId: entityId }
}

function requireSession({ session }: Identity): NonNullable<Identity['session']> {
  if (session === null)
    throw new ApiError('AccessDeniedException', 'This is about a console session: sign in to have one.')
  return session
}
