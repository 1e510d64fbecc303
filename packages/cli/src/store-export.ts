import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { exportFormats, parseTimestamp } from '@wick/wire'
import { type AdminClient, adminClient } from './admin-client.ts'
import { CommandError } from './command-error.ts'
import { needed, serverFlags } from './flags.ts'
import { counted, progressOn, size } from './progress.ts'
import { patiently, succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick store export'
const formats = ['archive', ...exportFormats] as const

const flags = {
  group: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  period: { type: 'string' },
  format: { type: 'string', default: 'archive' },
  output: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

interface Exported {
  readonly bytes: number
  /** Null where they are added up. */
  readonly profiles: number | null
  readonly lost: number
}

export const storeExport = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME --output FILE [--from TIME] [--to TIME] [--format FORMAT] [--json]`,
      '',
      '  Writes the profiles of a group to a file, or to stdout with --output -. The server on DIR must be running.',
      '',
      '  --format archive              every agent profile of windows that are over, to be imported again (the default)',
      '  --format pprof                the sum of a time, for go tool pprof',
      '  --format speedscope           … for https://www.speedscope.app, also offline',
      '  --format collapsed            … a line for each call path, as flame graph scripts read them',
      '  --format collapsed-by-counter … with the thread state as first frame',
      '  --format ion|json             … as GetProfile answers it',
      '',
      '  --from, --to TIME             2026-11-24T13:00:00Z; an archive is of everything unless told otherwise, and of the whole',
      '                                of each hour or day of which only the sum is left',
      '  --period P                    PT1H: with one of them, or the latest hour; not for archives',
      '',
      '  Exit code 1 where something of that time could not be read, after writing the rest.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, flags)
    const group = needed(command, 'group', values.group)
    const output = needed(command, 'output', values.output)
    const format = formats.find((known) => known === values.format)
    if (format === undefined)
      throw new UsageError(`There is no format '${values.format}': ${formats.join(', ')} are known.`)
    const time = timeOf(values)
    if (output === '-' && values.json) throw new UsageError('With --output - there is no room for --json.')
    if (format === 'archive' && values.period !== undefined)
      throw new UsageError('An archive has no --period: give --from and --to.')
    if (format !== 'archive' && Object.keys(time).length === 0)
      throw new UsageError(`A time is needed for ${format}: --from and --to, or --period PT1H.`)
    const client = await adminClient(data)
    const done = await toFile(output, (write) =>
      format === 'archive'
        ? exportArchive(client, group, time, write)
        : exportSum(client, group, { ...time, format }, write),
    )
    report(done, output, values.json)
    return done.lost > 0 ? 1 : 0
  },
}

interface Time {
  readonly startTime?: string
  readonly endTime?: string
  readonly period?: string
}

function timeOf({
  from,
  to,
  period,
}: {
  readonly from?: string
  readonly to?: string
  readonly period?: string
}): Time {
  for (const [flag, text] of Object.entries({ from, to }))
    if (text !== undefined && parseTimestamp(text) === null)
      throw new UsageError(`--${flag} must be a time such as 2026-11-24T13:00:00Z, not '${text}'.`)
  return {
    ...(from !== undefined && { startTime: from }),
    ...(to !== undefined && { endTime: to }),
    ...(period !== undefined && { period }),
  }
}

type Write = (bytes: Uint8Array) => Promise<void>

/** Into a file that gets its name when it is whole, into what is no file as it comes, or to stdout. */
async function toFile<T>(output: string, work: (write: Write) => Promise<T>): Promise<T> {
  // A reader that had enough ends the pipe: the write that is told so says it.
  process.stdout.on('error', () => {})
  if (output === '-')
    return work((bytes) =>
      written(
        'stdout',
        new Promise((done, failed) =>
          process.stdout.write(bytes, (error) => (error ? failed(error) : done())),
        ),
      ),
    )
  const file = await realpath(output).catch(() => output)
  const there = await stat(file).catch(() => null)
  if (there?.isDirectory()) throw new CommandError(`${output} is a directory.`)
  // A pipe or a device is written to as it is: a file must not take its place.
  return there === null || there.isFile() ? toNewFile(file, work) : toOpened(await writable(file), file, work)
}

async function toNewFile<T>(file: string, work: (write: Write) => Promise<T>): Promise<T> {
  const partial = `${file}.partial`
  const handle = await writable(partial)
  try {
    const result = await toOpened(handle, file, async (write) => {
      const done = await work(write)
      await written(file, handle.sync())
      return done
    })
    await written(file, rename(partial, file))
    return result
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Closes it in any case. */
async function toOpened<T>(handle: FileHandle, file: string, work: (write: Write) => Promise<T>): Promise<T> {
  try {
    return await work((bytes) => written(file, handle.writeFile(bytes)))
  } finally {
    await handle.close()
  }
}

async function writable(file: string): Promise<FileHandle> {
  return written(file, open(file, 'w'))
}

/** @throws CommandError that says why not */
async function written<T>(file: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`)
  }
}

async function exportSum(
  client: AdminClient,
  group: string,
  body: Time & { readonly format: string },
  write: Write,
): Promise<Exported> {
  const target = `/v1/profilingGroups/${encodeURIComponent(group)}/export`
  const answer = succeeded(await patiently(() => client.call('POST', target, JSON.stringify(body))))
  await write(answer.body)
  return { bytes: answer.body.length, profiles: null, lost: 0 }
}

/** Page by page: a page that was not answered is asked for again. */
async function exportArchive(
  client: AdminClient,
  group: string,
  time: Time,
  write: Write,
): Promise<Exported> {
  using progress = progressOn(process.stderr)
  let [bytes, profiles, lost] = [0, 0, 0]
  let token: string | null = null
  do {
    const query = new URLSearchParams({ ...time, ...(token !== null && { nextToken: token }) })
    const target: string = `/v1/profilingGroups/${encodeURIComponent(group)}/archive?${query}`
    const { headers, body } = succeeded(await patiently(() => client.call('GET', target)))
    await write(body)
    bytes += body.length
    profiles += Number(headers['wick-profiles'])
    lost += Number(headers['wick-profiles-lost'])
    const all = profiles + lost + Number(headers['wick-profiles-left'])
    const text = `${profiles.toLocaleString('en')} of ${counted(all, 'profile')}, ${size(bytes)}`
    progress.show(text, all === 0 ? null : (profiles + lost) / all)
    const next = headers['wick-next-token']
    token = typeof next === 'string' ? next : null
  } while (token !== null)
  return { bytes, profiles, lost }
}

function report({ bytes, profiles, lost }: Exported, output: string, isJson: boolean): void {
  if (isJson) {
    console.log(JSON.stringify({ file: output, bytes, profiles, lost }))
  } else {
    const what = profiles === null ? size(bytes) : `${counted(profiles, 'profile')}, ${size(bytes)}`
    if (output !== '-') console.log(`wick: ${output}: ${what}`)
    else console.error(`wick: ${what}`)
  }
  if (lost > 0)
    console.error(
      `wick: ${counted(lost, 'profile')} could not be read and are missing: wick store verify tells more.`,
    )
}
