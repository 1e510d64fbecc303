import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { realFiles } from './real-files.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-files-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const path = (name: string): string => join(directory, name)
const bytes = (text: string): Uint8Array => Buffer.from(text)

test('directories are made with those above them, for their owner alone; making one again is harmless', async () => {
  for (let i = 0; i < 2; i++) await realFiles.makeDirectory(path('a/b'))
  for (const name of ['a', 'a/b']) assert.equal(statSync(path(name)).mode & 0o777, 0o700)
})

test('a file is made new, for its owner alone; one that is there is never opened', async () => {
  const file = await realFiles.create(path('f'))
  await file.append([bytes('abc')])
  await file.close()
  assert.equal(statSync(path('f')).mode & 0o777, 0o600)
  await assert.rejects(realFiles.create(path('f')), { code: 'EEXIST' })
  assert.equal(readFileSync(path('f'), 'utf8'), 'abc')
})

test('appending writes all parts at the end, empty ones and many of them included', async () => {
  const file = await realFiles.create(path('f'))
  await file.append([])
  await file.append([bytes('')])
  await file.append(['a', '', 'b'].map(bytes))
  await file.append(Array.from({ length: 5000 }, (_, i) => bytes(String(i % 10))))
  await file.sync()
  await file.close()
  assert.equal(readFileSync(path('f'), 'utf8'), `ab${'0123456789'.repeat(500)}`)
  assert.equal(await realFiles.size(path('f')), 5002)
})

test('appending goes to the end, also after the file was shortened by somebody else', async () => {
  const file = await realFiles.create(path('f'))
  await file.append([bytes('abcdef')])
  await realFiles.truncate(path('f'), 2)
  await file.append([bytes('x')])
  await file.close()
  assert.equal(readFileSync(path('f'), 'utf8'), 'abx')
})

test('a closed file takes nothing', async () => {
  const file = await realFiles.create(path('f'))
  await file.close()
  await assert.rejects(file.append([bytes('a')]))
  await assert.rejects(file.sync())
})

test('reading gives what there is of a range', async () => {
  writeFileSync(path('f'), 'abcdef')
  const read = async (from: number, to: number): Promise<string> =>
    Buffer.from(await realFiles.read(path('f'), from, to)).toString()
  assert.equal(await read(0, 6), 'abcdef')
  assert.equal(await read(2, 4), 'cd')
  assert.equal(await read(4, 1e9), 'ef')
  assert.equal(await read(6, 7), '')
  assert.equal(await read(9, 12), '')
})

test('what is not there cannot be read, and removing it is harmless', async () => {
  await assert.rejects(realFiles.read(path('f'), 0, 1), { code: 'ENOENT' })
  await assert.rejects(realFiles.size(path('f')), { code: 'ENOENT' })
  await realFiles.remove(path('f'))
  writeFileSync(path('f'), '')
  await realFiles.remove(path('f'))
  assert.deepEqual(await realFiles.list(directory), [])
})

test('a directory can be synced, which makes creations and removals in it durable', async () => {
  await realFiles.makeDirectory(path('a'))
  await realFiles.syncDirectory(path('a'))
  await assert.rejects(realFiles.syncDirectory(path('missing')), { code: 'ENOENT' })
})

test('listing gives names', async () => {
  writeFileSync(path('b'), '')
  writeFileSync(path('a'), '')
  assert.deepEqual((await realFiles.list(directory)).sort(), ['a', 'b'])
})
