import { grown } from './growing.ts'
import type { AttributeNews } from './record-content.ts'

/** What one window's profiles say of the file and lines of each node of an epoch. Zero is "unknown": values are stored + 1. */
export class NodeAttributes {
  file = new Int32Array(256)
  firstLine = new Int32Array(256)
  lastLine = new Int32Array(256)

  get byteLength(): number {
    return 3 * this.file.byteLength
  }

  reserve(nodes: number): void {
    this.file = grown(this.file, nodes)
    this.firstLine = grown(this.firstLine, nodes)
    this.lastLine = grown(this.lastLine, nodes)
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

  /** Adds news of nodes, in their order; they must be reserved. */
  learnAll({ node, file, firstLine, lastLine }: AttributeNews): void {
    for (let i = 0; i < node.length; i++) this.learn(node[i]!, file[i]!, firstLine[i]!, lastLine[i]!)
  }

  /** Adds what `later` knows. */
  merge({ file, firstLine, lastLine }: NodeAttributes): void {
    this.reserve(file.length)
    for (let node = 0; node < file.length; node++) {
      if (file[node] !== 0 || firstLine[node] !== 0)
        this.learn(node, file[node]!, firstLine[node]!, lastLine[node]!)
    }
  }
}
