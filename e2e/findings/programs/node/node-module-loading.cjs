/** A file is loaded as a module anew for each request. */
const { writeFileSync, mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const directory = mkdtempSync(join(tmpdir(), 'wick-program-'))
const file = join(directory, 'prices.cjs')
writeFileSync(file, 'exports.price = (count) => count * 17')

function loadedAnew() {
  delete require.cache[file]
  return require(file).price(3)
}

const { price } = require(file)

import('./support/load.mjs')
  .then(({ hasProblem, repeat }) => repeat(hasProblem ? loadedAnew : () => price(3)))
  .finally(() => rmSync(directory, { recursive: true }))
