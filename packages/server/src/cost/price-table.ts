import { suggestion } from '../config/nearest-name.ts'
import { isObject } from '../config/written-value.ts'

/** What hosts cost by the hour, in one currency. */
export interface PriceTable {
  /** Whose prices these are, to be shown with every figure that is made of them. */
  readonly name: string
  /** As ISO 4217 has it: `USD`. */
  readonly currency: string
  /** By host type, such as `m5.xlarge`. */
  readonly instanceHour: ReadonlyMap<string, number>
  /** Of hosts that say their size and no type that is listed; null: they have no price. */
  readonly vCpuHour: number | null
  readonly gbHour: number | null
  /** Of hosts that say neither type nor size; null: they have no price. */
  readonly otherHour: number | null
}

const keys = ['name', 'currency', 'instanceHour', 'vCpuHour', 'gbHour', 'otherHour'] as const
const maxTypes = 10_000
const maxPrice = 1_000_000

/** Why a text is no price table: each problem a sentence that names the field. */
export class PriceTableError extends Error {
  override readonly name = 'PriceTableError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join(' '))
    this.problems = problems
  }
}

/** @param text JSON, as docs/operations.md describes it @throws PriceTableError with everything that is wrong */
export function parsePriceTable(text: string): PriceTable {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new PriceTableError([`It is not JSON: ${(error as Error).message}.`])
  }
  if (!isObject(value)) throw new PriceTableError(['It must be a JSON object.'])
  const fields = new Map<string, unknown>(Object.entries(value))
  const problems: string[] = []
  for (const key of fields.keys())
    if (!keys.some((known) => known === key))
      problems.push(`There is no field '${key}'${suggestion(key, keys) || '.'}`)
  const table = {
    name: readName(fields.get('name'), problems),
    currency: readCurrency(fields.get('currency'), problems),
    instanceHour: readTypes(fields.get('instanceHour'), problems),
    vCpuHour: readOptional('vCpuHour', fields.get('vCpuHour'), problems),
    gbHour: readOptional('gbHour', fields.get('gbHour'), problems),
    otherHour: readOptional('otherHour', fields.get('otherHour'), problems),
  }
  if (problems.length > 0) throw new PriceTableError(problems)
  return table
}

function readName(value: unknown, problems: string[]): string {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value
  problems.push("'name' must say whose prices these are, in at most 200 characters.")
  return ''
}

function readCurrency(value: unknown, problems: string[]): string {
  if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value
  problems.push("'currency' must be three capital letters, such as USD or EUR.")
  return ''
}

function readTypes(value: unknown, problems: string[]): ReadonlyMap<string, number> {
  const types = new Map<string, number>()
  if (value === undefined) return types
  if (!isObject(value)) {
    problems.push("'instanceHour' must be an object of prices by host type.")
    return types
  }
  const entries = Object.entries(value)
  if (entries.length > maxTypes) problems.push(`'instanceHour' holds more than ${maxTypes} host types.`)
  for (const [type, price] of entries) {
    if (isPrice(price)) types.set(type, price)
    else problems.push(`'instanceHour' of '${type}' must be ${priceWords}; it is ${JSON.stringify(price)}.`)
  }
  return types
}

function readOptional(field: string, value: unknown, problems: string[]): number | null {
  if (value === undefined || value === null) return null
  if (isPrice(value)) return value
  problems.push(`'${field}' must be ${priceWords}, or null; it is ${JSON.stringify(value)}.`)
  return null
}

const priceWords = `a price by the hour from 0 to ${maxPrice}`

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxPrice
}
