import type { FlameLayout } from '../flame-graph/layout.ts'
import { visibleText } from '../format/visible-text.ts'
import type { LoadedProfile, Picture } from '../worker/messages.ts'
import { NameReader } from './name-reader.ts'
import type { StateCount } from './thread-states.ts'

/** A profile on view: what the worker made of it, with names as strings. */
export class Profile {
  /** Epoch milliseconds: first and last instant that hold data. */
  readonly start: number
  readonly end: number
  readonly states: readonly StateCount[]
  readonly layout: FlameLayout
  /** Colour number by box. */
  readonly colours: Uint8Array
  /** Name of a frame by its index, exactly as it came. */
  readonly nameOf: (name: number) => string
  readonly fileOf: (file: number) => string
  readonly #loaded: LoadedProfile

  constructor(loaded: LoadedProfile, picture: Picture = loaded, known?: Profile) {
    this.#loaded = loaded
    this.start = loaded.start
    this.end = loaded.end
    this.states = loaded.states
    this.layout = picture.layout
    this.colours = picture.colours
    this.nameOf = known?.nameOf ?? new NameReader(loaded.names).at
    this.fileOf = known?.fileOf ?? new NameReader(loaded.files).at
  }

  /** The same profile for other thread states. */
  with(picture: Picture): Profile {
    return new Profile(this.#loaded, picture, this)
  }

  /** All samples of the chosen thread states. */
  get samples(): number {
    return this.layout.width[0]!
  }

  /** Name of a box, fit to be shown. */
  label(box: number): string {
    const name = this.layout.name[box]!
    return name < 0 ? 'ALL' : visibleText(this.nameOf(name))
  }

  /** `orders.py:12–40`, `orders.py`, or nothing. */
  place(box: number): string {
    const { file, firstLine, lastLine } = this.layout
    if (file[box]! < 0) return ''
    const path = visibleText(this.fileOf(file[box]!))
    const first = firstLine[box]!
    if (first < 0) return path
    return first === lastLine[box] ? `${path}:${first}` : `${path}:${first}–${lastLine[box]}`
  }
}
