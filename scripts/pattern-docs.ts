/**
 * Writes docs/patterns/*.md, what there is to know of each pattern that comes with Wick: `node scripts/pattern-docs.ts`. Part of
 * `make record`; a test compares them.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Pattern, shippedPatterns } from '@wick/analysis'

export const docsDirectory = resolve(import.meta.dirname, '../docs/patterns')

const titles = { jvm: 'Java and other languages of the JVM', python: 'Python', node: 'Node.js' } as const

/** File name → text. */
export function patternDocs(): Map<string, string> {
  const languages = Object.keys(titles) as (keyof typeof titles)[]
  return new Map(
    languages.map((language) => {
      const patterns = shippedPatterns().filter((pattern) => pattern.language === language)
      patterns.sort((a, b) => (a.id < b.id ? -1 : 1))
      return [`${language}.md`, page(titles[language], patterns)]
    }),
  )
}

function page(title: string, patterns: readonly Pattern[]): string {
  return [
    `# Patterns for ${title}`,
    '',
    `The ${patterns.length} that come with Wick, made by scripts/pattern-docs.ts. What patterns are: [recommendations.md](../recommendations.md).`,
    ...patterns.flatMap(section),
    '',
  ].join('\n')
}

function section(pattern: Pattern): string[] {
  const { id, name, why, resolutionSteps, links, targetFrames, notUnder, thresholdPercent } = pattern
  const frames = (sequences: Pattern['targetFrames']): string =>
    sequences.map((sequence) => `\`${sequence.join(' → ')}\``).join(', ')
  const except = notUnder.length === 0 ? '' : `, but not under ${frames(notUnder)}`
  return [
    '',
    `## ${name}`,
    '',
    `${why} ${resolutionSteps}`,
    '',
    `\`${id}\`, from ${thresholdPercent} % of ${pattern.countersToAggregate.join(', ')}: ${frames(targetFrames)}${except}.`,
    '',
    links.map((link) => `<${link}>`).join(' '),
  ]
}

if (import.meta.main) {
  await mkdir(docsDirectory, { recursive: true })
  for (const [name, text] of patternDocs()) await writeFile(join(docsDirectory, name), text)
}
