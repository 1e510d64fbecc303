import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { ProfileDecoder } from '@wick/profile'
import { PatternSet } from './find-recommendations.ts'
import { languages } from './pattern.ts'
import { shippedPatterns } from './shipped-patterns.ts'

/**
 * Every shipped pattern on what Wick's agents saw of a real program with the problem, and of the same program without it
 * (e2e/findings/programs; `make record` renews the recordings).
 */

const recordings = resolve(import.meta.dirname, '../../../../fixtures/findings')

/** What else is found in a program without its problem, and rightly. */
const alsoThere: Readonly<Record<string, readonly string[]>> = {}

const set = new PatternSet(shippedPatterns())

function foundIn(language: string, id: string, variant: 'with' | 'without'): string[] {
  const file = join(recordings, language, `${id}.${variant}.json.gz`)
  const { tree } = new ProfileDecoder().decode(gunzipSync(readFileSync(file)))
  const { needed, recommendations } = set.find(tree)
  assert.equal(needed, null, `${id} ${variant}: too few samples, record it anew`)
  return recommendations.map(({ pattern }) => pattern.id)
}

for (const { id, language } of shippedPatterns()) {
  test(`${id} is found in the program that has it and not in the one that has not`, () => {
    assert.ok(foundIn(language!, id, 'with').includes(id), 'not found')
    assert.deepEqual(
      foundIn(language!, id, 'without').filter((other) => !alsoThere[id]?.includes(other)),
      [],
    )
  })
}

test('there is no recording that no pattern looks at', () => {
  const known = new Set(shippedPatterns().map(({ id }) => id))
  const files = languages.flatMap((language) => readdirSync(join(recordings, language)))
  assert.deepEqual(
    files.filter((file) => !known.has(file.replace(/\.(with|without)\.json\.gz$/, ''))),
    [],
  )
})
