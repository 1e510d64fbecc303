import { type NameTable, nameAt } from '@wick/profile'

/** Names of a table as strings, each made when it is first asked for. */
export class NameReader {
  readonly #table: NameTable
  readonly #known: (string | undefined)[]

  constructor(table: NameTable) {
    this.#table = table
    this.#known = new Array(table.length)
  }

  readonly at = (index: number): string => {
    this.#known[index] ??= nameAt(this.#table, index)
    return this.#known[index]
  }
}
