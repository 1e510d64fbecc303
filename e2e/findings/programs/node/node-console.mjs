/** A line on the console for each item. */
import { Console } from 'node:console'
import { createWriteStream } from 'node:fs'
import { hasProblem, repeat } from './support/load.mjs'

const stream = createWriteStream('/dev/null')
const console = new Console(stream)

async function report() {
  let total = 0
  for (let i = 0; i < 100; i++) {
    total += i * i
    if (hasProblem) console.log('item %d makes it %d', i, total)
  }
  if (!hasProblem) stream.write(`${total}\n`)
  if (stream.writableNeedDrain) await new Promise((drained) => stream.once('drain', drained))
}

await repeat(report)
