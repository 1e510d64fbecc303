/** A power of two; 8 KiB while numbers are small. */
const pageBits = 12
const pageLength = 1 << pageBits
const withinPage = pageLength - 1
const smallestPage = 64
const mostNarrow = 0xffff

type Page = Uint16Array | Int32Array

/** Of a page that nothing was put into: most of those of who knows little of a large dictionary. Never written. */
const zeros: Page = new Uint16Array(pageLength)

/**
 * A list of numbers from 0 to 2^31 - 1 that grows, zeros at first. There are thousands of them, of all dictionaries that
 * are being written, and they grow side by side: in one piece each, every step would leave holes that nothing fits into
 * any more. So they are made of pages of one size. A page takes no memory until a number is put into it, then two bytes for
 * each until one of its own needs four; the first one grows until it is whole, as most lists are short.
 */
export class PagedNumbers {
  readonly #pages: Page[] = []
  #length = 0
  #byteLength = 0

  /** @param length room for so many */
  constructor(length = 0) {
    this.reserve(length)
  }

  /** Room there is. */
  get length(): number {
    return this.#length
  }

  get byteLength(): number {
    return this.#byteLength
  }

  /** @param index below `length` */
  at(index: number): number {
    return this.#pages[index >>> pageBits]![index & withinPage]!
  }

  /** @param index below `length` */
  put(index: number, number: number): void {
    const place = index >>> pageBits
    const page = this.#pages[place]!
    if (number > mostNarrow && page instanceof Uint16Array)
      this.#replace(place, Int32Array.from(page))[index & withinPage] = number
    else if (page === zeros) this.#replace(place, new Uint16Array(pageLength))[index & withinPage] = number
    else page[index & withinPage] = number
  }

  /** All of them in one piece: what is read from end to end is read faster from there. */
  flat(): Int32Array {
    const flat = new Int32Array(this.#length)
    let at = 0
    for (const page of this.#pages) {
      flat.set(page, at)
      at += page.length
    }
    return flat
  }

  /** Makes room for `length` numbers at least. */
  reserve(length: number): void {
    while (this.#length < length) {
      const [first] = this.#pages
      if (first === undefined && firstLength(length) < pageLength)
        this.#add(new Uint16Array(firstLength(length)))
      else if (first === undefined) this.#add(zeros)
      else if (first.length < pageLength) this.#growFirst(first, length)
      else this.#add(zeros)
    }
  }

  #add(page: Page): void {
    this.#pages.push(page)
    this.#length += page.length
    this.#byteLength += bytesOf(page)
  }

  #growFirst(first: Page, length: number): void {
    const page = new (first.constructor as new (length: number) => Page)(firstLength(length))
    page.set(first)
    this.#pages.pop()
    this.#length = 0
    this.#byteLength = 0
    this.#add(page)
  }

  #replace(place: number, page: Page): Page {
    this.#byteLength += bytesOf(page) - bytesOf(this.#pages[place]!)
    this.#pages[place] = page
    return page
  }
}

function bytesOf(page: Page): number {
  return page === zeros ? 0 : page.byteLength
}

/** Of a first page that has room for so many, if it can: a power of two. */
function firstLength(length: number): number {
  let room = smallestPage
  while (room < length && room < pageLength) room *= 2
  return room
}
