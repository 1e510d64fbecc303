/** Numbers as people read them. The locale is fixed: an odd one in the browser must not break the page. */

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

export function formatCount(count: number): string {
  return whole.format(count)
}

/** A share from 0 to 1 as the number of percent alone, without its sign: `12.3`, `<0.1`, `100`. */
export function formatShare(share: number): string {
  if (!(share > 0)) return '0'
  if (share < 0.0005) return '<0.1'
  if (share < 1 && share >= 0.9995) return '>99.9'
  return share === 1 ? '100' : (share * 100).toFixed(1)
}

/** `12.3 %` with a space that does not break. */
export function formatPercent(share: number): string {
  return `${formatShare(share)}\u202f%`
}

/** For a screen reader: `12.3 percent`. */
export function spokenPercent(share: number): string {
  return `${formatShare(share).replace('<', 'less than ').replace('>', 'more than ')} percent`
}

/** `1 frame`, `2 frames`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`
}
