import type { EpochMap } from './epoch-map.ts'
import { PagedNumbers } from './paged-numbers.ts'
import { type AttributeNews, newsOf } from './record-content.ts'

/**
 * What one window's profiles say of the file and lines of each node of an epoch. Zero is "unknown": values are stored + 1.
 * Every open window of every group has one.
 */
export class NodeAttributes {
  /** By node, as the next two; longer than there are nodes. */
  readonly file = new PagedNumbers()
  readonly firstLine = new PagedNumbers()
  readonly lastLine = new PagedNumbers()

  get byteLength(): number {
    return this.file.byteLength + this.firstLine.byteLength + this.lastLine.byteLength
  }

  reserve(nodes: number): void {
    this.file.reserve(nodes)
    this.firstLine.reserve(nodes)
    this.lastLine.reserve(nodes)
  }

  /** Adds what is known of a node: the latest file, the union of lines. @returns whether that was news */
  learn(node: number, file: number, firstLine: number, lastLine: number): boolean {
    let isNews = false
    if (file !== 0 && this.file.at(node) !== file) {
      this.file.put(node, file)
      isNews = true
    }
    if (firstLine === 0) return isNews
    const first = this.firstLine.at(node)
    if (first === 0 || firstLine < first) {
      this.firstLine.put(node, firstLine)
      isNews = true
    }
    if (lastLine > this.lastLine.at(node)) {
      this.lastLine.put(node, lastLine)
      isNews = true
    }
    return isNews
  }

  /** Adds news of nodes, in their order; they must be reserved. */
  learnAll({ node, file, firstLine, lastLine }: AttributeNews): void {
    for (let i = 0; i < node.length; i++) this.learn(node[i]!, file[i]!, firstLine[i]!, lastLine[i]!)
  }

  /** All that is known, as news. */
  news(): AttributeNews {
    const { file, firstLine, lastLine } = this.columns()
    let size = 0
    for (let node = 0; node < file.length; node++) if (file[node] !== 0 || firstLine[node] !== 0) size++
    const news = newsOf(size)
    for (let node = 0, at = 0; at < size; node++) {
      if (file[node] === 0 && firstLine[node] === 0) continue
      news.node[at] = node
      news.file[at] = file[node]!
      news.firstLine[at] = firstLine[node]!
      news.lastLine[at++] = lastLine[node]!
    }
    return news
  }

  /** By node, in one piece each: for who goes through all nodes. */
  columns(): Omit<AttributeNews, 'node'> {
    return { file: this.file.flat(), firstLine: this.firstLine.flat(), lastLine: this.lastLine.flat() }
  }

  /** Adds what `later` knows of nodes that the map knows. @param map from the other's epoch to this one's */
  learnMapped(later: NodeAttributes, map: EpochMap): void {
    const { numbers } = map
    const { file, firstLine, lastLine } = later.columns()
    const most = Math.min(file.length, numbers.length)
    for (let node = 1; node < most; node++) {
      const at = numbers[node]! - 1
      if (at < 0 || (file[node] === 0 && firstLine[node] === 0) || map.isRest(at)) continue
      const known = file[node] === 0 ? 0 : map.file(file[node]! - 1) + 1
      this.learn(at, known, firstLine[node]!, lastLine[node]!)
    }
  }
}
