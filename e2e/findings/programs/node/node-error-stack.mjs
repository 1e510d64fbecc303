/** The stack of each expected error is made a text. */
import { hasProblem, repeat } from './support/load.mjs'

function parse(text) {
  const number = Number(text)
  if (Number.isNaN(number)) throw new RangeError(`${text} is no number`)
  return number
}

function reported() {
  try {
    return parse('seventeen')
  } catch (error) {
    return error.stack.length
  }
}

function expected() {
  const number = Number('seventeen')
  return Number.isNaN(number) ? 0 : number
}

await repeat(hasProblem ? reported : expected)
