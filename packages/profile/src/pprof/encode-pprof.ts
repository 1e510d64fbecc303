/**
 * A profile as pprof's profile.proto, not yet compressed: one sample type of unit `count` for each counter, one
 * function for each frame and file, one location for each of these and first line, one sample for each call path.
 *
 * What pprof cannot say is lost: the last line of a range, line 0, call paths without samples, the difference between
 * lone surrogates (they become U+FFFD), times after the year 2262.
 */
import type { CallTree } from '../call-tree.ts'
import { countsByNode } from '../node-counts.ts'
import { stackBytes } from '../stack-bytes.ts'
import { withoutSurrogates } from '../well-formed.ts'
import { encodeName } from '../wtf8.ts'
import {
  countUnit,
  functionField,
  lineField,
  locationField,
  profileField,
  sampleField,
  valueTypeField,
} from './profile-fields.ts'
import { ProtoWriter, varintBytes } from './proto-writer.ts'

/** What is shown first: time on the processor, else whatever was counted. */
const shownFirst = ['RUNNABLE', 'WALL_TIME']
const nanosPerMilli = 1_000_000n
const maxInt64 = 2n ** 63n - 1n

/** @throws ProfileError where the stacks would be longer than `maxBytes` */
export function encodePprof(
  { start, end, tree }: { readonly start: number; readonly end: number; readonly tree: CallTree },
  maxBytes?: number,
): Uint8Array {
  const out = new ProtoWriter()
  const strings = new StringTable(tree)
  const part = new ProtoWriter()
  for (let counter = 0; counter < tree.counters.length; counter++) {
    part.length = 0
    part.number(valueTypeField.type, strings.counter(counter))
    part.number(valueTypeField.unit, strings.unit)
    out.message(profileField.sampleType, part)
  }
  const location = writeLocations(out, tree, strings)
  const own = location.map(varintBytes)
  stackBytes(tree, own, 'pprof', maxBytes)
  writeSamples(out, tree, location, own)
  strings.write(out)
  const nanos = BigInt(start) * nanosPerMilli
  if (nanos <= maxInt64) out.number(profileField.timeNanos, nanos)
  out.number(profileField.durationNanos, BigInt(end - start) * nanosPerMilli)
  const shown = shownFirst
    .map((name) => tree.counters.findIndex((vector) => vector.name === name))
    .find((counter) => counter >= 0)
  if (tree.counters.length > 0) out.number(profileField.defaultSampleType, strings.counter(shown ?? 0))
  return out.bytes.subarray(0, out.length)
}

/** Strings by number: the empty one, the unit, counters, frames, files. */
class StringTable {
  readonly unit = 1
  readonly #tree: CallTree

  constructor(tree: CallTree) {
    this.#tree = tree
  }

  counter(counter: number): number {
    return 2 + counter
  }

  frame(frame: number): number {
    return 2 + this.#tree.counters.length + frame
  }

  /** The empty string where the file is not known. */
  file(file: number): number {
    return file < 0 ? 0 : 2 + this.#tree.counters.length + this.#tree.names.length + file
  }

  write(out: ProtoWriter): void {
    const { counters, names, files } = this.#tree
    for (const text of ['', countUnit, ...counters.map(({ name }) => name.toWellFormed())]) {
      const bytes = encodeName(text)
      out.text(profileField.stringTable, bytes, 0, bytes.length)
    }
    for (const table of [names, files]) {
      const { bytes, offsets, length } = withoutSurrogates(table)
      for (let i = 0; i < length; i++) out.text(profileField.stringTable, bytes, offsets[i]!, offsets[i + 1]!)
    }
  }
}

/** Writes functions and locations. @returns the location's id by node; 0 for the root */
function writeLocations(out: ProtoWriter, tree: CallTree, strings: StringTable): Int32Array {
  const { frame, file, firstLine, files } = tree
  const functions = new Map<number, number>()
  const locations = new Map<number, number>()
  const part = new ProtoWriter()
  const line = new ProtoWriter()
  const location = new Int32Array(frame.length)
  for (let node = 1; node < frame.length; node++) {
    const functionKey = frame[node]! * (files.length + 1) + file[node]! + 1
    let functionId = functions.get(functionKey)
    if (functionId === undefined) {
      functionId = functions.size + 1
      functions.set(functionKey, functionId)
      part.length = 0
      part.number(functionField.id, functionId)
      part.number(functionField.name, strings.frame(frame[node]!))
      part.number(functionField.filename, strings.file(file[node]!))
      out.message(profileField.function, part)
    }
    const key = functionId * 2 ** 31 + Math.max(firstLine[node]!, 0)
    let id = locations.get(key)
    if (id === undefined) {
      id = locations.size + 1
      locations.set(key, id)
      line.length = 0
      line.number(lineField.functionId, functionId)
      line.number(lineField.line, Math.max(firstLine[node]!, 0))
      part.length = 0
      part.number(locationField.id, id)
      part.message(locationField.line, line)
      out.message(profileField.location, part)
    }
    location[node] = id
  }
  return location
}

/** One sample for each node that has any: locations from the leaf up, a value for each counter. */
function writeSamples(out: ProtoWriter, tree: CallTree, location: Int32Array, own: Int32Array): void {
  const { parent, counters } = tree
  const { first, next, counter, count } = countsByNode(tree)
  const values = new Float64Array(counters.length)
  for (let leaf = 0; leaf < parent.length; leaf++) {
    if (first[leaf]! < 0) continue
    values.fill(0)
    for (let entry = first[leaf]!; entry >= 0; entry = next[entry]!) values[counter[entry]!] = count[entry]!
    let stack = 0
    for (let node = leaf; node > 0; node = parent[node]!) stack += own[node]!
    const valueBytes = values.reduce((sum, value) => sum + varintBytes(value), 0)
    out.head(
      profileField.sample,
      (stack > 0 ? 1 + varintBytes(stack) + stack : 0) + 1 + varintBytes(valueBytes) + valueBytes,
    )
    if (stack > 0) {
      out.head(sampleField.locationId, stack)
      for (let node = leaf; node > 0; node = parent[node]!) out.varint(location[node]!)
    }
    out.head(sampleField.value, valueBytes)
    for (const value of values) out.varint(value)
  }
}
