/** The time by which servers judge signatures. Most machines have it; where one does not, a refusal tells. */

/** Signatures of a clock that is further off are refused by everybody. */
const tolerance = 240_000

export class ServerClock {
  /** What must be added to this machine's clock to get the server's, in milliseconds; 0 until it matters. */
  error: number

  constructor(error = 0) {
    this.error = error
  }

  /** Epoch milliseconds. */
  now(): number {
    return Date.now() + this.error
  }

  /**
   * @param date the header of an answer
   * @returns whether this machine's clock turned out to be off by more than was known
   */
  learns(date: string | undefined): boolean {
    const theirs = Date.parse(date ?? '')
    if (Number.isNaN(theirs)) return false
    const error = theirs - Date.now()
    if (Math.abs(error - this.error) < tolerance) return false
    this.error = error
    return true
  }
}
