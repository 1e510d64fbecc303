import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { startCatalogThread } from './start-catalog-thread.ts'

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-catalog-thread-'))
  file = join(directory, 'catalog.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('what was written is there after closing and opening again', async () => {
  const first = await startCatalogThread(file)
  await first.writeNote('a', Uint8Array.of(1))
  await first.close()
  const second = await startCatalogThread(file)
  assert.deepEqual(await second.readNote('a'), Uint8Array.of(1))
  await second.close()
})

test('a file in use is refused by name, until it is closed', async () => {
  const first = await startCatalogThread(file)
  await assert.rejects(startCatalogThread(file), { name: 'DatabaseInUse' })
  await first.writeNote('a', Uint8Array.of(1))
  await first.close()
  await (await startCatalogThread(file)).close()
})

test('a file that cannot be opened is refused', async () => {
  await assert.rejects(startCatalogThread(join(directory, 'missing', 'catalog.db')), /ENOENT|unable to open/)
  await assert.rejects(startCatalogThread(directory), Error)
})

test('closing is no fatal end, also twice at once', async () => {
  const fatal: string[] = []
  const catalog = await startCatalogThread(file, { onFatal: (message) => fatal.push(message) })
  await Promise.all([catalog.close(), catalog.close()])
  await assert.rejects(catalog.allGroups(), Error)
  assert.deepEqual(fatal, [])
})
