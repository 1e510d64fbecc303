import type { CallTree } from '../call-tree.ts'
import { defaultLimits, type ProfileLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { TreeBuilder } from '../tree-builder.ts'
import { isUtf8, repaired } from '../well-formed.ts'
import { decodeName, encodeName, quoteForMessage } from '../wtf8.ts'
import {
  countUnit,
  functionField,
  lineField,
  locationField,
  profileField,
  sampleField,
  valueTypeField,
} from './profile-fields.ts'
import { ProtoReader } from './proto-reader.ts'

export interface PprofProfile {
  readonly tree: CallTree
  /** Epoch milliseconds; null where the file does not say. */
  readonly start: number | null
  readonly durationMilliseconds: number | null
}

/** Entries of each table. A file has strings and functions for what no stack shows: more than names, but bounded. */
const maxEntries = 1_000_000
/** Programs have a handful. Their names are decoded all at once, so many must not name one long string. */
const maxTypes = 1000
/** Frames of all stacks together: a location with many inlined frames costs its sender a byte for each use. */
const maxFrames = 32 * 1024 * 1024

/**
 * Reads pprof's profile.proto (inflated): each sample type of unit `count` becomes a counter, others are passed over.
 * Inlined frames are frames. A function without a name has the system's, a location without one its address.
 *
 * @throws ProfileError also where nothing in it is a count
 */
export function decodePprof(body: Uint8Array, limits: ProfileLimits = defaultLimits): PprofProfile {
  const tables = readTables(body, limits)
  const counters = tables.counters()
  const stacks = new StackReader(tables, counters, limits)
  const reader = new ProtoReader(body)
  for (let field = reader.next(); field !== 0; field = reader.next())
    if (field === profileField.sample) stacks.read(reader.inner())
  return {
    tree: stacks.builder.finish(),
    start: tables.timeNanos > 0 ? Math.round(tables.timeNanos / 1e6) : null,
    durationMilliseconds: tables.durationNanos > 0 ? Math.round(tables.durationNanos / 1e6) : null,
  }
}

/** A list of whole numbers that grows up to a bound. */
class Column {
  values = new Float64Array(256)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }
}

/** Everything but the samples, which may stand anywhere: their tables are read first. */
class Tables {
  readonly #body: Uint8Array
  readonly #maxNameBytes: number
  /** String i is body[from … to). */
  readonly #stringFrom = new Column()
  readonly #stringTo = new Column()
  readonly #typeName: number[] = []
  readonly #typeUnit: number[] = []
  /** By the file's own id: place in the columns. */
  readonly functions = new Map<number, number>()
  readonly functionName = new Column()
  readonly functionFile = new Column()
  readonly locations = new Map<number, number>()
  /** Lines of location i: the next from firstLine[i] on, up to those of location i + 1; innermost frame first. */
  readonly firstLine = new Column()
  readonly lineFunction = new Column()
  readonly lineNumber = new Column()
  readonly address: string[] = []
  timeNanos = 0
  durationNanos = 0

  constructor(body: Uint8Array, { maxNameBytes }: ProfileLimits) {
    this.#body = body
    this.#maxNameBytes = maxNameBytes
  }

  addString(reader: ProtoReader): void {
    if (!reader.isBytes) throw reader.problem('a string is expected')
    checkEntries(this.#stringFrom.length, 'strings')
    this.#stringFrom.push(reader.from)
    this.#stringTo.push(reader.to)
  }

  /** Bytes of a string that is a name, as UTF-8. Any number of entries may be called by one string: a long one is not read. */
  text(index: number): Uint8Array {
    if (index >= this.#stringFrom.length)
      throw new ProfileError('malformed', `The profile is malformed: it has no string ${index}`)
    const from = this.#stringFrom.values[index]!
    const to = this.#stringTo.values[index]!
    if (to - from > this.#maxNameBytes)
      throw new ProfileError('name-length', `A name is longer than ${this.#maxNameBytes} bytes`)
    return isUtf8(this.#body, from, to) ? this.#body.subarray(from, to) : repaired(this.#body, from, to)
  }

  addType(message: ProtoReader): void {
    checkEntries(this.#typeName.length, 'sample types', maxTypes)
    let [name, unit] = [0, 0]
    for (let field = message.next(); field !== 0; field = message.next()) {
      if (field === valueTypeField.type) name = message.value
      if (field === valueTypeField.unit) unit = message.value
    }
    this.#typeName.push(name)
    this.#typeUnit.push(unit)
  }

  /** By sample type: the counter's name, null where it is no count. @throws ProfileError where none is */
  counters(): (string | null)[] {
    const counters = this.#typeName.map((name, i) => {
      const unit = this.text(this.#typeUnit[i]!)
      return decodeName(unit, 0, unit.length) === countUnit ? this.#textOf(name) : null
    })
    if (counters.some((counter) => counter !== null)) return counters
    const units = this.#typeUnit
      .slice(0, 4)
      .map((unit) => quoteForMessage(this.text(unit), 0, this.text(unit).length))
    throw new ProfileError(
      'field',
      `The profile has no sample type of unit "${countUnit}"${units.length > 0 ? `, only ${units.join(', ')}` : ''}`,
    )
  }

  #textOf(index: number): string {
    const bytes = this.text(index)
    return decodeName(bytes, 0, bytes.length)
  }

  addFunction(message: ProtoReader): void {
    checkEntries(this.functionName.length, 'functions')
    let [id, name, systemName, file] = [0, 0, 0, 0]
    for (let field = message.next(); field !== 0; field = message.next()) {
      if (field === functionField.id) id = idOf(message)
      if (field === functionField.name) name = message.value
      if (field === functionField.systemName) systemName = message.value
      if (field === functionField.filename) file = message.value
    }
    this.functions.set(id, this.functionName.length)
    this.functionName.push(name === 0 ? systemName : name)
    this.functionFile.push(file)
  }

  addLocation(message: ProtoReader): void {
    checkEntries(this.firstLine.length, 'locations')
    this.firstLine.push(this.lineFunction.length)
    let id = 0
    let address = ''
    for (let field = message.next(); field !== 0; field = message.next()) {
      if (field === locationField.id) id = idOf(message)
      if (field === locationField.address) address = hex(message)
      if (field === locationField.line) this.#addLine(message.inner())
    }
    this.locations.set(id, this.address.length)
    this.address.push(address)
  }

  #addLine(message: ProtoReader): void {
    checkEntries(this.lineFunction.length, 'lines')
    let [functionId, line] = [0, 0]
    for (let field = message.next(); field !== 0; field = message.next()) {
      if (field === lineField.functionId) functionId = idOf(message)
      if (field === lineField.line) line = message.high === 0 && message.low < 2 ** 31 ? message.low : 0
    }
    this.lineFunction.push(functionId)
    this.lineNumber.push(line)
  }
}

function readTables(body: Uint8Array, limits: ProfileLimits): Tables {
  const tables = new Tables(body, limits)
  const reader = new ProtoReader(body)
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === profileField.stringTable) tables.addString(reader)
    else if (field === profileField.sampleType) tables.addType(reader.inner())
    else if (field === profileField.function) tables.addFunction(reader.inner())
    else if (field === profileField.location) tables.addLocation(reader.inner())
    else if (field === profileField.timeNanos) tables.timeNanos = signed(reader)
    else if (field === profileField.durationNanos) tables.durationNanos = signed(reader)
  }
  return tables
}

function checkEntries(length: number, what: string, most = maxEntries): void {
  if (length < most) return
  throw new ProfileError('size', `The profile has more than ${most} ${what}`)
}

/** Ids are any 64 bits; a number tells those up to 2^53 apart. */
function idOf(reader: ProtoReader): number {
  if (reader.high < 2 ** 21) return reader.value
  throw new ProfileError('field', 'The ids of the profile must not be larger than 2^53')
}

/** As a two's complement; a negative one is negative, whatever its value. */
function signed(reader: ProtoReader): number {
  return reader.high >= 2 ** 31 ? -1 : reader.value
}

function hex({ low, high }: ProtoReader): string {
  const upper = high === 0 ? '' : high.toString(16)
  return `0x${upper}${low.toString(16).padStart(high === 0 ? 1 : 8, '0')}`
}

/** Turns samples into paths of the tree. */
class StackReader {
  readonly builder: TreeBuilder
  readonly #tables: Tables
  readonly #counters: readonly (string | null)[]
  readonly #limits: ProfileLimits
  /** By function: frame and file number, + 1; zero is not interned yet. */
  readonly #frameOf: Int32Array
  readonly #fileOf: Int32Array
  /** The sample's frames, innermost first. */
  readonly #frames: Int32Array
  readonly #files: Int32Array
  readonly #lines: Int32Array
  #depth = 0
  #framesLeft = maxFrames

  constructor(tables: Tables, counters: readonly (string | null)[], limits: ProfileLimits) {
    this.builder = new TreeBuilder(limits)
    this.#tables = tables
    this.#counters = counters
    this.#limits = limits
    this.#frameOf = new Int32Array(tables.functionName.length)
    this.#fileOf = new Int32Array(tables.functionName.length)
    this.#frames = new Int32Array(limits.maxDepth)
    this.#files = new Int32Array(limits.maxDepth)
    this.#lines = new Int32Array(limits.maxDepth)
  }

  read(sample: ProtoReader): void {
    this.#depth = 0
    const values: number[] = []
    for (let field = sample.next(); field !== 0; field = sample.next()) {
      if (field === sampleField.locationId) this.#each(sample, (reader) => this.#pushLocation(idOf(reader)))
      if (field === sampleField.value) this.#each(sample, (reader) => this.#pushValue(values, reader))
    }
    if (values.length !== this.#counters.length)
      throw sample.problem(`a sample must have ${this.#counters.length} values`)
    let node = 0
    for (let i = this.#depth - 1; i >= 0; i--) {
      node = this.builder.child(node, this.#frames[i]!, this.#depth - i)
      this.builder.learn(node, this.#files[i]!, this.#lines[i]!)
    }
    for (const [i, value] of values.entries()) {
      const counter = this.#counters[i]!
      if (counter !== null) this.builder.add(counter, node, value)
    }
  }

  /** A list of numbers comes packed or one by one. */
  #each(reader: ProtoReader, take: (reader: ProtoReader) => void): void {
    if (!reader.isBytes) {
      take(reader)
      return
    }
    const packed = reader.inner()
    while (packed.hasMore) {
      packed.varint()
      take(packed)
    }
  }

  #pushValue(values: number[], reader: ProtoReader): void {
    if (values.length === this.#counters.length) throw reader.problem('a sample has more values than types')
    const isCount = this.#counters[values.length] !== null
    if (isCount && signed(reader) < 0) throw reader.problem('a count must not be negative')
    values.push(isCount ? reader.value : 0)
  }

  #pushLocation(id: number): void {
    const { locations, firstLine, lineFunction, lineNumber } = this.#tables
    const location = locations.get(id)
    if (location === undefined)
      throw new ProfileError('malformed', `The profile is malformed: it has no location ${id}`)
    const from = firstLine.values[location]!
    const to = location + 1 < firstLine.length ? firstLine.values[location + 1]! : lineFunction.length
    if (from === to) {
      const name = encodeName(this.#tables.address[location]!)
      this.#push(this.builder.frame(name, 0, name.length), -1, -1)
    }
    for (let i = from; i < to; i++) this.#pushLine(lineFunction.values[i]!, lineNumber.values[i]!)
  }

  #pushLine(functionId: number, line: number): void {
    const { functions, functionName, functionFile } = this.#tables
    const at = functions.get(functionId)
    if (at === undefined)
      throw new ProfileError('malformed', `The profile is malformed: it has no function ${functionId}`)
    if (this.#frameOf[at] === 0) {
      const name = this.#tables.text(functionName.values[at]!)
      this.#frameOf[at] = this.builder.frame(name, 0, name.length) + 1
      const file = this.#tables.text(functionFile.values[at]!)
      this.#fileOf[at] = file.length === 0 ? 0 : this.builder.file(file, 0, file.length) + 1
    }
    this.#push(this.#frameOf[at]! - 1, this.#fileOf[at]! - 1, line === 0 ? -1 : line)
  }

  #push(frame: number, file: number, line: number): void {
    const { maxDepth } = this.#limits
    if (this.#depth === maxDepth)
      throw new ProfileError('depth', `The profile is deeper than ${maxDepth} frames`)
    if (this.#framesLeft-- === 0)
      throw new ProfileError('size', `The stacks of the profile have more than ${maxFrames} frames`)
    this.#frames[this.#depth] = frame
    this.#files[this.#depth] = file
    this.#lines[this.#depth++] = line
  }
}
