/**
 * Whether `size` bytes of a at `atA` and of b at `atB` are the same. Four at a time, the last four overlapping: a
 * loop over the odd bytes would cost a mispredicted branch per name.
 */
export function areEqual(a: DataView, atA: number, b: DataView, atB: number, size: number): boolean {
  const last = size - 4
  if (last < 0) {
    for (let i = 0; i < size; i++) if (a.getUint8(atA + i) !== b.getUint8(atB + i)) return false
    return true
  }
  for (let i = 0; i < last; i += 4) if (a.getInt32(atA + i) !== b.getInt32(atB + i)) return false
  return a.getInt32(atA + last) === b.getInt32(atB + last)
}
