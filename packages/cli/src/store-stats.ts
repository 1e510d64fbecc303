import { adminClient } from './admin-client.ts'
import { serverFlags } from './flags.ts'
import { counted, size } from './progress.ts'
import { succeeded } from './server-answer.ts'

const command = 'wick store stats'

interface Files {
  readonly files: number
  readonly bytes: number
}

interface Group {
  readonly profilingGroupName?: string
  readonly groupId: string
  readonly levels: readonly (Files & {
    readonly level: string
    readonly profiles: number
    readonly oldest: number | null
    readonly newest: number | null
  })[]
  readonly dictionaries: Files
  readonly unsealed: { readonly profiles: number; readonly bytes: number }
}

interface Stats {
  readonly segments: Files
  readonly tokens: Files
  readonly groups: Group[]
  readonly nextToken?: string
}

const levelNames: Readonly<Record<string, string>> = { PT5M: '5 minutes', PT1H: 'hours', P1D: 'days' }

export const storeStats = {
  help: (): string =>
    [
      `${command} --data DIR [--json]`,
      '',
      '  How many profiles the server running on DIR keeps of each group, from when to when, and how much room they take:',
      '  what is not sealed yet, windows of 5 minutes, hours, days, and the dictionaries of their names.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, { json: { type: 'boolean', default: false } })
    const client = await adminClient(data)
    const all: Group[] = []
    let nextToken: string | undefined
    let stats: Stats
    do {
      const query = nextToken === undefined ? '' : `?${new URLSearchParams({ nextToken })}`
      const { body } = succeeded(await client.call('GET', `/v1/store/stats${query}`))
      stats = JSON.parse(body.toString()) as Stats
      all.push(...stats.groups)
      nextToken = stats.nextToken
    } while (nextToken !== undefined)
    const { segments, tokens } = stats
    const groups = all.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    if (values.json) console.log(JSON.stringify({ segments, tokens, groups }))
    else for (const line of report({ segments, tokens, groups })) console.log(line)
    return 0
  },
}

function nameOf({ profilingGroupName, groupId }: Group): string {
  return profilingGroupName ?? groupId
}

function report({ segments, tokens, groups }: Stats): string[] {
  const sealed = groups.flatMap(({ levels, dictionaries }) => [...levels, dictionaries])
  const bytes = sealed.reduce((sum, file) => sum + file.bytes, segments.bytes + tokens.bytes)
  // One table over all groups.
  const lines = aligned(groups.flatMap(rowsOf))
  return [
    ...groups.flatMap((group) => [nameOf(group), ...lines.splice(0, rowsOf(group).length)]),
    `all: ${size(bytes)}; ${counted(segments.files, 'segment')} ${size(segments.bytes)}, ` +
      `${counted(tokens.files, 'token list')} ${size(tokens.bytes)}`,
  ]
}

function rowsOf({ levels, dictionaries, unsealed }: Group): string[][] {
  const rows = levels
    .filter(({ files }) => files > 0)
    .map(({ level, files, bytes, profiles, oldest, newest }) => [
      levelNames[level] ?? level,
      counted(profiles, 'profile'),
      counted(files, 'file'),
      size(bytes),
      `${instant(oldest)} to ${instant(newest)}`,
    ])
  return [
    ['not sealed', counted(unsealed.profiles, 'profile'), '', size(unsealed.bytes), ''],
    ...rows,
    ...(dictionaries.files > 0
      ? [['names', '', counted(dictionaries.files, 'file'), size(dictionaries.bytes), '']]
      : []),
  ]
}

function instant(milliseconds: number | null): string {
  return milliseconds === null ? '' : new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')
}

/** The first column to the left, numbers to the right, the last one as it is. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => {
        const isLeft = column === 0 || column === row.length - 1
        return isLeft ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
      })
      .join('  ')}`.trimEnd(),
  )
}
