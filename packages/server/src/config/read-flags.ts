import { suggestion } from './nearest-name.ts'
import { configFileFlag, settings } from './settings.ts'

/**
 * Flags → text of each setting named (and of `--config`). `--flag value` and `--flag=value` are alike; a switch needs no value;
 * a list may be given several times.
 */
export function readFlags(args: readonly string[], problems: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    const equals = arg.indexOf('=')
    const flag = equals === -1 ? arg : arg.slice(0, equals)
    const type =
      flag === configFileFlag ? configFile : settings.find((setting) => setting.flag === flag)?.type
    if (type === undefined) {
      problems.push(unknown(flag))
      // What follows was meant as its value, most likely.
      if (equals === -1 && flag.startsWith('-') && isValue(args[at + 1])) at++
      continue
    }
    let value = equals === -1 ? undefined : arg.slice(equals + 1)
    if (value === undefined && type.placeholder === null) value = 'true'
    if (value === undefined && isValue(args[at + 1])) value = args[++at]
    if (value === undefined || value === '') {
      problems.push(`${flag} needs a value: ${flag} ${type.placeholder ?? 'true'}.`)
      continue
    }
    const earlier = values.get(flag)
    if (earlier === undefined) values.set(flag, value)
    else if (type.json === 'list') values.set(flag, `${earlier},${value}`)
    else problems.push(`${flag} is given more than once.`)
  }
  return values
}

function isValue(arg: string | undefined): boolean {
  return arg !== undefined && !arg.startsWith('--')
}

const configFile = { placeholder: 'FILE', json: 'string' } as const

function unknown(flag: string): string {
  if (!flag.startsWith('-')) return `'${flag}' is not expected here: every setting has a flag, see --help.`
  const flags = [configFileFlag, ...settings.map((setting) => setting.flag)]
  return `There is no flag '${flag}'${suggestion(flag, flags) || '.'}`
}
