import { parseArgs } from 'node:util'
import { readConfig } from './read-config.ts'
import { UsageError } from './usage-error.ts'

const ownFlags = {
  'new-key-file': { type: 'string' },
  'data-keys': { type: 'boolean' },
} as const
const settingFlags = {
  data: { type: 'string' },
  config: { type: 'string' },
  'master-key-file': { type: 'string' },
} as const

export const keyRotate = {
  help: (): string =>
    [
      'wick key rotate --data DIR [--data-keys] [--new-key-file FILE] [--master-key-file FILE] [--config FILE]',
      '',
      '  Changes the master key of DIR, on which no server may run: a new key is made and takes the place of the old one,',
      '  which opens nothing here any more. Cut off at any moment, the next start goes on with one of the two. Backups',
      '  from before need the old key: keep a copy of it with them, or make a new backup.',
      '',
      '  --data-keys          groups get another data key too: what is kept from now on is encrypted under that one',
      '  --new-key-file FILE  the new key is the one in FILE (64 hexadecimal digits, mode 0400)',
      '',
      '  Where the key is in WICK_MASTER_KEY, the new one is taken from WICK_NEW_MASTER_KEY or --new-key-file; it is the one',
      '  to start with from then on. With the old key in a file and a WICK_NEW_MASTER_KEY, the file is removed.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const flags = parse(args)
    const { newMasterKeyVariable, noKeyIn, rotateDirectoryKeys, SecretKey } = await import('@wick/server')
    const text = process.env[newMasterKeyVariable] || null
    // Takes both keys out of the environment.
    const config = await readConfig(settingsOf(flags), process.env)
    if (config === null) return 2

    const file = flags['new-key-file'] ?? null
    if (text !== null && file !== null) {
      throw new UsageError(`There is a ${newMasterKeyVariable} and a --new-key-file: give one new key.`)
    }
    const key = text === null ? null : SecretKey.parse(text)
    if (text !== null && key === null) {
      console.error(`wick: ${noKeyIn(newMasterKeyVariable)}`)
      return 2
    }
    const { keyFile, dataKeys, accessKeys } = await rotateDirectoryKeys(config, {
      newKey: key !== null ? { kind: 'environment', key } : file !== null ? { kind: 'file', file } : null,
      withDataKeys: flags['data-keys'] ?? false,
    })
    console.log(
      `wick: the master key is another one: ${counted(dataKeys, 'data key')} and ${counted(accessKeys, 'access key')} ` +
        `are sealed under it${flags['data-keys'] ? ', and each group has a new data key' : ''}.`,
    )
    console.log(
      keyFile === null
        ? 'wick: it is written nowhere: start the server with it from now on.'
        : `wick: it is in ${keyFile}, and the old one is gone: make a backup of both, key and data.`,
    )
    return 0
  },
}

type Flags = ReturnType<typeof parse>

/** @throws UsageError */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...ownFlags, ...settingFlags } }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** As the settings of a server are given. */
function settingsOf(flags: Flags): string[] {
  return Object.keys(settingFlags).flatMap((name) => {
    const value = flags[name as keyof typeof settingFlags]
    return value === undefined ? [] : [`--${name}`, value]
  })
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
