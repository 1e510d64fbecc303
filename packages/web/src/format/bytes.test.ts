import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes } from './bytes.ts'

const shown = (bytes: number) => formatBytes(bytes).replace('\u202f', ' ')

test('bytes are shown in the unit that fits', () => {
  assert.equal(shown(0), '0 B')
  assert.equal(shown(1023), '1023 B')
  assert.equal(shown(1024), '1 KiB')
  assert.equal(shown(1536 * 1024), '1.5 MiB')
  assert.equal(shown(20 * 1024 ** 3), '20 GiB')
  assert.equal(shown(999.99 * 1024 ** 2), '1000 MiB')
  assert.equal(shown(1023.99 * 1024), '1.0 MiB')
  assert.equal(shown(-3 * 1024), '-3 KiB')
})
