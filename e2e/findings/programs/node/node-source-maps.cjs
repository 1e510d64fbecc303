/** The stack of each error is mapped to the sources that the code was compiled from. */
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

process.setSourceMapsEnabled(true)
const directory = mkdtempSync(join(tmpdir(), 'wick-program-'))
const file = join(directory, 'shop.cjs')
const lines = Array.from({ length: 50 }, () => 'AAAA').join(';')
const map = JSON.stringify({ version: 3, sources: ['shop.ts'], names: [], mappings: lines })
const inline = Buffer.from(map).toString('base64')
writeFileSync(
  file,
  `exports.fail = () => { return new Error('no price') }\n//# sourceMappingURL=data:application/json;base64,${inline}\n`,
)
const { fail } = require(file)

import('./support/load.mjs')
  .then(({ hasProblem, repeat }) => repeat(() => (hasProblem ? fail().stack : fail().message).length))
  .finally(() => rmSync(directory, { recursive: true }))
