import type { SettingType } from './setting-types.ts'

/** How the configuration file writes each kind, to complete "… must be". */
export const writtenKinds = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list of strings',
  object: 'an object',
} as const

/** What JSON holds → the text that a flag would have. Null where the value is of another kind. */
export function writtenValue({ json }: Pick<SettingType<unknown>, 'json'>, value: unknown): string | null {
  if (json === 'object') return isObject(value) ? JSON.stringify(value) : null
  if (json !== 'list') return typeof value === json ? String(value) : null
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.every((item) => typeof item === 'string') ? items.join(',') : null
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
