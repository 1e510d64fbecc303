/** The load of a program: one piece of work over and over, for as long as a recording takes. */
const seconds = 5

const [given, ...more] = process.argv.slice(2)
if (!['with', 'without'].includes(given) || more.length > 0) throw new Error('give with or without')

export const hasProblem = given === 'with'

/** Lets the event loop turn after each, as a server does between requests. */
export async function repeat(work) {
  const end = performance.now() + 1000 * seconds
  while (performance.now() < end) {
    await work()
    await new Promise((turn) => setImmediate(turn))
  }
}
