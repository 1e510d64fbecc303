import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isPreloaded } from './preloaded.ts'

const url = new URL('./index.ts', import.meta.url).href
const path = fileURLToPath(url)

test('a program that is started with the package preloads it', () => {
  for (const argv of [
    ['--import', '@wick/agent'],
    ['--import=@wick/agent'],
    ['-r', '@wick/agent'],
    ['--require', path],
    ['--import', url],
  ]) {
    assert.ok(isPreloaded(url, argv, ''), argv.join(' '))
  }
  assert.ok(isPreloaded(url, [], '--enable-source-maps --import @wick/agent'))
  assert.ok(isPreloaded(url, [], '--import="@wick/agent"'))
})

test('a path with blanks is in quotes, as Node wants it', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'wick agent "quoted" '))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'index.js')
  writeFileSync(file, '')
  const quoted = JSON.stringify(file)
  for (const options of [`--import ${quoted}`, `--no-warnings --import=${quoted} --no-deprecation`]) {
    assert.ok(isPreloaded(pathToFileURL(file).href, [], options), options)
  }
})

test('a program that imports it does not', () => {
  for (const argv of [
    [],
    ['--import', 'tsx'],
    ['--import', '@wick/agent-other'],
    ['@wick/agent'],
    ['--import', './nowhere.js'],
  ]) {
    assert.ok(!isPreloaded(url, argv, ''), argv.join(' '))
  }
})
