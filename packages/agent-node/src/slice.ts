import type { Ownership } from './own-files.ts'

/**
 * What the program did in one thread for some seconds, as V8 tells it, made small enough to hand from thread to thread: columns,
 * frames once each. Naming, adding up and sending is the reporter's.
 */
export interface Slice {
  readonly threadId: number
  /** Epoch milliseconds of this machine's clock. */
  readonly startedAt: number
  readonly endedAt: number
  /** The program's: those of the agent's own work are left out, and so is their time. */
  readonly samples: number
  readonly frames: FrameColumns
  /** Node → its caller, which comes before it; -1 for the first, the root. */
  readonly parent: Int32Array<ArrayBuffer>
  /** Node → place in `frames`. */
  readonly frame: Int32Array<ArrayBuffer>
  /** Node → microseconds with it as the innermost frame. */
  readonly micros: Float64Array<ArrayBuffer>
  /** Node → the lines sampled in it, 1-based; 0 where none was. */
  readonly firstLine: Int32Array<ArrayBuffer>
  readonly lastLine: Int32Array<ArrayBuffer>
}

interface FrameColumns {
  readonly functionName: readonly string[]
  /** A path, a `file:` or `node:` address, or '' for native code. */
  readonly url: readonly string[]
  /** Where the function begins, 0-based; -1 where V8 does not say. */
  readonly line: readonly number[]
  readonly column: readonly number[]
}

/** As the inspector's Profiler domain has it. */
export interface V8Profile {
  readonly nodes: readonly V8Node[]
  /** Microseconds of a clock of its own. */
  readonly startTime: number
  readonly endTime: number
  /** Node ids. */
  readonly samples?: readonly number[]
  /** Microseconds from the sample before (the first: from the start). */
  readonly timeDeltas?: readonly number[]
}

interface V8Node {
  readonly id: number
  readonly callFrame: V8CallFrame
  readonly children?: readonly number[]
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[]
}

export interface V8CallFrame {
  readonly functionName: string
  readonly scriptId: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/**
 * Between two samples lies one interval, or a bit more on a busy machine. A longer gap is time in which the process did
 * not run at all (stopped, frozen between two calls of a Lambda function, on a laptop that slept): it belongs to nobody.
 */
const longestGapMicros = 1_000_000

export interface AboutSlice {
  readonly threadId: number
  readonly startedAt: number
  readonly endedAt: number
}

type Owners = (functionName: string, url: string) => Ownership

/** The time of a sample is that since the one before: V8 misses samples on a busy machine, and time stays right then. */
export function sliceOf(profile: V8Profile, about: AboutSlice, owners: Owners): Slice {
  const { order, parent, place } = parentsFirst(profile.nodes, owners)
  const frames = new FrameTable()
  const frame = Int32Array.from(order, (node) => frames.number(node.callFrame))
  const { micros, samples } = timesOf(profile, place, order.length)
  const firstLine = new Int32Array(order.length)
  const lastLine = new Int32Array(order.length)
  order.forEach(({ positionTicks = [] }, at) => {
    for (const { line } of positionTicks) {
      if (firstLine[at] === 0 || line < firstLine[at]!) firstLine[at] = line
      if (line > lastLine[at]!) lastLine[at] = line
    }
  })
  return { ...about, samples, frames: frames.columns, parent, frame, micros, firstLine, lastLine }
}

interface Placed {
  readonly order: readonly V8Node[]
  readonly parent: Int32Array<ArrayBuffer>
  /** Id of a node → where its time goes; no entry for what the agent did. */
  readonly place: ReadonlyMap<number, number>
}

/** A node, with what is known of its callers: whose they are, and the innermost that is kept. */
interface Met {
  readonly node: V8Node
  readonly caller: number
  readonly isAgents: boolean
}

/** The agent's frames are left out: what they call for the program is called by their caller. */
function parentsFirst(nodes: readonly V8Node[], owners: Owners): Placed {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const order: V8Node[] = []
  const parents: number[] = []
  const place = new Map<number, number>()
  const met: Met[] = nodes.length > 0 ? [{ node: nodes[0]!, caller: -1, isAgents: false }] : []
  // Grows while it is walked.
  for (const { node, caller, isAgents: isCallerAgents } of met) {
    const { functionName, url } = node.callFrame
    const ownership = owners(functionName, url)
    const isAgents = ownership === 'agent' || (ownership !== 'program' && isCallerAgents)
    let at = caller
    if (!isAgents && ownership !== 'between') {
      at = order.push(node) - 1
      parents.push(caller)
    }
    if (!isAgents) place.set(node.id, at)
    for (const id of node.children ?? []) {
      const child = byId.get(id)
      if (child === undefined) continue
      // A child is somebody's once: a tree that says otherwise ends here.
      byId.delete(id)
      met.push({ node: child, caller: at, isAgents })
    }
  }
  return { order, parent: Int32Array.from(parents), place }
}

function timesOf(
  { samples: ids = [], timeDeltas = [], startTime, endTime }: V8Profile,
  place: ReadonlyMap<number, number>,
  nodes: number,
): { micros: Float64Array<ArrayBuffer>; samples: number } {
  const micros = new Float64Array(nodes)
  let samples = 0
  let last = -1
  let now = startTime
  for (let i = 0; i < ids.length; i++) {
    const delta = timeDeltas[i] ?? 0
    now += delta
    last = place.get(ids[i]!) ?? -1
    if (last < 0) continue
    micros[last]! += Math.min(Math.max(delta, 0), longestGapMicros)
    samples++
  }
  // What came after the last sample went on as it was then.
  if (last >= 0) micros[last]! += Math.min(Math.max(endTime - now, 0), longestGapMicros)
  return { micros, samples }
}

class FrameTable {
  readonly columns = {
    functionName: [] as string[],
    url: [] as string[],
    line: [] as number[],
    column: [] as number[],
  }
  readonly #numbers = new Map<string, number>()

  number({ functionName, scriptId, url, lineNumber, columnNumber }: V8CallFrame): number {
    const key = `${scriptId}:${lineNumber}:${columnNumber}:${functionName}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const { columns } = this
    const number = columns.url.push(url) - 1
    columns.functionName.push(functionName)
    columns.line.push(lineNumber)
    columns.column.push(columnNumber)
    this.#numbers.set(key, number)
    return number
  }
}
