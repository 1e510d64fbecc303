import type { TestNotificationsAnswer } from '@wick/wire'
import { printLine } from '../print-line.ts'
import { groupCommand } from './notify-client.ts'

const command = 'wick notify test'

export const notifyTest = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--json]`,
      '',
      '  Sends a test notification to every topic and receiver of a group, now, and says how each took it.',
      '  Ends with 1 where one of them did not, or there is none.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { group, asJson, ask } = groupCommand(command, args)
    const { results } = await ask<TestNotificationsAnswer>('POST', 'deliveries/test', {})
    if (asJson) console.log(JSON.stringify({ group, results }))
    else if (results.length === 0)
      console.log(`Nobody is told what concerns ${group}: wick notify add --help`)
    else
      for (const { target, error } of results)
        printLine(error === null ? `${target} took it.` : `${target} did not take it: ${error}`)
    return results.length > 0 && results.every(({ error }) => error === null) ? 0 : 1
  },
}
