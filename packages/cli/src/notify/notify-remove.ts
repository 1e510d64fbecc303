import { needed, serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { groupFlag, notifyClient } from './notify-client.ts'

const command = 'wick notify remove'

export const notifyRemove = {
  help: (): string =>
    [`${command} --data DIR --group NAME ID`, '', '  Tells a receiver nothing any more, by its id.'].join(
      '\n',
    ),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values, positionals } = serverFlags(command, args, groupFlag, { takesFiles: true })
    const group = needed(command, 'group', values.group)
    const [id, ...more] = positionals
    if (id === undefined || more.length > 0) throw new UsageError(`${command} needs the id of one receiver.`)
    await notifyClient(data, group)('DELETE', `receivers/${encodeURIComponent(id)}`)
    console.log(`${id} is told nothing of ${group} any more.`)
    return 0
  },
}
