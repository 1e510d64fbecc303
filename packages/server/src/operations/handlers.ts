import {
  type OperationName,
  parseConfigureAgent,
  parseCreateProfilingGroup,
  parseGetProfile,
  parseGroupInput,
  parseListProfileTimes,
  parseListProfilingGroups,
  parsePostAgentProfile,
  parseUpdateProfilingGroup,
  type RequestParts,
} from '@wick/wire'
import { configureAgent } from './configure-agent.ts'
import type { Answer, Call, Context } from './context.ts'
import { createProfilingGroup } from './create-profiling-group.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { describeGroup } from './describe-profiling-group.ts'
import { getProfile } from './get-profile.ts'
import { listProfileTimes } from './list-profile-times.ts'
import { listProfilingGroups } from './list-profiling-groups.ts'
import { postAgentProfile } from './post-agent-profile.ts'
import { updateProfilingGroup } from './update-profiling-group.ts'

/** How one operation is understood, what it is about, and what it does. */
export interface Handler<I = unknown> {
  readonly parse: (parts: RequestParts) => I
  readonly run: (context: Context, call: Call<I>) => Promise<Answer>
}

/** The group a call is about, by name; null where it is about all of them. */
export function groupNameOf(input: unknown): string | null {
  const { profilingGroupName } = input as { profilingGroupName?: string }
  return profilingGroupName ?? null
}

/** The operations that are built. The others of the table in @wick/wire answer NotImplementedException. */
export const handlers: Readonly<Partial<Record<OperationName, Handler>>> = {
  ConfigureAgent: handler(parseConfigureAgent, configureAgent),
  CreateProfilingGroup: handler(parseCreateProfilingGroup, createProfilingGroup),
  DeleteProfilingGroup: handler(parseGroupInput, deleteProfilingGroup),
  DescribeProfilingGroup: handler(parseGroupInput, describeGroup),
  GetProfile: handler(parseGetProfile, getProfile),
  ListProfileTimes: handler(parseListProfileTimes, listProfileTimes),
  ListProfilingGroups: handler(parseListProfilingGroups, listProfilingGroups),
  PostAgentProfile: handler(parsePostAgentProfile, postAgentProfile),
  UpdateProfilingGroup: handler(parseUpdateProfilingGroup, updateProfilingGroup),
}

/** Ties a parser to the operation that takes its result; from here on the pair is opaque. */
function handler<I>(parse: Handler<I>['parse'], run: Handler<I>['run']): Handler {
  return { parse, run } as Handler<unknown>
}
