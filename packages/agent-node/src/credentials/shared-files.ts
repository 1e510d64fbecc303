/** AWS's shared `credentials` and `config` files. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ignoresEndpoints } from '../settings.ts'

export type Section = Readonly<Record<string, string>>
type Environment = Readonly<Record<string, string | undefined>>
type Sections = ReadonlyMap<string, Section>

export interface SharedFiles {
  /** Of both files, where the credentials file wins; null where neither has it. */
  profile(name: string): Section | null
  /** `endpoint_url` for a service, as `services` sections and profiles say it. */
  endpoint(profileName: string, service: string): string | null
}

/** Read anew on each call of this function: keys change while programs run. Files that are not there are empty. */
export function readSharedFiles(environment: Environment): SharedFiles {
  const home = environment.HOME || environment.USERPROFILE || homedir()
  const credentials = parse(environment.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws/credentials'))
  const config = parse(environment.AWS_CONFIG_FILE || join(home, '.aws/config'))
  const profile = (name: string): Section | null => {
    const configured = config.get(`profile ${name}`) ?? config.get(name)
    const keys = credentials.get(name)
    return configured === undefined && keys === undefined ? null : { ...configured, ...keys }
  }
  return {
    profile,
    endpoint: (profileName, service) => {
      if (ignoresEndpoints(environment)) return null
      const section = profile(profileName)
      const services =
        section?.services === undefined ? undefined : config.get(`services ${section.services}`)
      return services?.[`${service}.endpoint_url`] ?? section?.endpoint_url ?? null
    },
  }
}

function parse(path: string): Sections {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // Not there, or not for us.
  }
  const sections = new Map<string, Record<string, string>>()
  let section: Record<string, string> | null = null
  let nested = ''
  for (const line of text.split(/\r?\n/)) {
    const isIndented = /^\s/.test(line)
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue
    const header = /^\[\s*([^\]]+?)\s*\]/.exec(trimmed)
    if (header !== null && !isIndented) {
      const name = header[1]!.replace(/\s+/g, ' ')
      section = sections.get(name) ?? Object.create(null)
      sections.set(name, section!)
      continue
    }
    const equals = trimmed.indexOf('=')
    if (section === null || equals < 0) continue
    const key = trimmed.slice(0, equals).trim().toLowerCase()
    const value = trimmed.slice(equals + 1).trim()
    if (!isIndented) nested = value === '' ? `${key}.` : ''
    section[isIndented ? nested + key : key] = value
  }
  return sections
}
