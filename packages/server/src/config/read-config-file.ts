import { suggestion } from './nearest-name.ts'
import { settings } from './settings.ts'
import { isObject, writtenKinds, writtenValue } from './written-value.ts'

/**
 * The configuration file, a JSON object with one member for each setting → its values as text, by key, so that every source
 * goes through the same reading. Keys that are no setting are refused: a mistyped one would go unnoticed.
 */
export function readConfigFile(name: string, text: string, problems: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  const content = parseObject(name, text, problems)
  for (const [key, value] of Object.entries(content)) {
    const setting = settings.find((candidate) => candidate.key === key)
    if (setting === undefined) {
      const keys = settings.map((candidate) => candidate.key)
      problems.push(`${name}: there is no setting '${key}'${suggestion(key, keys) || '.'}`)
      continue
    }
    const written = writtenValue(setting.type, value)
    if (written === null) problems.push(`${name}: '${key}' must be ${writtenKinds[setting.type.json]}.`)
    else values.set(key, written)
  }
  return values
}

function parseObject(name: string, text: string, problems: string[]): object {
  let content: unknown
  try {
    // Some editors begin a file with a byte order mark.
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    problems.push(`${name} is not valid JSON: ${(error as Error).message}.`)
    return {}
  }
  if (isObject(content)) return content
  problems.push(`${name} must hold one JSON object, for example { "listen": "127.0.0.1:8443" }.`)
  return {}
}
