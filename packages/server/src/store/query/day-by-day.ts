import { dayMilliseconds, dayOf } from '../day-epochs.ts'
import type { ReadGate } from '../read-gate.ts'

/** Epoch milliseconds; `to` is not part of it. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Answers for the part of a time in each UTC day, oldest first, each behind the gate: whoever waits for it waits for one day.
 * What is sealed or deleted, or becomes coarser, between two days is as if each had been asked for apart: of one window an
 * answer never has two states.
 *
 * @throws what `answer` throws; then no later day is asked for
 */
export async function dayByDay<T>(
  gate: ReadGate,
  { from, to }: Range,
  answer: (day: Range) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = []
  for (let start = from; start < to; ) {
    const day = { from: start, to: Math.min(dayOf(start) + dayMilliseconds, to) }
    answers.push(await gate.read(() => answer(day)))
    start = day.to
  }
  return answers
}
