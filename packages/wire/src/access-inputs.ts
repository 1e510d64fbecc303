import { invalid } from './errors.ts'
import { lengthBetween, member, required, stringMap } from './fields.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'

export interface ExplainAccessInput {
  /** ARN of a user, a group or a role. */
  readonly principalArn: string
  /** `codeguru-profiler:GetProfile` */
  readonly action: string
  /** An ARN, or `*` */
  readonly resource: string
  /** Condition key → value, of the call that is imagined. */
  readonly context: Readonly<Record<string, string>>
}

const longestArn = 2048
const longestAction = 128
const longestValue = 1024
const mostKeys = 50

/** JSON body: `principalArn`, `action`, `resource` (`*` unless it says otherwise), `context`. */
export function parseExplainAccess({ body }: RequestParts): ExplainAccessInput {
  const json = jsonBody(body)
  const text = (field: string, max: number, otherwise: string | null = null): string =>
    lengthBetween(required(member(json, field, 'string') ?? otherwise, field), field, 1, max)
  const context = stringMap(member(json, 'context', 'object') ?? {}, 'context')
  if (Object.keys(context).length > mostKeys) throw invalid(`The context has ${mostKeys} keys at most.`)
  for (const [key, value] of Object.entries(context)) {
    lengthBetween(key, 'context.key', 1, longestAction)
    lengthBetween(value, 'context.value', 0, longestValue)
  }
  return {
    principalArn: text('principalArn', longestArn),
    action: text('action', longestAction),
    resource: text('resource', longestArn, '*'),
    context,
  }
}
