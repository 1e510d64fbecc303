/**
 * Reads speedscope's JSON with the lexer of posted bodies: no object for each value. What it looks for may stand in any
 * order, so each struct is stepped over once to find its fields, and these are read afterwards.
 */
import type { CallTree } from '../call-tree.ts'
import { badNumber, notWhole } from '../decode/scratch.ts'
import { readNull, readWhole } from '../decode/text-numbers.ts'
import { skipValue, valueStart } from '../decode/text-skip.ts'
import { space, TextSource } from '../decode/text-source.ts'
import { readFieldName, readText } from '../decode/text-strings.ts'
import { defaultLimits, type ProfileLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { TreeBuilder } from '../tree-builder.ts'
import { decodeName } from '../wtf8.ts'

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c

/** Entries of the table of frames: a frame stands there for each line it was seen at. */
const maxFrames = 1_000_000
const maxProfiles = 10_000
/** Stacks of one profile, their frames aside. */
const maxSamples = 4 * 1024 * 1024
const maxLine = 2 ** 31 - 2
const deepest = 64

/**
 * Each sampled profile is a counter of its name; its weights are numbers of samples.
 *
 * @throws ProfileError also for `evented` profiles and weights that are not whole
 */
export function decodeSpeedscope(body: Uint8Array, limits: ProfileLimits = defaultLimits): CallTree {
  const reader = new SpeedscopeReader(limits)
  return reader.read(body)
}

class SpeedscopeReader {
  readonly #builder: TreeBuilder
  readonly #source = new TextSource()
  /** By frame of the file. */
  readonly #frame: number[] = []
  readonly #file: number[] = []
  readonly #line: number[] = []

  constructor(limits: ProfileLimits) {
    this.#builder = new TreeBuilder(limits)
  }

  read(body: Uint8Array): CallTree {
    const source = this.#source
    source.load(body)
    const { fields: top, end } = this.#fieldsOf(0, ['shared', 'profiles'])
    if (space(source, end) < source.end) throw source.problem(end, 'expected nothing after the profile')
    const { fields: shared } = this.#fieldsOf(top.get('shared')!, ['frames'])
    this.#each(shared.get('frames')!, maxFrames, (at) => this.#readFrame(at))
    this.#each(top.get('profiles')!, maxProfiles, (at) => this.#readProfile(at))
    return this.#builder.finish()
  }

  #readFrame(at: number): number {
    const { fields, end } = this.#fieldsOf(at, ['name'])
    const name = this.#text(fields.get('name')!, 'name')
    this.#frame.push(this.#builder.frame(name.bytes, name.from, name.to))
    const file = fields.get('file')
    if (file === undefined) {
      this.#file.push(-1)
    } else {
      const text = this.#text(file, 'file')
      this.#file.push(this.#builder.file(text.bytes, text.from, text.to))
    }
    const line = fields.get('line')
    if (line !== undefined) this.#whole(line, 'line')
    this.#line.push(line === undefined ? -1 : Math.min(this.#source.number, maxLine))
    return end
  }

  #readProfile(at: number): number {
    const { fields, end } = this.#fieldsOf(at, ['type', 'name'])
    const type = this.#string(fields.get('type')!, 'type')
    if (type !== 'sampled')
      throw new ProfileError('field', 'Only speedscope profiles of type "sampled" can be read')
    const counter = this.#string(fields.get('name')!, 'name')
    const samples = required(fields, 'samples')
    const nodes: number[] = []
    this.#each(samples, maxSamples, (stack) => {
      let node = 0
      let depth = 0
      return this.#each(
        stack,
        Number.POSITIVE_INFINITY,
        (place) => {
          const after = this.#whole(place, 'samples')
          const frame = this.#source.number
          if (frame >= this.#frame.length)
            throw this.#source.problem(place, 'a sample has a frame that is not in the table')
          node = this.#builder.child(node, this.#frame[frame]!, ++depth)
          this.#builder.learn(node, this.#file[frame]!, this.#line[frame]!)
          return after
        },
        () => nodes.push(node),
      )
    })
    let k = 0
    this.#each(required(fields, 'weights'), Number.POSITIVE_INFINITY, (place) => {
      const after = this.#whole(place, 'weights')
      if (k === nodes.length) throw this.#source.problem(place, 'there are more weights than samples')
      this.#builder.add(counter, nodes[k++]!, this.#source.number)
      return after
    })
    if (k < nodes.length) throw this.#source.problem(end, 'there are fewer weights than samples')
    return end
  }

  /** Where the values of a struct's fields stand. @param needed fields that must be there */
  #fieldsOf(at: number, needed: readonly string[]): { fields: ReadonlyMap<string, number>; end: number } {
    const source = this.#source
    const fields = new Map<string, number>()
    let pos = valueStart(source, at)
    if (source.bytes[pos] !== openBrace || source.bytes[pos + 1] === openBrace)
      throw source.problem(pos, 'expected a struct')
    pos = space(source, pos + 1)
    while (source.bytes[pos] !== closeBrace) {
      pos = readFieldName(source, pos)
      const name = known.find((field) => isText(source, field))
      pos = valueStart(source, pos)
      if (name !== undefined && readNull(source, pos) < 0) {
        if (fields.has(name)) throw source.problem(pos, `the field ${name} appears twice in one struct`)
        fields.set(name, pos)
      }
      pos = this.#afterValue(skipValue(source, pos, deepest), closeBrace)
    }
    for (const name of needed) required(fields, name)
    return { fields, end: pos + 1 }
  }

  /** Hands each value of the list at `at` to `read`, which returns the place after it; returns the place after the list. */
  #each(at: number, most: number, read: (at: number) => number, done = (): unknown => undefined): number {
    const source = this.#source
    let pos = valueStart(source, at)
    if (source.bytes[pos] !== openBracket) throw source.problem(pos, 'expected a list')
    pos = space(source, pos + 1)
    for (let count = 0; source.bytes[pos] !== closeBracket; count++) {
      if (count === most)
        throw new ProfileError('size', `A list of the profile has more than ${most} entries`)
      pos = this.#afterValue(read(valueStart(source, pos)), closeBracket)
    }
    done()
    return pos + 1
  }

  /** Steps over the comma; the place of the next value or of `closer`. */
  #afterValue(at: number, closer: number): number {
    const source = this.#source
    const pos = space(source, at)
    if (source.bytes[pos] === closer) return pos
    if (source.bytes[pos] !== comma) throw source.problem(pos, 'expected a comma or the end of the container')
    return space(source, pos + 1)
  }

  /** Reads a whole number into `source.number`; returns the place after it. */
  #whole(at: number, field: string): number {
    const end = readWhole(this.#source, at)
    const code = end < 0 ? notWhole.noNumber : this.#source.number
    if (code < 0) throw badNumber(field, code)
    return end
  }

  /** Text at a place, valid until the next is read. */
  #text(at: number, field: string): { bytes: Uint8Array; from: number; to: number } {
    const source = this.#source
    if (readText(source, at) < 0) throw new ProfileError('field', `The field ${field} must be a text`)
    return { bytes: source.text, from: source.textFrom, to: source.textTo }
  }

  #string(at: number, field: string): string {
    const { bytes, from, to } = this.#text(at, field)
    return decodeName(bytes, from, to)
  }
}

const known = ['shared', 'profiles', 'frames', 'name', 'file', 'line', 'type', 'samples', 'weights'] as const

function required(fields: ReadonlyMap<string, number>, name: string): number {
  const at = fields.get(name)
  if (at === undefined) throw new ProfileError('field', `The field ${name} is required`)
  return at
}

function isText({ text, textFrom, textTo }: TextSource, word: string): boolean {
  if (textTo - textFrom !== word.length) return false
  for (let i = 0; i < word.length; i++) if (text[textFrom + i] !== word.charCodeAt(i)) return false
  return true
}
