/** CPU time that the agent takes in threads of the program. */

/** Of this thread, in milliseconds. Node before 22.19 and 23.9 does not tell it: what a turn takes by the clock is the most it can be. */
const threadMs: () => number =
  typeof process.threadCpuUsage === 'function'
    ? () => {
        const { user, system } = process.threadCpuUsage()
        return (user + system) / 1000
      }
    : () => performance.now()

/** The sum of the agent's own turns. What Node does for its connections between two of them is not in it. */
export class OwnTime {
  milliseconds = 0
  #isMeasuring = false

  /** Runs something synchronous; within another one it is counted once. */
  measure<Result>(turn: () => Result): Result {
    if (this.#isMeasuring) return turn()
    this.#isMeasuring = true
    const began = threadMs()
    try {
      return turn()
    } finally {
      this.milliseconds += threadMs() - began
      this.#isMeasuring = false
    }
  }
}
