import { readFile } from 'node:fs/promises'
import { StartupError } from '../startup-error.ts'
import { defaultPrices } from './default-prices.ts'
import { type PriceTable, PriceTableError, parsePriceTable } from './price-table.ts'

/** @param file null for the prices that come with Wick @throws StartupError with everything that is wrong in the file */
export async function readPrices(file: string | null): Promise<PriceTable> {
  if (file === null) return defaultPrices
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw new StartupError(`The price table ${file} cannot be read: ${reason}.`)
  }
  try {
    return parsePriceTable(text)
  } catch (error) {
    if (!(error instanceof PriceTableError)) throw error
    const problems = error.problems.map((problem) => `\n  ${problem}`)
    throw new StartupError(`The price table ${file} (--price-table) cannot be used:${problems.join('')}`)
  }
}
