import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { createDurably, makeDirectory, moveDurably, removeDurably, writeDurably } from './durable-file.ts'

let directory: string
const path = (name: string): string => join(directory, name)
const mode = (name: string): number => statSync(path(name)).mode & 0o777
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-durable-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a file is made with its mode and nothing else is left', async () => {
  await writeDurably(path('a'), 'text', 0o600)
  assert.equal(readFileSync(path('a'), 'utf8'), 'text')
  assert.equal(mode('a'), 0o600)
  assert.deepEqual(readdirSync(directory), ['a'])
})

test('a file is replaced, also a read-only one, and takes the new mode', async () => {
  await writeDurably(path('a'), 'old', 0o400)
  await writeDurably(path('a'), Uint8Array.of(110, 101, 119), 0o644)
  assert.equal(readFileSync(path('a'), 'utf8'), 'new')
  assert.equal(mode('a'), 0o644)
})

test('what a start that was cut off left behind is no obstacle', async () => {
  writeFileSync(path('a.new'), 'half', { mode: 0o444 })
  await writeDurably(path('a'), 'whole', 0o600)
  assert.equal(readFileSync(path('a'), 'utf8'), 'whole')
  assert.equal(mode('a'), 0o600)
})

test('creating never replaces', async () => {
  await createDurably(path('a'), 'first', 0o400)
  await assert.rejects(createDurably(path('a'), 'second', 0o600), { name: 'StartupError' })
  assert.equal(readFileSync(path('a'), 'utf8'), 'first')
  assert.equal(mode('a'), 0o400)
  assert.deepEqual(readdirSync(directory), ['a'])
})

test('of several creations at once, one succeeds', async () => {
  const attempts = Array.from({ length: 8 }, (_, i) => createDurably(path('a'), String(i), 0o400))
  const results = await Promise.allSettled(attempts)
  const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [String(i)] : []))
  assert.deepEqual(winners, [readFileSync(path('a'), 'utf8')])
  assert.deepEqual(readdirSync(directory), ['a'])
})

test('moving replaces', async () => {
  await writeDurably(path('a'), 'a', 0o600)
  await writeDurably(path('b'), 'b', 0o600)
  await moveDurably(path('a'), path('b'))
  assert.deepEqual(readdirSync(directory), ['b'])
  assert.equal(readFileSync(path('b'), 'utf8'), 'a')
})

test('a directory is made with those above it, closed to others; one that exists is left as it is', async () => {
  await makeDirectory(path('x/y/z'))
  assert.deepEqual(['x', 'x/y', 'x/y/z'].map(mode), [0o700, 0o700, 0o700])
  writeFileSync(path('x/y/z/kept'), '')
  await makeDirectory(path('x/y/z'))
  assert.deepEqual(readdirSync(path('x/y/z')), ['kept'])
})

test('what cannot be written is told in plain words', async () => {
  writeFileSync(path('file'), '')
  const failing: readonly [() => Promise<void>, RegExp][] = [
    [() => writeDurably(path('no/a'), '', 0o600), /no\/a cannot be written: its directory does not exist\.$/],
    [() => writeDurably(path('file/a'), '', 0o600), /a part of the path is a file, not a directory/],
    [() => createDurably(path('no/a'), '', 0o600), /its directory does not exist/],
    [() => makeDirectory(path('file')), /there is something else of that name/],
    [() => makeDirectory(path('file/a')), /a part of the path is a file/],
    [() => makeDirectory(path('x'.repeat(300))), /the name is too long/],
  ]
  for (const [attempt, message] of failing) await assert.rejects(attempt, { name: 'StartupError', message })
})

test('a file is removed, also a read-only one; none is no obstacle, and what cannot be removed is told', async () => {
  await writeDurably(path('a'), 'text', 0o400)
  await removeDurably(path('a'))
  await removeDurably(path('a'))
  assert.deepEqual(readdirSync(directory), [])
  await makeDirectory(path('d'))
  await assert.rejects(removeDurably(path('d')), /\/d cannot be removed: /)
})
