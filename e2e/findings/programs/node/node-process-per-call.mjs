/** A process is started for each request. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { compute, hasProblem, repeat } from './support/load.mjs'

const run = promisify(execFile)

async function lines() {
  compute(1)
  if (!hasProblem) return (await readFile(import.meta.filename, 'utf8')).split('\n').length
  return Number.parseInt((await run('wc', ['-l', import.meta.filename])).stdout, 10)
}

await repeat(lines)
