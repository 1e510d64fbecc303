/** File and lines of each node of an epoch, as last written in its segment. Zero is "unknown": values are stored + 1. */
export class NodeAttributes {
  file = new Int32Array(256)
  firstLine = new Int32Array(256)
  lastLine = new Int32Array(256)

  get byteLength(): number {
    return 3 * this.file.byteLength
  }

  reserve(nodes: number): void {
    if (nodes <= this.file.length) return
    const capacity = Math.max(nodes, this.file.length * 2)
    this.file = grown(this.file, capacity)
    this.firstLine = grown(this.firstLine, capacity)
    this.lastLine = grown(this.lastLine, capacity)
  }

  set(node: number, file: number, firstLine: number, lastLine: number): void {
    this.file[node] = file
    this.firstLine[node] = firstLine
    this.lastLine[node] = lastLine
  }

  isSame(node: number, file: number, firstLine: number, lastLine: number): boolean {
    return this.file[node] === file && this.firstLine[node] === firstLine && this.lastLine[node] === lastLine
  }

  /** Adds what is known of a node: the latest file, the union of lines. */
  learn(node: number, file: number, firstLine: number, lastLine: number): void {
    if (file !== 0) this.file[node] = file
    if (firstLine === 0) return
    const known = this.firstLine[node]!
    this.firstLine[node] = known === 0 ? firstLine : Math.min(known, firstLine)
    this.lastLine[node] = Math.max(this.lastLine[node]!, lastLine)
  }
}

function grown(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(capacity)
  made.set(array)
  return made
}
