/**
 * The array, at least `length` long; where that takes a new one, half as long again as before, so that growing step by
 * step stays linear. The one that was given is empty then: its memory is free at once, and not when garbage is collected,
 * by which time hundreds of dictionaries may have grown.
 *
 * @param array the whole of its buffer
 */
export function grown<T extends Uint8Array | Uint16Array | Int32Array | Float64Array>(
  array: T,
  length: number,
): T {
  if (length <= array.length) return array
  const longer = Math.max(length, array.length + (array.length >> 1))
  const buffer = (array.buffer as ArrayBuffer).transfer(longer * array.BYTES_PER_ELEMENT)
  return new (array.constructor as new (buffer: ArrayBuffer) => T)(buffer)
}
