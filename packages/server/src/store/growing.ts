/** A copy at least `length` long, and half as long again as before, so that growing step by step stays linear. */
export function grown<T extends Uint16Array | Int32Array | Float64Array>(array: T, length: number): T {
  if (length <= array.length) return array
  const made = new (array.constructor as new (length: number) => T)(
    Math.max(length, array.length + (array.length >> 1)),
  )
  made.set(array)
  return made
}
