import { CommandError } from '../command-error.ts'
import { serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { alarmClient } from './alarm-client.ts'

const command = 'wick alarms remove'

export const alarmsRemove = {
  help: (): string =>
    [`${command} --data DIR ALARM`, '', '  Deletes an alarm. Its history stays for a while.'].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, positionals } = serverFlags(command, args, {}, { takesFiles: true })
    const [name, ...more] = positionals
    if (name === undefined || more.length > 0) throw new UsageError(`${command} needs the name of one alarm.`)
    const client = await alarmClient(data)
    const found = (await client.call('DescribeAlarms', { AlarmNames: [name] })) as { MetricAlarms: unknown[] }
    if (found.MetricAlarms.length === 0) throw new CommandError(`There is no alarm named ${name}.`)
    await client.call('DeleteAlarms', { AlarmNames: [name] })
    console.log(`The alarm ${name} is gone.`)
    return 0
  },
}
