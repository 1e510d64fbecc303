import { profilingGroupArn } from '@wick/wire'
import { serverFlags } from '../flags.ts'
import { succeeded } from '../server-answer.ts'
import { UsageError } from '../usage-error.ts'
import { type IamClient, iamClient } from './iam-client.ts'

const command = 'wick iam explain'

interface Statement {
  readonly layer: string
  readonly policy: string
  readonly sid: string | null
  readonly line: number
  readonly effect: 'Allow' | 'Deny'
}

interface Explanation {
  readonly principalArn: string
  readonly action: string
  readonly resource: string
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  readonly layer?: string
  readonly matched: readonly Statement[]
  readonly missed: readonly (Statement & { readonly failed: string; readonly detail: string })[]
}

export const explain = {
  help: (): string =>
    [
      `${command} --data DIR WHO ACTION [WHAT] [--context KEY=VALUE …] [--json]`,
      '',
      '  Says whether somebody could do something, and why: which statements of which policies allow or deny it, or what',
      '  in them does not match. Nothing is done. The exit code is 0 whether it is allowed or not.',
      '',
      '  WHO      a user’s name, or the ARN of a user, group or role',
      '  ACTION   codeguru-profiler:GetProfile, iam:CreateUser …; GetProfile alone is the profiler’s',
      '  WHAT     a profiling group’s name, or an ARN; everything (*) unless told otherwise',
      '',
      '  --context KEY=VALUE   what is known of the call, such as aws:SourceIp=10.0.0.1; may be given many times',
      '  --json                as JSON',
      '',
      `  ${command} --data wick-data agent-orders PostAgentProfile orders`,
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const options = {
      context: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    } as const
    const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
    const [who, action, what = '*', ...more] = positionals
    if (who === undefined || action === undefined || more.length > 0)
      throw new UsageError(`${command} needs who, an action, and perhaps on what.`)
    const context = Object.fromEntries((values.context ?? []).map(pairOf))
    const iam = await iamClient(data)
    const question = {
      principalArn: who.startsWith('arn:') ? who : (await iam.call('GetUser', { UserName: who })).one('Arn'),
      action: action.includes(':') ? action : `codeguru-profiler:${action}`,
      resource: resourceOf(iam, what),
      context,
    }
    const answer = await iam.admin.call('POST', '/v1/access/explain', JSON.stringify(question))
    const explanation = JSON.parse(succeeded(answer).body.toString()) as Explanation
    console.log(values.json ? JSON.stringify(explanation) : worded(explanation))
    return 0
  },
}

function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new UsageError(`--context needs KEY=VALUE, not '${text}'.`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

function resourceOf({ accountId, admin: { region } }: IamClient, what: string): string {
  return what === '*' || what.startsWith('arn:') ? what : profilingGroupArn({ accountId, region, name: what })
}

function worded({ principalArn, action, resource, decision, layer, matched, missed }: Explanation): string {
  const may = decision === 'allowed' ? 'may' : 'may not'
  const lines = [`${principalArn} ${may} ${action} on ${resource}`, '']
  if (decision === 'implicitDeny') lines.push(`  ${wanting[layer ?? ''] ?? 'nothing allows it'}`)
  for (const statement of matched) lines.push(`  ${verbs[statement.effect]} ${placeOf(statement)}`)
  for (const statement of missed) lines.push(`  not by ${placeOf(statement)}: ${statement.detail}`)
  return lines.join('\n')
}

const verbs = { Allow: 'allowed by', Deny: 'denied by' } as const

/** Layer for want of whose Allow it is denied → in words. */
const wanting: Readonly<Record<string, string>> = {
  identity: 'no policy of the identity allows it',
  boundary: 'the permissions boundary does not allow it',
  session: 'no policy of the session allows it',
  resource: 'the policy of the resource does not allow it',
  guardrail: 'the policy of the listener does not allow it',
}

function placeOf({ policy, sid, line }: Statement): string {
  return `${policy}, line ${line}${sid === null ? '' : ` (${sid})`}`
}
