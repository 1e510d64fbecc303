import { adminClient } from './admin-client.ts'
import { dataFlag } from './data-flag.ts'
import { succeeded } from './server-answer.ts'

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
    const { body } = succeeded(await client.call('POST', '/v1/console/sign-in-links', '{}'))
    console.log((JSON.parse(body.toString()) as { url: string }).url)
    return 0
  },
}
