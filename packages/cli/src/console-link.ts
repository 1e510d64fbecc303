import { adminClient } from './admin-client.ts'
import { CommandError } from './command-error.ts'
import { dataFlag } from './data-flag.ts'

export const consoleLink = {
  help: (): string =>
    [
      'wick console --data DIR',
      '',
      '  Asks the server running on DIR for a link that signs you in to the console as its administrator. The link',
      '  works once, within 15 minutes.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const client = await adminClient(dataFlag('wick console', args))
    const { status, body } = await client.call('POST', '/v1/console/sign-in-links', '{}')
    const answer = JSON.parse(body.toString()) as { url?: string; message?: string }
    if (status !== 200 || answer.url === undefined)
      throw new CommandError(`The server refused: ${answer.message ?? status}`)
    console.log(answer.url)
    return 0
  },
}
