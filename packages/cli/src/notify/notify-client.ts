import { adminClient } from '../admin-client.ts'
import { needed, serverFlags } from '../flags.ts'
import { succeeded } from '../server-answer.ts'

export const groupFlag = { group: { type: 'string' }, json: { type: 'boolean', default: false } } as const

/** Asks about the notifications of the group that the flags name. */
export function notifyClient(data: string, group: string) {
  const base = `/profilingGroups/${encodeURIComponent(group)}`
  return async <T>(method: string, path: string, body: object | null = null): Promise<T> => {
    const client = await adminClient(data)
    const text = body === null ? '' : JSON.stringify(body)
    // Topics are the API's own.
    const prefix = path === 'notificationConfiguration' ? '' : '/v1'
    return JSON.parse(succeeded(await client.call(method, `${prefix}${base}/${path}`, text)).body.toString())
  }
}

/** Of a command that takes nothing but the group. */
export function groupCommand(command: string, args: readonly string[]) {
  const { data, values } = serverFlags(command, args, groupFlag)
  const group = needed(command, 'group', values.group)
  return { group, asJson: values.json, ask: notifyClient(data, group) }
}
