import { type Config, environmentName, isLoopback, type Setting, settings } from './settings.ts'

/**
 * Where the settings of a start come from. Flags win over the environment, the environment over the file, the file
 * over the defaults.
 */
export interface ConfigSources {
  /** Setting flags (`--listen`) → value as text. */
  readonly flags: ReadonlyMap<string, string>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Name and text of the configuration file (JSON); null where there is none. */
  readonly file: { readonly name: string; readonly text: string } | null
}

export type ConfigResult =
  | { readonly kind: 'valid'; readonly config: Config }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }

/** Everything that is wrong, at once, each as a sentence that names the setting and where it came from. */
export function loadConfig(sources: ConfigSources): ConfigResult {
  const problems: string[] = []
  const fromFile = readFile(sources.file, problems)
  const values: Record<string, unknown> = {}
  for (const setting of settings) {
    const given = find(setting, sources, fromFile)
    if (given === null) {
      values[setting.name] = null
      continue
    }
    try {
      values[setting.name] = setting.parse(given.text)
    } catch (error) {
      problems.push(`${given.origin} must be ${(error as Error).message}; it is '${given.text}'.`)
    }
  }
  if (problems.length === 0) problems.push(...contradictions(values as unknown as Config))
  return problems.length === 0
    ? { kind: 'valid', config: values as unknown as Config }
    : { kind: 'invalid', problems }
}

function find(
  setting: Setting,
  { flags, environment }: ConfigSources,
  file: ReadonlyMap<string, string>,
): { text: string; origin: string } | null {
  const variable = environmentName(setting)
  const places: readonly [string | undefined, string][] = [
    [flags.get(setting.flag), setting.flag],
    [environment[variable], variable],
    [file.get(setting.name), `'${setting.name}' in the configuration file`],
    [setting.default ?? undefined, `the default of ${setting.flag}`],
  ]
  for (const [text, origin] of places) if (text !== undefined) return { text, origin }
  return null
}

/** The file's values as text, so that every source goes through the same reader. */
function readFile(file: ConfigSources['file'], problems: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  if (file === null) return values
  let content: unknown
  try {
    content = JSON.parse(file.text)
  } catch (error) {
    problems.push(`${file.name} is not valid JSON: ${(error as Error).message}`)
    return values
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`${file.name} must hold one JSON object.`)
    return values
  }
  for (const [name, value] of Object.entries(content)) {
    if (!settings.some((setting) => setting.name === name)) {
      problems.push(`${file.name}: there is no setting '${name}'${suggestion(name)}.`)
    } else {
      values.set(name, Array.isArray(value) ? value.join(',') : String(value))
    }
  }
  return values
}

function suggestion(name: string): string {
  const near = nearest(
    name,
    settings.map((setting) => setting.name),
  )
  return near === null ? '' : `; did you mean '${near}'?`
}

/** The candidate that differs least, if it differs by no more than a third of its letters. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const ranked = candidates.map((candidate) => ({
    candidate,
    distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
  }))
  const best = ranked.sort((a, b) => a.distance - b.distance)[0]
  return best !== undefined && best.distance <= best.candidate.length / 3 ? best.candidate : null
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/** Settings that are fine alone and wrong together. */
function contradictions(config: Config): string[] {
  const problems: string[] = []
  if (config.dataDirectory === null)
    problems.push('--data DIR is needed: the directory that keeps everything.')
  if (config.agentPeriodSeconds * 1000 < config.agentMinimumReportingMilliseconds) {
    problems.push(
      `WICK_AGENT_PERIOD_SECONDS (${config.agentPeriodSeconds}) is shorter than WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS ` +
        `(${config.agentMinimumReportingMilliseconds}): AWS's agents would silently stop. Lower the minimum, or raise the period.`,
    )
  }
  if (config.insecureHttp && !isLoopback(config.listen.host)) {
    problems.push(
      `--insecure-http is for loopback addresses only, not ${config.listen.host}: leave it out to use TLS, or listen on 127.0.0.1.`,
    )
  }
  return problems
}
