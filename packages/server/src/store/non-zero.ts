/** Places of a column that hold something, ascending. */
export function nonZero(column: Float64Array): Int32Array {
  let size = 0
  for (const count of column) if (count > 0) size++
  const nodes = new Int32Array(size)
  let at = 0
  for (let node = 0; node < column.length; node++) if (column[node]! > 0) nodes[at++] = node
  return nodes
}
