/** A page is read from its file for each request. */
import { readFileSync } from 'node:fs'
import { hasProblem, repeat } from './support/load.mjs'

const page = readFileSync(import.meta.filename, 'utf8')

await repeat(hasProblem ? () => readFileSync(import.meta.filename, 'utf8').length : () => page.length)
