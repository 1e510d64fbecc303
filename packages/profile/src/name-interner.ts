/**
 * Gives each distinct byte string a small number, in order of first appearance. Open addressing over typed arrays;
 * slots hold (hash, index + 1) side by side, and a hash hit is confirmed by comparing bytes four at a time.
 */

import { areEqual } from './bytes.ts'
import type { NameTable } from './name-table.ts'
import { hashBytes } from './universal-hash.ts'

const smallestSlots = 64

export class NameInterner {
  /** How many distinct names. */
  length = 0
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #offsets = new Uint32Array(smallestSlots)
  #slots = new Int32Array(2 * smallestSlots)
  /** 32 - log2(number of slots): the upper bits of a hash choose the slot. */
  #shift = 26
  #source: Uint8Array = this.#bytes
  #sourceView: DataView = this.#view
  /** Of what `find` did not find last. */
  #hash = 0
  #freeSlot = 0

  /** The number of bytes[from … to), new or old. The bytes are copied. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const known = this.find(bytes, from, to)
    if (known >= 0) return known
    this.#slots[this.#freeSlot] = this.#hash
    this.#slots[this.#freeSlot + 1] = this.length + 1
    return this.#append(from, to)
  }

  /** The number of bytes[from … to); -1 where it was never interned. */
  find(bytes: Uint8Array, from: number, to: number): number {
    this.#use(bytes)
    return this.#find(hashBytes(this.#sourceView, from, to), from, to)
  }

  /** A view of now: names interned later are not in it, those in it never change. */
  table(): NameTable {
    const length = this.length
    return {
      bytes: this.#bytes.subarray(0, this.#offsets[length]!),
      offsets: this.#offsets.subarray(0, length + 1),
      length,
    }
  }

  /** Bytes held, capacity included. */
  get byteLength(): number {
    const index = this.#offsets.byteLength + this.#slots.byteLength
    return this.#bytes.byteLength + index
  }

  /** Lets go of the array that names were last taken from. */
  release(): void {
    this.#source = this.#bytes
    this.#sourceView = this.#view
  }

  /** Forgets everything, and gives memory back after an unusually large use. Tables handed out become invalid. */
  clear(): void {
    if (this.byteLength > 4 * 1024 * 1024) {
      this.#bytes = new Uint8Array(1024)
      this.#view = new DataView(this.#bytes.buffer)
      this.#offsets = new Uint32Array(smallestSlots)
      this.#slots = new Int32Array(2 * smallestSlots)
      this.#shift = 26
    } else {
      this.#slots.fill(0)
    }
    this.release()
    this.length = 0
  }

  #use(bytes: Uint8Array): void {
    if (bytes === this.#source) return
    this.#source = bytes
    this.#sourceView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** As `find`, in the array that names were last taken from. */
  #find(hash: number, from: number, to: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (hash >>> this.#shift) << 1
    for (;;) {
      const found = slots[slot + 1]!
      if (found === 0) break
      if (slots[slot] === hash && this.#isEqual(found - 1, from, to)) return found - 1
      slot = (slot + 2) & mask
    }
    this.#hash = hash
    this.#freeSlot = slot
    return -1
  }

  #isEqual(index: number, from: number, to: number): boolean {
    const start = this.#offsets[index]!
    const size = to - from
    if (this.#offsets[index + 1]! - start !== size) return false
    return areEqual(this.#view, start, this.#sourceView, from, size)
  }

  #append(from: number, to: number): number {
    const index = this.length++
    const start = this.#offsets[index]!
    const end = start + to - from
    if (end > this.#bytes.length) this.#growBytes(end)
    if (index + 2 > this.#offsets.length) this.#growIndex()
    this.#copy(from, to, start)
    this.#offsets[index + 1] = end
    if (this.length * 4 > this.#slots.length) this.#growSlots()
    return index
  }

  /** Names are short: four bytes at a time, the last four overlapping, beat the call into set(subarray()). */
  #copy(from: number, to: number, start: number): void {
    const ours = this.#view
    const theirs = this.#sourceView
    const last = to - 4
    if (last < from) {
      for (let i = from; i < to; i++) ours.setUint8(start + i - from, theirs.getUint8(i))
      return
    }
    for (let i = from, at = start; i < last; i += 4, at += 4)
      ours.setInt32(at, theirs.getInt32(i, true), true)
    ours.setInt32(start + last - from, theirs.getInt32(last, true), true)
  }

  #growBytes(needed: number): void {
    const isSourceOurs = this.#source === this.#bytes
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length + (this.#bytes.length >> 1)))
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
    if (isSourceOurs) {
      this.#source = bytes
      this.#sourceView = this.#view
    }
  }

  #growIndex(): void {
    const offsets = new Uint32Array(this.#offsets.length + (this.#offsets.length >> 1))
    offsets.set(this.#offsets)
    this.#offsets = offsets
  }

  #growSlots(): void {
    const old = this.#slots
    const slots = new Int32Array(old.length * 2)
    const mask = slots.length - 1
    this.#shift--
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue
      let slot = (old[i]! >>> this.#shift) << 1
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
      slots[slot] = old[i]!
      slots[slot + 1] = old[i + 1]!
    }
    this.#slots = slots
  }
}
