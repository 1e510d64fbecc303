import { parseArgs } from 'node:util'
import { adminClient } from './admin-client.ts'
import { CommandError } from './command-error.ts'
import { UsageError } from './usage-error.ts'

export const consoleLink = {
  help: (): string =>
    [
      'wick console --data DIR',
      '',
      '  Asks the server running on DIR for a link that signs you in to the console as its administrator. The link',
      '  works once, within 15 minutes.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const client = await adminClient(dataFlag(args))
    const { status, body } = await client.call('POST', '/v1/console/sign-in-links', '{}')
    const answer = JSON.parse(body.toString()) as { url?: string; message?: string }
    if (status !== 200 || answer.url === undefined)
      throw new CommandError(`The server refused: ${answer.message ?? status}`)
    console.log(answer.url)
    return 0
  },
}

function dataFlag(args: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } })
    const data = values.data ?? process.env.WICK_DATA
    if (data !== undefined) return data
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  throw new UsageError('wick console needs --data DIR, the directory of the running server.')
}
