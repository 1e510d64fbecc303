/** A command is run for what a function of Node.js tells, and the event loop waits for it. */
import { execFileSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { hasProblem, repeat } from './support/load.mjs'

const sizeByCommand = () =>
  Number.parseInt(execFileSync('wc', ['-c', import.meta.filename], { encoding: 'utf8' }), 10)
const size = async () => (await stat(import.meta.filename)).size

await repeat(hasProblem ? sizeByCommand : size)
