/** What arrives piece by piece is joined with each piece. */
import { hasProblem, repeat } from './support/load.mjs'

const piece = Buffer.alloc(1000, 'a')

function joinedEachTime() {
  let body = Buffer.alloc(0)
  for (let i = 0; i < 300; i++) body = Buffer.concat([body, piece])
  return body.length
}

function joinedOnce() {
  const pieces = []
  for (let i = 0; i < 3000; i++) pieces.push(piece)
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

await repeat(hasProblem ? joinedEachTime : joinedOnce)
