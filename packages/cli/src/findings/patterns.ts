import type { PatternsAnswer } from '@wick/wire'
import { adminClient } from '../admin-client.ts'
import { serverFlags } from '../flags.ts'
import { printLine } from '../print-line.ts'
import { succeeded } from '../server-answer.ts'
import { UsageError } from '../usage-error.ts'
import { readPattern } from './read-pattern.ts'

/** Patterns of users: of a group, or of the whole installation. */

const words = 'wick findings patterns'
const group = { type: 'string' } as const

function targetOf(name: string | undefined): string {
  return name === undefined ? '/v1/patterns' : `/v1/profilingGroups/${encodeURIComponent(name)}/patterns`
}

function owner(name: string | undefined): string {
  return name === undefined ? 'the installation' : `the group ${name}`
}

export const patternsList = {
  help: (): string =>
    [
      `${words} list --data DIR [--group NAME] [--own] [--json]`,
      '',
      '  Says which patterns are looked for: everywhere, or in a group.',
      '',
      '  --own    without those that come with Wick',
      '  --json   one JSON object for each, as it is written in a file, with whose it is',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const isGiven = { type: 'boolean', default: false } as const
    const { data, values } = serverFlags(`${words} list`, args, { group, own: isGiven, json: isGiven })
    const client = await adminClient(data)
    const answer = succeeded(await client.call('GET', targetOf(values.group)))
    const { patterns } = JSON.parse(answer.body.toString()) as PatternsAnswer
    const shown = values.own ? patterns.filter(({ origin }) => origin !== 'wick') : patterns
    for (const pattern of shown) {
      if (values.json) console.log(JSON.stringify(pattern))
      else printLine(`${pattern.id} (${pattern.origin}, from ${pattern.thresholdPercent} %): ${pattern.name}`)
    }
    return 0
  },
}

export const patternsAdd = {
  help: (): string =>
    [
      `${words} add --data DIR [--group NAME] PATTERN.json`,
      '',
      '  Looks for a pattern from now on, everywhere or in a group, in place of one with the same id.',
      '  Try it first: wick findings try. How a pattern is written: docs/recommendations.md.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const command = `${words} add`
    const { data, values, positionals } = serverFlags(command, args, { group }, { takesFiles: true })
    const pattern = await readPattern(command, positionals)
    const id = typeof pattern.id === 'string' && pattern.id !== '' ? pattern.id : 'pattern'
    const client = await adminClient(data)
    const target = `${targetOf(values.group)}/${encodeURIComponent(id)}`
    succeeded(await client.call('PUT', target, JSON.stringify(pattern)))
    console.log(`${id} is a pattern of ${owner(values.group)} now.`)
    return 0
  },
}

export const patternsRemove = {
  help: (): string =>
    [
      `${words} remove --data DIR [--group NAME] ID`,
      '',
      '  Looks for a pattern of the installation, or of a group, no longer.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const command = `${words} remove`
    const { data, values, positionals } = serverFlags(command, args, { group }, { takesFiles: true })
    const [id, ...more] = positionals
    if (id === undefined || more.length > 0) throw new UsageError(`${command} needs the id of one pattern.`)
    const client = await adminClient(data)
    succeeded(await client.call('DELETE', `${targetOf(values.group)}/${encodeURIComponent(id)}`))
    console.log(`${id} is no pattern of ${owner(values.group)} any more.`)
    return 0
  },
}
