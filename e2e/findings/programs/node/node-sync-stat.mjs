/** Each request looks whether files are there, on the event loop. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hasProblem, repeat } from './support/load.mjs'

const here = import.meta.dirname
const wanted = Array.from({ length: 20 }, (_, i) => `page-${i}.html`)
const there = new Set(readdirSync(here))

await repeat(
  hasProblem
    ? () => wanted.filter((name) => existsSync(join(here, name)))
    : () => wanted.filter((name) => there.has(name)),
)
