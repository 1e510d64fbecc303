import {
  decodePageToken,
  encodePageToken,
  type ListProfilingGroupsInput,
  type ListProfilingGroupsOutput,
} from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'
import { describe } from './describe.ts'

/** In order of creation: a page token is the last group's place in it, so creations and deletions between pages do no harm. */
export async function listProfilingGroups(
  context: Context,
  { input, scope }: Call<ListProfilingGroupsInput>,
): Promise<Answer> {
  const call = ['ListProfilingGroups', scope.accountId, scope.region, String(input.includeDescription)]
  const after = input.nextToken === null ? 0 : decodePageToken(input.nextToken, call)
  const found = await context.catalog.listGroups(scope, after, input.maxResults + 1)
  const page = found.slice(0, input.maxResults)
  const output: ListProfilingGroupsOutput = {
    profilingGroupNames: page.map(({ name }) => name),
    ...(input.includeDescription && {
      profilingGroups: await Promise.all(page.map((group) => describe(context, group))),
    }),
    ...(found.length > page.length && { nextToken: encodePageToken(page.at(-1)!.sequence, call) }),
  }
  return { kind: 'json', value: output }
}
