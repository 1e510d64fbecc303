/** The place of the last number that is not above `number`; -1 where all are. @param numbers ascending */
export function lastUpTo(numbers: Int32Array, number: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! <= number) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The place of a number; -1 where it is not there. @param numbers ascending */
export function placeOf(numbers: Int32Array, number: number): number {
  const at = lastUpTo(numbers, number)
  return at >= 0 && numbers[at] === number ? at : -1
}
