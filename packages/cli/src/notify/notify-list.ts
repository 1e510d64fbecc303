import type { DeliveriesAnswer, ReceiversAnswer } from '@wick/wire'
import { printLine } from '../print-line.ts'
import { groupCommand } from './notify-client.ts'

const command = 'wick notify list'

/** What the API says of a group's topics. */
interface Channels {
  readonly notificationConfiguration: { readonly channels: readonly { readonly uri: string }[] }
}

export const notifyList = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--json]`,
      '',
      '  Says who is told what concerns a group, and what became of its last hundred notifications.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { group, asJson, ask } = groupCommand(command, args)
    const { notificationConfiguration } = await ask<Channels>('GET', 'notificationConfiguration')
    const { receivers } = await ask<ReceiversAnswer>('GET', 'receivers')
    const { deliveries } = await ask<DeliveriesAnswer>('GET', 'deliveries')
    const topics = notificationConfiguration.channels.map(({ uri }) => uri)
    if (asJson) {
      console.log(JSON.stringify({ group, topics, receivers, deliveries }))
      return 0
    }
    if (topics.length + receivers.length === 0)
      console.log(`Nobody is told what concerns ${group}: wick notify add --help`)
    for (const uri of topics) console.log(`topic     ${uri}`)
    for (const { id, kind, address, topics: about } of receivers)
      printLine(`receiver  ${id}  ${kind} at ${address}: ${about.join(', ')}`)
    for (const { state, time, target, title, attempts, error } of deliveries) {
      const told = title ?? 'its text is kept no longer'
      const why = error === null ? '' : ` (${error}; attempts: ${attempts})`
      printLine(`${state.padEnd(8)}  ${time}  ${target}: ${told}${why}`)
    }
    return 0
  },
}
