import type { AddReceiverAnswer } from '@wick/wire'
import { needed, serverFlags } from '../flags.ts'
import { groupFlag, notifyClient } from './notify-client.ts'

const command = 'wick notify add'
const flags = {
  ...groupFlag,
  url: { type: 'string' },
  email: { type: 'string' },
  kind: { type: 'string', default: 'webhook' },
  topics: { type: 'string', default: '' },
} as const

export const notifyAdd = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME (--url https://… | --email ADDRESS) [--kind KIND] [--topics LIST] [--json]`,
      '',
      '  Tells a webhook, a chat or a mailbox what concerns a group. Topics of SNS are added through the API:',
      '  aws codeguruprofiler add-notification-channels.',
      '',
      '  --kind     webhook (JSON, signed; unless given), slack (also Mattermost and what else is compatible) or',
      '             eventbridge (events of recommendations, signed); --email needs none',
      '  --topics   anomaly,recommendation,alarm: all unless given',
      '',
      '  Prints the secret that signatures are checked with: it is said this once. docs/notifications.md has the rest.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, flags)
    const group = needed(command, 'group', values.group)
    const topics = values.topics.split(',').filter((topic) => topic !== '')
    const to =
      values.email === undefined
        ? { kind: values.kind, webhookUrl: needed(command, 'url', values.url) }
        : { kind: 'email', emailAddress: values.email }
    const body = { ...to, topics }
    const added = await notifyClient(data, group)<AddReceiverAnswer>('POST', 'receivers', body)
    if (values.json) {
      console.log(JSON.stringify(added))
      return 0
    }
    const { receiver, secret } = added
    console.log(`Receiver ${receiver.id} is told of ${group}: ${receiver.topics.join(', ')}.`)
    if (secret !== null) console.log(`Secret, said only now: ${secret}`)
    console.log(`Try it: wick notify test --data ${data} --group ${group}`)
    return 0
  },
}
