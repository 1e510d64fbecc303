/** A schema is compiled for each document that is checked by it. */
import { Ajv } from 'ajv'
import { hasProblem, repeat } from './support/load.mjs'

const schema = {
  type: 'object',
  properties: Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`field-${i}`, { type: 'string', maxLength: 10 }]),
  ),
}
const order = { 'field-1': 'a' }
const check = new Ajv().compile(schema)

await repeat(hasProblem ? () => new Ajv().compile(schema)(order) : () => check(order))
