import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { docsDirectory, patternDocs } from './pattern-docs.ts'

test('the pages about patterns say what the patterns say', async () => {
  const expected = patternDocs()
  assert.deepEqual((await readdir(docsDirectory)).sort(), [...expected.keys()].sort())
  for (const [name, text] of expected) {
    const isCurrent = (await readFile(join(docsDirectory, name), 'utf8')) === text
    assert.ok(isCurrent, `docs/patterns/${name} is not: run node scripts/pattern-docs.ts`)
  }
})
