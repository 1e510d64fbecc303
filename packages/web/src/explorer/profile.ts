import { visibleText } from '@wick/wire/visible-text'
import { restFrame } from '../call-shape/shape.ts'
import type { Drawing } from '../flame-graph/chart.ts'
import type { Drawn, LoadedProfile, Picture } from '../worker/messages.ts'
import { NameReader } from './name-reader.ts'
import type { StateCount } from './thread-states.ts'

/** How call paths that are not told apart are called in a path of names. */
const restName = '…'

/** One picture of a profile, with names as strings. */
export class ProfileDrawing implements Drawing {
  readonly layout: Picture['layout']
  readonly colours: Uint8Array
  readonly nameOf: (name: number) => string
  readonly #fileOf: (file: number) => string

  constructor(picture: Picture, nameOf: (name: number) => string, fileOf: (file: number) => string) {
    this.layout = picture.layout
    this.colours = picture.colours
    this.nameOf = nameOf
    this.#fileOf = fileOf
  }

  readonly label = (box: number): string => {
    const name = this.layout.name[box]!
    if (name >= 0) return visibleText(this.nameOf(name))
    return name === restFrame ? 'other call paths' : 'ALL'
  }

  /** `orders.py:12–40`, `orders.py`, or nothing. */
  place(box: number): string {
    const { file, firstLine, lastLine } = this.layout
    return placeOf(this.#fileOf, file[box]!, firstLine[box]!, lastLine[box]!)
  }
}

/** A profile on view: its pictures, and what the worker says of all of it. */
export class Profile {
  /** Epoch milliseconds: first and last instant that hold data. */
  readonly start: number
  readonly end: number
  readonly states: readonly StateCount[]
  /** All samples of the chosen thread states, whatever was left out of the picture. */
  readonly samples: number
  readonly main: ProfileDrawing
  /** Callers of the inspected function. */
  readonly callers: ProfileDrawing | null
  readonly nameOf: (name: number) => string
  readonly #fileOf: (file: number) => string

  constructor(loaded: LoadedProfile, drawn: Drawn, readers: ProfileNames) {
    this.start = loaded.start
    this.end = loaded.end
    this.states = loaded.states
    this.samples = drawn.samples
    const count = loaded.names.length
    this.nameOf = (name) =>
      name < 0 ? restName : name < count ? readers.names.at(name) : drawn.addedNames[name - count]!
    this.#fileOf = readers.files.at
    this.main = new ProfileDrawing(drawn.main, this.nameOf, this.#fileOf)
    this.callers = drawn.callers && new ProfileDrawing(drawn.callers, this.nameOf, this.#fileOf)
  }

  place(file: number, firstLine: number, lastLine: number): string {
    return placeOf(this.#fileOf, file, firstLine, lastLine)
  }
}

/** Names of a loaded profile; they outlive its pictures. */
export class ProfileNames {
  readonly names: NameReader
  readonly files: NameReader

  constructor({ names, files }: LoadedProfile) {
    this.names = new NameReader(names)
    this.files = new NameReader(files)
  }
}

function placeOf(fileOf: (file: number) => string, file: number, first: number, last: number): string {
  if (file < 0) return ''
  const path = visibleText(fileOf(file))
  if (first < 0) return path
  return first === last ? `${path}:${first}` : `${path}:${first}–${last}`
}
