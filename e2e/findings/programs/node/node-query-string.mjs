/** Whole query strings are parsed for one value. */
import { hasProblem, repeat } from './support/load.mjs'

const queries = Array.from({ length: 100 }, (_, i) => `page=${i}&sort=price&filter=%C3%A4&limit=50`)

await repeat(
  hasProblem
    ? () => queries.map((query) => new URLSearchParams(query).get('page'))
    : () => queries.map((query) => query.slice(5, query.indexOf('&'))),
)
