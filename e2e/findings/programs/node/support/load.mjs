/** The load of a program: one piece of work over and over, for as long as a recording takes. */
const seconds = Number(process.env.PROGRAM_SECONDS ?? 4)

const [given, ...more] = process.argv.slice(2)
if (!['with', 'without'].includes(given) || more.length > 0) throw new Error('give with or without')

export const hasProblem = given === 'with'

/** Lets the event loop turn every few milliseconds, and computes something else for as long, as a server does. */
export async function repeat(work, besidesMs = 5) {
  const end = performance.now() + 1000 * seconds
  while (performance.now() < end) {
    const turn = performance.now() + 5
    while (performance.now() < turn) await work()
    compute(besidesMs)
    await new Promise((done) => setImmediate(done))
  }
}

export function compute(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 5000; i++) sum += Math.sqrt(i)
  return sum
}
