const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Months and years have no fixed length; they are read only to be refused as too long. */
const dateUnits: Readonly<Record<string, number>> = { Y: 365 * day, M: 30 * day, W: 7 * day, D: day }
const timeUnits: Readonly<Record<string, number>> = { H: hour, M: minute, S: second }

/**
 * ISO-8601 durations of whole numbers, as in `PT5M`, `P1DT1H1M1S`, `P1W`. Units in their order, each at most once.
 *
 * @returns milliseconds > 0, or null where the text is no such duration
 */
export function parseDuration(text: string): number | null {
  if (text.length > 64 || text[0] !== 'P') return null
  let order = 'YMWD'
  let units = dateUnits
  let total = 0
  let digits = ''
  let parts = 0
  for (const letter of text.slice(1)) {
    if (letter >= '0' && letter <= '9') {
      digits += letter
    } else if (letter === 'T' && digits === '' && units === dateUnits) {
      order = 'HMS'
      units = timeUnits
      parts = 0
    } else {
      const position = order.indexOf(letter)
      if (position < 0 || digits === '') return null
      total += Number(digits) * units[letter]!
      order = order.slice(position + 1)
      digits = ''
      parts++
    }
  }
  // What is left over: digits without a unit, a bare `P` or `PT`, a duration of nothing.
  return digits === '' && parts > 0 && total > 0 && Number.isSafeInteger(total) ? total : null
}
