import type { CertificateRule } from './certificate-rules.ts'
import type { ListenerSettings } from './listener-settings.ts'
import type { ConfigResult } from './load-config.ts'
import { masterKeyVariable } from './secret-key.ts'
import type { ListenAddress } from './setting-types.ts'
import { configFileFlag, configFileVariable, settings } from './settings.ts'

/** The settings part of `wick serve --help`. */
export function settingsHelp(): string {
  const rows = settings.map(({ flag, type, default: standard, help }) => [
    type.placeholder === null ? flag : `${flag} ${type.placeholder}`,
    standard === null || standard === '' || type.placeholder === null ? help : `${help} (${standard})`,
  ])
  const file = [`${configFileFlag} FILE`, `more settings, as JSON (also ${configFileVariable})`]
  return [
    ...columns([...rows, file]).map((line) => `  ${line}`),
    '',
    '  Each setting is also an environment variable (--tls-name: WICK_TLS_NAME) and a key of the',
    '  configuration file (tlsName). Flags win over the environment, the environment over the file.',
    '',
    `  The master key itself can be in ${masterKeyVariable} instead of a file: 64 hexadecimal digits.`,
  ].join('\n')
}

/** What `wick config check` prints of settings that are right: each value and where it comes from; of a secret, that it is set. */
export function describeConfig({ config, origins }: Extract<ConfigResult, { kind: 'valid' }>): string {
  const rows = settings.map(({ name, flag }) => [flag, shown(config[name]), `(${origins[name]})`])
  if (config.masterKey !== null) rows.push([masterKeyVariable, 'set', '(never shown)'])
  return columns(rows).join('\n')
}

function shown(value: unknown): string {
  if (value === null) return '-'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(shown).join(',')
  if (typeof value !== 'object') return String(value)
  if ('role' in value) return `${(value as CertificateRule).name} ${(value as CertificateRule).role}`
  if ('listen' in value) return `${(value as ListenerSettings).name} ${shown(value.listen)}`
  const { host, port } = value as ListenAddress
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Pads every column but the last to its widest cell. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
