import type { ResendDeliveriesAnswer } from '@wick/wire'
import { groupCommand } from './notify-client.ts'

const command = 'wick notify resend'

export const notifyResend = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--json]`,
      '',
      '  Tries again what was given up of the last 30 days: wick notify list says what that is.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { group, asJson, ask } = groupCommand(command, args)
    const { resent } = await ask<ResendDeliveriesAnswer>('POST', 'deliveries/resend', {})
    console.log(
      asJson ? JSON.stringify({ group, resent }) : `${resent} notifications of ${group} are tried again.`,
    )
    return 0
  },
}
