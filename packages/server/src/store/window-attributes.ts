import { NodeAttributes } from './node-attributes.ts'
import { type AttributeNews, newsBytes } from './record-content.ts'

/** Of four arrays, beside their numbers. */
const arraysBytes = 400
/** Of one node, once each has a place: three numbers, and room to grow. */
const placeBytes = 8

/**
 * What the profiles of one window say of files and lines, for as long as more may come: as they said it while that is little
 * beside the nodes there are, then by node. Latecomers are of many windows, each of which knows little of what their segment
 * does; the profiles of a window that is over say the same again and again.
 */
export class WindowAttributes {
  #news: AttributeNews[] = []
  #said = 0
  #byNode: NodeAttributes | null = null

  get byteLength(): number {
    return (this.#byNode?.byteLength ?? 0) + newsBytes * this.#said + arraysBytes * this.#news.length
  }

  /** @param nodes how many there are */
  learn(news: AttributeNews, nodes: number): void {
    if (news.node.length === 0) return
    this.#news.push(news)
    this.#said += news.node.length
    if (this.#byNode === null && newsBytes * this.#said < placeBytes * nodes) return
    this.#byNode ??= new NodeAttributes()
    this.#byNode.reserve(nodes)
    for (const one of this.#news) this.#byNode.learnAll(one)
    this.#news = []
    this.#said = 0
  }

  /** All of it, the latest last. */
  all(): readonly AttributeNews[] {
    return this.#byNode === null ? this.#news : [this.#byNode.news()]
  }
}
