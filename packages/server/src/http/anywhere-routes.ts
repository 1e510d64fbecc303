import { routerOf } from '@wick/wire'
import { type AnywhereOperationName, anywhereOperations } from '@wick/wire/anywhere'
import { anywhereHandlerOf } from '../operations/anywhere-handlers.ts'
import type { FoundRoute, PrivateRoute } from './private-routes.ts'
import { answerWithReply } from './reply-answer.ts'

const findOperation = routerOf(anywhereOperations)

/**
 * Administration of Roles Anywhere. Null where no operation has that method and path; CreateSession, which no key of ours
 * signs, is a public route.
 */
export function findAnywhereRoute(method: string, rawPath: string): FoundRoute | null {
  const found = findOperation(method, rawPath)
  if (found === null || found.row.name === 'CreateSession') return null
  const { name, status } = found.row
  return { route: administration(name, status), labels: found.labels }
}

function administration(name: Exclude<AnywhereOperationName, 'CreateSession'>, status: number): PrivateRoute {
  const { access, run } = anywhereHandlerOf(name)
  return {
    name,
    takesProfile: false,
    access: ({ context, parts }) => access(context, parts),
    handle: async ({ context, parts }) =>
      answerWithReply({ kind: 'json', value: await run(context, parts) }, status, parts),
  }
}
