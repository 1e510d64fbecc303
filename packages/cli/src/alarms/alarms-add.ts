import { needed, serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { alarmClient } from './alarm-client.ts'

const command = 'wick alarms add'
const hourSeconds = 3600

/** What a rule watches, and what its alarm is called. */
interface Watched {
  readonly name: string
  readonly description: string
  readonly namespace: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly threshold: number
}

interface Flags {
  readonly group?: string | undefined
  readonly repository?: string | undefined
  readonly branch?: string | undefined
}

/** The rules that users of CodeGuru know, by name. */
const rules: Readonly<Record<string, (flags: Flags) => Watched>> = {
  recommendations: ({ group, repository, branch }) => {
    const name = needed(`${command} recommendations`, 'group', group)
    if (repository !== undefined || branch !== undefined)
      throw new UsageError(
        `${command} recommendations is about a group: leave --repository and --branch out.`,
      )
    return {
      name: `recommendations-${name}`,
      description: `Many recommendations for the profiling group ${name} within an hour.`,
      namespace: 'AWS/CodeGuruProfiler',
      dimensions: { ProfilingGroupName: name },
      threshold: 5,
    }
  },
  'branch-recommendations': ({ group, repository, branch }) => {
    const rule = `${command} branch-recommendations`
    const [inRepository, ofBranch] = [needed(rule, 'repository', repository), needed(rule, 'branch', branch)]
    if (group !== undefined) throw new UsageError(`${rule} is about a branch: leave --group out.`)
    return {
      name: `recommendations-${inRepository}-${ofBranch}`,
      description: `Many recommendations for the branch ${ofBranch} of ${inRepository} within an hour.`,
      namespace: 'Wick/CodeReview',
      dimensions: { BranchName: ofBranch, RepositoryName: inRepository },
      threshold: 25,
    }
  },
}

const options = {
  group: { type: 'string' },
  repository: { type: 'string' },
  branch: { type: 'string' },
  threshold: { type: 'string' },
  topic: { type: 'string', multiple: true },
  name: { type: 'string' },
} as const

export const alarmsAdd = {
  help: (): string =>
    [
      `${command} recommendations        --data DIR --group NAME [--threshold 5] [--topic ARN] [--name ALARM]`,
      `${command} branch-recommendations --data DIR --repository NAME --branch NAME [--threshold 25] [--topic ARN] [--name ALARM]`,
      '',
      '  Makes an alarm on recommendations of an hour, or changes the one of that name:',
      '',
      '  recommendations          more than 5 for a profiling group',
      '  branch-recommendations   more than 25 for a branch of a repository. No reviews of code are made yet: until they are,',
      '                           this alarm is OK',
      '',
      '  --threshold   more than how many',
      '  --topic       ARN of an SNS topic to tell when it goes off and when it is over; may be given again, up to five times.',
      '                Without one the topics and receivers of the group are told (wick notify list)',
      '  --name        of the alarm',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
    const [ruleName, ...more] = positionals
    const rule = ruleName !== undefined && Object.hasOwn(rules, ruleName) ? rules[ruleName] : undefined
    if (rule === undefined || more.length > 0)
      throw new UsageError(`${command} needs one rule: ${Object.keys(rules).join(' or ')}.`)
    const watched = rule(values)
    const threshold = thresholdOf(values.threshold, watched.threshold)
    const name = values.name ?? watched.name
    const topics = values.topic ?? []
    const client = await alarmClient(data)
    await client.call('PutMetricAlarm', {
      ...{ AlarmName: name, AlarmDescription: watched.description, AlarmActions: topics, OKActions: topics },
      ...{ Namespace: watched.namespace, MetricName: 'Recommendations', Statistic: 'Maximum' },
      Dimensions: Object.entries(watched.dimensions).map(([Name, Value]) => ({ Name, Value })),
      ...{ Period: hourSeconds, EvaluationPeriods: 1, DatapointsToAlarm: 1, Threshold: threshold },
      // Without a report there is nothing to be alarmed about.
      ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
    })
    console.log(`The alarm ${name} goes off at more than ${threshold} recommendations within an hour.`)
    return 0
  },
}

function thresholdOf(text: string | undefined, standard: number): number {
  if (text === undefined) return standard
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new UsageError(`${command} --threshold must be a number of recommendations, such as ${standard}.`)
  return value
}
