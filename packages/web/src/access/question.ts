/** What the simulator is asked, as it stands in the address. */
import { profilingGroupArn } from '@wick/wire/arn'

export interface Question {
  readonly principalArn: string
  /** Empty where nothing is asked yet. */
  readonly action: string
  /** Name of a profiling group, an ARN, or `*`. */
  readonly resource: string
  readonly context: Readonly<Record<string, string>>
}

const contextPrefix = 'with.'

/** @param own who is asked about unless it says otherwise */
export function questionIn(query: URLSearchParams, own: string): Question {
  const context = [...query].filter(([key]) => key.startsWith(contextPrefix))
  return {
    principalArn: query.get('who') || own,
    action: query.get('action') ?? '',
    resource: query.get('what') || '*',
    context: Object.fromEntries(context.map(([key, value]) => [key.slice(contextPrefix.length), value])),
  }
}

export function queryOf({ principalArn, action, resource, context }: Question): string {
  const query = new URLSearchParams({ who: principalArn, action, what: resource })
  for (const [key, value] of Object.entries(context)) query.set(contextPrefix + key, value)
  return query.toString()
}

/** A bare name is a profiling group's. */
export function resourceArn(resource: string, account: { accountId: string; region: string }): string {
  if (resource === '*' || resource.startsWith('arn:')) return resource
  return profilingGroupArn({ ...account, name: resource })
}
