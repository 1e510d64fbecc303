import type { GroupInput } from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'
import { describe } from './describe.ts'

export async function describeGroup(context: Context, { input, scope }: Call<GroupInput>): Promise<Answer> {
  const group = await context.groups.get(scope, input.profilingGroupName)
  return { kind: 'json', value: await describe(context, group) }
}
