/** A line is appended to a file by each request, on the event loop. */
import { appendFileSync, createWriteStream } from 'node:fs'
import { hasProblem, repeat } from './support/load.mjs'

const stream = createWriteStream('/dev/null')
const line = 'order 17 is paid\n'

function streamed() {
  return stream.write(line) || new Promise((drained) => stream.once('drain', drained))
}

await repeat(hasProblem ? () => appendFileSync('/dev/null', line) : streamed)
