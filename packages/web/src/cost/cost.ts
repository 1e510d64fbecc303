/**
 * What frames cost: their share of the time on CPU of what the fleet costs. An estimate, so it is always shown with its
 * basis, and never with more digits than it is good for.
 */
import type { Cost } from '../api/group.ts'
import { formatCount, plural } from '../format/numbers.ts'

/** @param share of the samples on CPU, 0 … 1 @returns null where nothing of the fleet has a price */
export function yearlyCost(share: number, cost: Cost): number | null {
  return cost.priced > 0 ? share * cost.perYear : null
}

/** What a share costs by the year and by the month, as text. */
export interface CostWords {
  readonly year: string
  readonly month: string
}

/** @param share of the samples on CPU, 0 … 1 @returns null where nothing of the fleet has a price */
export function costWords(share: number, { priced, perYear, perMonth, currency }: Cost): CostWords | null {
  if (priced === 0) return null
  const each = (amount: number, span: string) =>
    `${formatMoney(share * amount, currency)}\u202f/\u202f${span}`
  return { year: each(perYear, 'year'), month: each(perMonth, 'month') }
}

/** Three digits: `$1,930`, `$12.4`, `$0.05`; `<$0.01` for less. @param currency ISO 4217 */
export function formatMoney(amount: number, currency: string): string {
  const size = Math.abs(amount)
  if (size > 0 && size < 0.01) return `<${moneyFormat(currency, 2).format(0.01)}`
  const rounded = Number(amount.toPrecision(3))
  const digits = size >= 100 || Number.isInteger(rounded) ? 0 : 2
  return moneyFormat(currency, digits).format(rounded)
}

const formats = new Map<string, Intl.NumberFormat>()

function moneyFormat(currency: string, digits: number): Intl.NumberFormat {
  const key = `${currency} ${digits}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formats.set(key, made)
  return made
}

/** `$1,930 a year`, or what keeps it from being known. */
export function yearlyWords(share: number, cost: Cost): string {
  const amount = yearlyCost(share, cost)
  return amount === null ? 'no price' : `${formatMoney(amount, cost.currency)} a year`
}

/** What the figures are made of, in one or two sentences. */
export function costBasis({ prices, priced, unpriced, others, types, currency }: Cost): string {
  if (priced === 0 && unpriced === 0) return 'No host reported in this time.'
  const made = types
    .filter(({ hourPrice }) => hourPrice !== null)
    .slice(0, 3)
    .map(
      ({ hostType, instances, hourPrice }) =>
        `${mean(instances)} × ${hostType || 'a host of unknown type'} at ${formatMoney(hourPrice!, currency)} an hour`,
    )
  const more = types.filter(({ hourPrice }) => hourPrice !== null).length - made.length
  const rest = more > 0 ? [`${plural(more, 'further type')}`] : []
  const missing = unpriced + others
  return [
    made.length > 0 && `${[...made, ...rest].join(', ')}; prices: ${prices}.`,
    missing > 0 && `${plural(Math.ceil(missing), 'host')} without a price: not counted.`,
  ]
    .filter((sentence) => sentence !== false)
    .join(' ')
}

/** For shares of wall-clock time, in which waiting counts as if it cost. */
export const wallTimeNote = 'by wall-clock time, because the agent does not tell running from waiting;'

/** A mean number of hosts: `3`, `2.4`. */
export function mean(count: number): string {
  return Math.abs(count - Math.round(count)) < 0.05 ? formatCount(count) : count.toFixed(1)
}
