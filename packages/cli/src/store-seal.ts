import { adminClient } from './admin-client.ts'
import { dataFlag } from './data-flag.ts'
import { succeeded } from './server-answer.ts'

export const storeSeal = {
  help: (): string =>
    [
      'wick store seal --data DIR',
      '',
      '  Asks the server running on DIR to seal every 5-minute window that is over and to make the roll-ups that are',
      '  due, and returns when that is done. The server does it by itself within a minute; this is for backups and tests.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const client = await adminClient(dataFlag('wick store seal', args))
    succeeded(await client.call('POST', '/v1/store/seal', ''))
    return 0
  },
}
