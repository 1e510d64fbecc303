import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePattern } from './parse-pattern.ts'
import { languages } from './pattern.ts'
import { shippedPatterns } from './shipped-patterns.ts'

const directory = join(import.meta.dirname, 'patterns')

/** Every pattern of every file, whether or not something imports the file. */
const onDisk = languages.flatMap((language) =>
  readdirSync(join(directory, language))
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const patterns: object[] = JSON.parse(readFileSync(join(directory, language, file), 'utf8'))
      return patterns.map((pattern) => ({ language, file: `${language}/${file}`, pattern }))
    }),
)

test('every pattern of every file is valid, and shipped', () => {
  const shipped = new Map(shippedPatterns().map((pattern) => [pattern.id, pattern]))
  for (const { language, file, pattern } of onDisk) {
    const expected = parsePattern({ ...pattern, language })
    assert.deepEqual(shipped.get(expected.id), expected, `${file}: ${expected.id} (see index.ts)`)
  }
  assert.equal(shippedPatterns().length, onDisk.length)
})

test('ids are unique and begin with their language', () => {
  const ids = shippedPatterns().map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { id, language } of shippedPatterns()) assert.ok(id.startsWith(`${language}-`), id)
})

test('every pattern says in whole sentences why and what to do, and where to read more', () => {
  for (const { id, name, why, resolutionSteps, links } of shippedPatterns()) {
    assert.match(name, /^\S.*[^.\s]$/, `${id}: a name is no sentence`)
    for (const text of [why, resolutionSteps]) assert.match(text, /^[A-Z`].*[.)]$/s, id)
    assert.ok(links.length > 0, `${id}: no link`)
  }
})
