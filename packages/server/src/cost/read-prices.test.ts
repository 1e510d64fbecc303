import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StartupError } from '../startup-error.ts'
import { defaultPrices } from './default-prices.ts'
import { readPrices } from './read-prices.ts'

test('prices come with Wick, or from a file that is read whole or not at all', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'wick-prices-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'prices.json')
  assert.equal(await readPrices(null), defaultPrices)
  await assert.rejects(
    readPrices(file),
    new StartupError(`The price table ${file} cannot be read: there is no such file.`),
  )
  await writeFile(file, '{"name":"racks","currency":"EUR","otherHour":0.4}')
  assert.equal((await readPrices(file)).otherHour, 0.4)
  await writeFile(file, '{"name":"racks","currency":"€","otherHours":0.4}')
  await assert.rejects(
    readPrices(file),
    new StartupError(
      `The price table ${file} (--price-table) cannot be used:` +
        "\n  There is no field 'otherHours'; did you mean 'otherHour'?" +
        "\n  'currency' must be three capital letters, such as USD or EUR.",
    ),
  )
})
