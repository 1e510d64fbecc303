/**
 * Renews the recordings that `make test` replays: every program is run by Wick's agent of its language, with the problem
 * and without it, and what GetProfile answers is kept in fixtures/findings.
 *
 *   node e2e/findings/record.ts [ID or LANGUAGE …]
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { ProfileBody } from '../support/call-paths.ts'
import { python } from '../support/python.ts'
import { startProfiler } from './support/profiled.ts'
import { allPrograms, languageOf, prepare, variants } from './support/programs.ts'

const root = resolve(import.meta.dirname, '../..')
const wanted = process.argv.slice(2)
const isWanted = (id: string) => wanted.length === 0 || wanted.includes(id) || wanted.includes(languageOf(id))
const ids = allPrograms().filter(isWanted)
if (ids.length === 0) throw new Error(`no program is called ${wanted.join(' or ')}`)

await prepare(new Set(ids.map(languageOf)))
const directory = await mkdtemp(join(tmpdir(), 'wick-record-'))
const profiler = await startProfiler(directory)
let failed = 0
try {
  // One after the other: a program that waits for a processor is another program.
  for (const id of ids) {
    for (const variant of variants) {
      try {
        const profile = await profiler.profile(id, variant)
        const file = join(root, 'fixtures/findings', languageOf(id), `${id}.${variant}.json.gz`)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, gzipSync(neutral(profile), { level: 9 }))
        console.log(`recorded ${id} ${variant}`)
      } catch (error) {
        failed++
        console.error(`FAILED ${error instanceof Error ? error.message : error}`)
      }
    }
  }
} finally {
  await profiler.wick.stop()
  await rm(directory, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1

/** As text, without the places of this machine and its time. */
function neutral({ start, end, ...profile }: ProfileBody): string {
  let text = JSON.stringify({ start: 0, end: end - start, ...profile })
  const prefix = execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' })
  const places: [string, string][] = [
    [prefix.trim(), '/usr'],
    [realpathSync(join(root, 'e2e/.venv')), '/app/venv'],
    [join(root, 'e2e/.venv'), '/app/venv'],
    [root, '/app'],
    [homedir(), '/home/app'],
  ]
  for (const [place, name] of places) {
    if (place === '/' || place === '') continue
    text = text.replaceAll(place, name)
    // Python spells the path of a module that is in none of its directories with dots.
    text = text.replaceAll(
      `${place.slice(1).replaceAll('/', '.')}.`,
      `${name.slice(1).replaceAll('/', '.')}.`,
    )
  }
  return text
}
