import { listenerContradictions } from './listener-settings.ts'
import { memoryShares } from './memory-shares.ts'
import { nearestName } from './nearest-name.ts'
import { readConfigFile } from './read-config-file.ts'
import { readFlags } from './read-flags.ts'
import { masterKeyVariable, noKeyIn, SecretKey, secretVariables } from './secret-key.ts'
import { isLoopback } from './setting-types.ts'
import {
  type Config,
  configFileFlag,
  configFileVariable,
  type Setting,
  type SettingName,
  settings,
} from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type ConfigResult =
  | {
      readonly kind: 'valid'
      readonly config: Config
      /** Where each value comes from: `--listen`, `WICK_LISTEN`, `'listen' in wick.json` or `default`. */
      readonly origins: Readonly<Record<SettingName, string>>
      /** Not wrong, but probably not meant: for the log. */
      readonly warnings: readonly string[]
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }

/**
 * Settings for one start. Flags win over the environment, the environment over the file named by `--config`
 * (or WICK_CONFIG), the file over the defaults; an empty environment variable counts as not set.
 *
 * @param args what follows the command: `['--data', 'wick-data', '--insecure-http']`
 * @param readFile text of a file; may throw
 * @returns everything that is wrong at once, each a sentence that names the setting, where it came from and what would be right
 */
export function loadConfig(
  args: readonly string[],
  environment: Environment,
  readFile: (name: string) => string,
): ConfigResult {
  const problems: string[] = []
  const flags = readFlags(args, problems)
  const fileName = flags.get(configFileFlag) ?? (environment[configFileVariable] || null)
  const file = fileName === null ? new Map() : openFile(fileName, readFile, problems)

  const values: Record<string, unknown> = {}
  const origins: Record<string, string> = {}
  const sources = { flags, environment, file, fileName: fileName ?? '' }
  for (const setting of settings) {
    const { text, origin } = find(setting, sources)
    origins[setting.name] = origin
    if (text === null) {
      values[setting.name] = null
      continue
    }
    try {
      values[setting.name] = setting.type.read(text)
    } catch (error) {
      problems.push(`${origin} must be ${(error as Error).message}; it is '${text}'.`)
    }
  }
  values.masterKey = readMasterKey(environment, problems)
  // Every setting has a row and every row a reader of its type: the one cast that says so.
  const config = values as unknown as Config
  if (problems.length === 0) problems.push(...contradictions(config))
  if (problems.length > 0) return { kind: 'invalid', problems }
  return {
    kind: 'valid',
    config,
    origins: origins as Record<SettingName, string>,
    warnings: mistypedVariables(environment),
  }
}

interface Sources {
  readonly flags: ReadonlyMap<string, string>
  readonly environment: Environment
  readonly file: ReadonlyMap<string, string>
  readonly fileName: string
}

function find(setting: Setting, from: Sources): { text: string | null; origin: string } {
  const places: readonly [string | undefined, string][] = [
    [from.flags.get(setting.flag), setting.flag],
    [from.environment[setting.variable] || undefined, setting.variable],
    [from.file.get(setting.key), `'${setting.key}' in ${from.fileName}`],
  ]
  for (const [text, origin] of places) if (text !== undefined) return { text, origin }
  return { text: setting.default, origin: 'default' }
}

function openFile(
  name: string,
  readFile: (name: string) => string,
  problems: string[],
): ReadonlyMap<string, string> {
  let text: string
  try {
    text = readFile(name)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    problems.push(`The configuration file ${name} cannot be read: ${reason}.`)
    return new Map()
  }
  return readConfigFile(name, text, problems)
}

function readMasterKey(environment: Environment, problems: string[]): SecretKey | null {
  const text = environment[masterKeyVariable] || null
  if (text === null) return null
  const key = SecretKey.parse(text)
  if (key === null) problems.push(noKeyIn(masterKeyVariable))
  return key
}

/** Settings that are fine alone and wrong together. */
function contradictions(config: Config): string[] {
  const problems: string[] = []
  const period = config.agentPeriodSeconds * 1000
  if (config.dataDirectory === null) {
    problems.push('--data DIR (or WICK_DATA) is needed: the directory that keeps everything.')
  }
  if (period < config.agentMinimumReportingMilliseconds) {
    problems.push(
      `WICK_AGENT_PERIOD_SECONDS (${config.agentPeriodSeconds}) is shorter than ` +
        `WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS (${config.agentMinimumReportingMilliseconds}): AWS's agents would ` +
        'silently send nothing. Lower the minimum or lengthen the period.',
    )
  }
  try {
    memoryShares(config)
  } catch (error) {
    problems.push((error as Error).message)
  }
  if (config.agentSamplingIntervalMilliseconds > period) {
    problems.push(
      `WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS (${config.agentSamplingIntervalMilliseconds}) is longer than ` +
        `WICK_AGENT_PERIOD_SECONDS (${config.agentPeriodSeconds}): profiles would be empty. Sample more often.`,
    )
  }
  if (config.agentMaxStackDepth > config.maxProfileDepth) {
    problems.push(
      `WICK_AGENT_MAX_STACK_DEPTH (${config.agentMaxStackDepth}) is above WICK_MAX_PROFILE_DEPTH ` +
        `(${config.maxProfileDepth}): agents would post profiles that are refused. Lower the first or raise the second.`,
    )
  }
  problems.push(...retentionContradictions(config))
  if ((config.tlsCertificateFile === null) !== (config.tlsKeyFile === null)) {
    problems.push('--tls-certificate and --tls-key belong together: give both, or none to have them made.')
  }
  problems.push(...listenerContradictions(config, isLoopback))
  return problems
}

function retentionContradictions(config: Config): string[] {
  const { fiveMinuteRetentionDays, hourlyRetentionDays, dailyRetentionDays, maxProfileAgeSeconds } = config
  const problems: string[] = []
  if (fiveMinuteRetentionDays > hourlyRetentionDays || hourlyRetentionDays > dailyRetentionDays) {
    problems.push(
      `WICK_FIVE_MINUTE_RETENTION_DAYS (${fiveMinuteRetentionDays}), WICK_HOURLY_RETENTION_DAYS (${hourlyRetentionDays}) and ` +
        `WICK_DAILY_RETENTION_DAYS (${dailyRetentionDays}) must not become smaller: what is finer is not kept longer.`,
    )
  }
  if (dailyRetentionDays * 86_400 < maxProfileAgeSeconds) {
    problems.push(
      `WICK_DAILY_RETENTION_DAYS (${dailyRetentionDays}) is shorter than WICK_MAX_PROFILE_AGE_SECONDS ` +
        `(${maxProfileAgeSeconds}): profiles would be accepted and not kept. Lengthen the first or lower the second.`,
    )
  }
  return problems
}

/** Variables that look like one of ours and are none. Other programs may have their own, so they are no problem. */
function mistypedVariables(environment: Environment): string[] {
  const known = [configFileVariable, ...settings.map((setting) => setting.variable), ...secretVariables]
  return Object.keys(environment)
    .filter((name) => name.startsWith('WICK_') && !known.includes(name))
    .flatMap((name) => {
      const near = nearestName(
        name.slice('WICK_'.length),
        known.map((variable) => variable.slice('WICK_'.length)),
      )
      return near === null ? [] : [`${name} is no setting and is ignored; did you mean WICK_${near}?`]
    })
}
