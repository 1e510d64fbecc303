/** What one window's profiles say of the file and lines of each node of an epoch. Zero is "unknown": values are stored + 1. */
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

  /** Adds what is known of a node: the latest file, the union of lines. @returns whether that was news */
  learn(node: number, file: number, firstLine: number, lastLine: number): boolean {
    let isNews = false
    if (file !== 0 && this.file[node] !== file) {
      this.file[node] = file
      isNews = true
    }
    if (firstLine === 0) return isNews
    const first = this.firstLine[node]!
    if (first === 0 || firstLine < first) {
      this.firstLine[node] = firstLine
      isNews = true
    }
    if (lastLine > this.lastLine[node]!) {
      this.lastLine[node] = lastLine
      isNews = true
    }
    return isNews
  }
}

function grown(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(capacity)
  made.set(array)
  return made
}
