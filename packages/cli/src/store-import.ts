import { readFile, stat } from 'node:fs/promises'
import { importFormats, parseTimestamp } from '@wick/wire'
import { type AdminClient, adminClient } from './admin-client.ts'
import { archiveChunks } from './archive-chunks.ts'
import { CommandError } from './command-error.ts'
import { needed, serverFlags } from './flags.ts'
import { ImportFileError, unreadable } from './import-file-error.ts'
import { counted, progressOn, size } from './progress.ts'
import { messageIn, patiently, succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick store import'
const formats = ['archive', ...importFormats] as const
type Format = (typeof formats)[number]

const formatsWithoutTime: readonly Format[] = ['collapsed', 'collapsed-by-counter', 'speedscope']

/** By the end of a file's name. */
const endings: readonly (readonly [string, Format])[] = [
  ['.wickarc', 'archive'],
  ['.speedscope.json', 'speedscope'],
  ['.pb.gz', 'pprof'],
  ['.pb', 'pprof'],
  ['.pprof', 'pprof'],
  ['.collapsed.txt', 'collapsed'],
  ['.collapsed', 'collapsed'],
  ['.folded', 'collapsed'],
  ['.json', 'profile'],
  ['.ion', 'profile'],
]

const flags = {
  group: { type: 'string' },
  format: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  counter: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

/** Profiles, by what became of them; what is refused may also be a file, or a part of an archive. */
interface Counts {
  readonly stored: number
  readonly repeated: number
  readonly refused: number
  readonly messages: readonly string[]
}

const nothing: Counts = { stored: 0, repeated: 0, refused: 0, messages: [] }

export const storeImport = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--format FORMAT] [--to TIME] [--from TIME] [--counter NAME] [--json] FILE…`,
      '',
      '  Keeps what is in files in a group that exists: archives, profiles as agents post them, files of other tools.',
      '  The server on DIR must be running. Profiles may be of any age, and are kept as long as others of that age. The',
      '  same file again, within a day, changes nothing but what was deleted since: what was cut off can simply be repeated.',
      '',
      `  --format FORMAT   ${formats.join(', ')};`,
      '                    unless given, the end of the name tells: .wickarc, .pb.gz, .speedscope.json, .collapsed, .json, .ion',
      '  --to TIME         when a file of another tool ends: 2026-11-24T13:00:00Z. Only pprof may say it itself',
      '  --from TIME       when it begins; five minutes before its end unless told otherwise',
      '  --counter NAME    what the samples of collapsed stacks are (WALL_TIME)',
      '',
      '  Exit code 1 where something was refused, after importing the rest.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values, positionals: files } = serverFlags(command, args, flags, { takesFiles: true })
    const group = needed(command, 'group', values.group)
    if (files.length === 0) throw new UsageError(`${command} needs a FILE.`)
    for (const flag of ['from', 'to'] as const)
      if (values[flag] !== undefined && parseTimestamp(values[flag]) === null)
        throw new UsageError(`--${flag} must be a time such as 2026-11-24T13:00:00Z, not '${values[flag]}'.`)
    const named = files.map((file) => ({ file, format: formatOf(file, values.format) }))
    const timeless = named.find(({ format }) => formatsWithoutTime.includes(format))
    if (timeless !== undefined && values.to === undefined && values.from === undefined)
      throw new UsageError(`${timeless.file} does not say of what time it is: give --to.`)
    const sized = await Promise.all(named.map(async (one) => ({ ...one, bytes: await sizeOf(one.file) })))
    const client = await adminClient(data)
    let counts = nothing
    try {
      for await (const part of progressing(importAll(client, group, sized, values), sized))
        counts = sum(counts, part)
    } finally {
      // Also of what was cut off by a server that is gone.
      if (counts !== nothing) report(counts, values.json)
    }
    return counts.refused > 0 ? 1 : 0
  },
}

function formatOf(file: string, given: string | undefined): Format {
  const format = given ?? endings.find(([ending]) => file.toLowerCase().endsWith(ending))?.[1]
  const known = formats.find((candidate) => candidate === format)
  if (known !== undefined) return known
  throw new UsageError(
    given === undefined
      ? `The name of ${file} does not tell what it is: give --format.`
      : `There is no format '${given}': ${formats.join(', ')} are known.`,
  )
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: Error) => {
    throw new CommandError(`${file} cannot be read: ${error.message}`)
  })
  if (!found.isFile()) throw new CommandError(`${file} is no file.`)
  return found.size
}

interface NamedFile {
  readonly file: string
  readonly format: Format
  readonly bytes: number
}

interface FileOptions {
  readonly format: Format
  readonly from?: string
  readonly to?: string
  readonly counter?: string
}

async function* importAll(
  client: AdminClient,
  group: string,
  files: readonly NamedFile[],
  options: Omit<FileOptions, 'format'>,
): AsyncGenerator<Part> {
  const path = `/v1/profilingGroups/${encodeURIComponent(group)}`
  for (const { file, format } of files) {
    try {
      if (format === 'archive') yield* importArchive(client, path, file)
      else yield await importFile(client, path, file, { ...options, format })
    } catch (error) {
      // It does not keep the others from being imported.
      if (!(error instanceof ImportFileError)) throw error
      yield refused(0, error.message)
    }
  }
}

/** The same parts, shown as they come. */
async function* progressing(parts: AsyncIterable<Part>, files: readonly NamedFile[]): AsyncGenerator<Part> {
  using progress = progressOn(process.stderr)
  const all = files.reduce((total, { bytes }) => total + bytes, 0)
  let [done, stored] = [0, 0]
  for await (const part of parts) {
    yield part
    done += part.bytes
    stored += part.stored
    const text = `${size(done)} of ${size(all)}, ${counted(stored, 'profile')} stored`
    progress.show(text, all === 0 ? null : done / all)
  }
}

/** What became of some bytes of a file. */
interface Part extends Counts {
  readonly bytes: number
}

/** Chunk by chunk: one that is refused keeps no other from being imported. */
async function* importArchive(client: AdminClient, path: string, file: string): AsyncGenerator<Part> {
  let isFirst = true
  for await (const chunk of archiveChunks(file)) {
    const answer = await patiently(() => client.call('POST', `${path}/archive`, chunk))
    if (answer.status !== 400) {
      yield { bytes: chunk.length, ...(JSON.parse(succeeded(answer).body.toString()) as Counts) }
    } else {
      yield refused(chunk.length, `${file}: ${messageIn(answer)}`)
      // It says what the others are.
      if (isFirst) return
    }
    isFirst = false
  }
}

/** A file that is refused does not keep the others from being imported; a group that is not there does. */
async function importFile(
  client: AdminClient,
  path: string,
  file: string,
  { format, from, to, counter }: FileOptions,
): Promise<Part> {
  const body = await readFile(file).catch(unreadable(file))
  const query = new URLSearchParams({
    format,
    ...(from !== undefined && { startTime: from }),
    ...(to !== undefined && { endTime: to }),
    ...(counter !== undefined && { counter }),
  })
  const answer = await patiently(() => client.call('POST', `${path}/import?${query}`, body))
  if (answer.status === 400) return refused(body.length, `${file}: ${messageIn(answer)}`)
  const { outcome } = JSON.parse(succeeded(answer).body.toString()) as { outcome: 'stored' | 'repeated' }
  return { ...nothing, bytes: body.length, [outcome]: 1 }
}

function refused(bytes: number, message: string): Part {
  return { ...nothing, bytes, refused: 1, messages: [message] }
}

function sum(one: Counts, other: Counts): Counts {
  return {
    stored: one.stored + other.stored,
    repeated: one.repeated + other.repeated,
    refused: one.refused + other.refused,
    messages: [...new Set([...one.messages, ...other.messages])],
  }
}

function report({ stored, repeated, refused, messages }: Counts, isJson: boolean): void {
  if (isJson) {
    console.log(JSON.stringify({ stored, repeated, refused, messages }))
  } else {
    const repetition = repeated > 0 ? `, ${repeated.toLocaleString('en')} were there already` : ''
    console.log(`wick: ${counted(stored, 'profile')} stored${repetition}`)
  }
  if (refused > 0) console.error(`wick: ${refused.toLocaleString('en')} refused:`)
  for (const message of messages) console.error(`      ${message}`)
}
