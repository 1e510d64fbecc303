import { ApiError, type RequestParts } from '@wick/wire'
import { lookupEvents, parseLookupEvents } from '../operations/lookup-events.ts'
import type { FoundRoute, PrivateRoute } from './private-routes.ts'

/** CloudTrail speaks JSON 1.1: one path, and a header says what is to be done. */
const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.'

const lookupRoute: PrivateRoute = {
  name: 'LookupEvents',
  takesProfile: false,
  access: () => ({ action: 'cloudtrail:LookupEvents', resource: '*' }),
  handle: async ({ context, parts }) => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(await lookupEvents(context, parseLookupEvents(parts))),
  }),
}

const route: PrivateRoute = {
  name: 'CloudTrail',
  takesProfile: false,
  access: null,
  handle: () => Promise.reject(new Error('what is to be done stands in a header')),
  resolve: (parts) => {
    if (operationOf(parts) === 'LookupEvents') return lookupRoute
    throw new ApiError('UnknownOperationException', 'Of CloudTrail, LookupEvents is all there is here.')
  },
}

export function findCloudTrailRoute(method: string, rawPath: string): FoundRoute | null {
  return method === 'POST' && rawPath === '/' ? { route, labels: {} } : null
}

function operationOf({ header }: RequestParts): string | null {
  const named = header('x-amz-target') ?? ''
  return named.startsWith(target) ? named.slice(target.length) : null
}
