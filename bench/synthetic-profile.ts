/**
 * Profiles as a service would post them: a made-up program (layers of functions calling the next layers, few call
 * sites hot and many cold), the stacks it can show, and what one host samples of them. Everything follows from
 * seeds. Sizes follow real agents' bodies: about 15 % of the nodes carry counts, and the hosts of a service show the
 * same paths over and over, so that hundreds of profiles of 5,000 nodes add up to some 17,000.
 */
import { CallPathTrie, type CallTree, encodeName, mergeTrees, type NameInterner, nameAt } from '@wick/profile'
import ion from 'ion-js'

export type Flavour = 'jvm' | 'python'

export interface Program {
  readonly flavour: Flavour
  /** Every stack the program can show, outermost function first; hottest stacks first. */
  readonly stacks: readonly (readonly ProgramFunction[])[]
}

interface ProgramFunction {
  readonly name: string
  readonly file: string
  readonly line: number
  /** Callees, hottest first. */
  readonly callees: ProgramFunction[]
}

export interface SyntheticProfile {
  readonly start: number
  readonly end: number
  readonly tree: CallTree
}

const layerCount = 46

/** A program whose stacks make up `paths` distinct call paths. */
export function syntheticProgram(flavour: Flavour, { seed = 1, paths = 17_000 } = {}): Program {
  const random = seededRandom(seed)
  const roots = makeLayers(flavour, random)[0]!
  const known = new Set<string>()
  const stacks: ProgramFunction[][] = []
  while (known.size < paths) {
    const stack: ProgramFunction[] = []
    let path = ''
    for (let next: ProgramFunction | undefined = zipf(roots, random); next !== undefined; ) {
      stack.push(next)
      path += `;${next.name}`
      known.add(path)
      if (stack.length > 8 && random() < 0.045) break
      next = next.callees.length === 0 ? undefined : zipf(next.callees, random)
    }
    stacks.push(stack)
    // Inner functions have work of their own.
    for (let i = 0; i < 6; i++) stacks.push(stack.slice(0, 1 + Math.floor(random() * stack.length)))
  }
  return { flavour, stacks }
}

/** Functions by layer; a function calls functions of the next two layers. */
function makeLayers(flavour: Flavour, random: () => number): ProgramFunction[][] {
  const perLayer = flavour === 'jvm' ? 150 : 90
  const layers = Array.from({ length: layerCount }, (_, layer) =>
    Array.from({ length: layer === 0 ? 12 : perLayer }, () => makeFunction(flavour, random)),
  )
  for (const [layer, functions] of layers.slice(0, -1).entries()) {
    for (const caller of functions) {
      const calls = 1 + Math.floor(random() * 5)
      for (let i = 0; i < calls; i++) {
        const below = layers[Math.min(layer + 1 + (random() < 0.2 ? 1 : 0), layerCount - 1)]!
        caller.callees.push(below[Math.floor(random() * below.length)]!)
      }
    }
  }
  return layers
}

/** What one host sees of a program in one cycle: a tree of `nodes` frames; the host's seed decides which. */
export function syntheticProfile(
  program: Program,
  options: { seed: number; nodes?: number },
): SyntheticProfile {
  const random = seededRandom(options.seed)
  const limit = options.nodes ?? 5000
  const builder = new StackBuilder()
  const mostSamples = limit * 100
  for (let samples = 0; builder.trie.nodeCount <= limit; samples++) {
    if (samples > mostSamples) throw new RangeError(`the program has too few paths for ${limit} nodes`)
    let node = 0
    for (const callee of zipf(program.stacks, random)) {
      if (builder.trie.nodeCount > limit) break
      node = builder.child(node, callee, callee.line + Math.floor(random() * random() * 30))
    }
    builder.count(node, program.flavour === 'python' ? 'WALL_TIME' : threadState(random))
  }
  const end = 1_795_416_600_000 + Math.floor(random() * 300_000)
  return { start: end - 300_000, end, tree: builder.build() }
}

/** The body the AWS Python agent would post for it: JSON with its spacing and its metadata. */
export function postedJson(profile: SyntheticProfile): Uint8Array {
  return new TextEncoder().encode(spaced({ ...metadata(profile), callgraph: nodeObject(profile.tree) }))
}

/** The same as Ion binary, written by ion-js. */
export function postedIon(profile: SyntheticProfile): Uint8Array {
  const writer = ion.makeBinaryWriter()
  writer.writeValues(ion.makeReader(new TextDecoder().decode(postedJson(profile))))
  writer.close()
  return writer.getBytes()
}

export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Early items far more often than late ones. */
function zipf<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(items.length ** random() - 1 + random()) % items.length]!
}

const words =
  'request handler order user cart session cache query index token stream buffer event page price'.split(' ')
const verbs =
  'get put load parse write read apply handle resolve build encode decode run invoke dispatch'.split(' ')

function makeFunction(flavour: Flavour, random: () => number): ProgramFunction {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  const line = 10 + Math.floor(random() * 900)
  const number = Math.floor(random() * 1000)
  if (flavour === 'jvm') {
    const type = `${capital(pick(words))}${capital(pick(words))}${number % 7 === 0 ? 'Impl$1' : 'Service'}${number}`
    const name = `com.example.${pick(words)}.${pick(words)}.${type}:${pick(verbs)}${capital(pick(words))}`
    return { name, file: `${type.split('$')[0]}.java`, line, callees: [] }
  }
  const module = `${pick(words)}_${pick(words)}${number}`
  const name = `shop.${pick(words)}.${module}:${capital(pick(words))}:${pick(verbs)}_${pick(words)}`
  return {
    name,
    file: `/usr/lib/python3.11/site-packages/shop/${pick(words)}/${module}.py`,
    line,
    callees: [],
  }
}

function threadState(random: () => number): string {
  const at = random()
  if (at < 0.55) return 'RUNNABLE'
  if (at < 0.75) return 'TIMED_WAITING'
  return at < 0.95 ? 'WAITING' : 'BLOCKED'
}

/** A call tree grown stack by stack. */
class StackBuilder {
  readonly trie = new CallPathTrie()
  readonly #files: number[] = [-1]
  readonly #firstLine: number[] = [-1]
  readonly #lastLine: number[] = [-1]
  readonly #counts = new Map<string, Map<number, number>>()

  child(parent: number, { name, file }: ProgramFunction, line: number): number {
    const node = this.trie.child(parent, intern(this.trie.frames, name))
    this.#files[node] = intern(this.trie.files, file)
    this.#firstLine[node] = Math.min(this.#firstLine[node] ?? line, line)
    this.#lastLine[node] = Math.max(this.#lastLine[node] ?? line, line)
    return node
  }

  count(node: number, counter: string): void {
    const counts = this.#counts.get(counter) ?? new Map<number, number>()
    this.#counts.set(counter, counts.set(node, (counts.get(node) ?? 0) + 1))
  }

  build(): CallTree {
    const size = this.trie.nodeCount
    return mergeTrees([
      {
        names: this.trie.frames.table(),
        files: this.trie.files.table(),
        parent: this.trie.parent.slice(0, size),
        frame: this.trie.frame.slice(0, size),
        file: Int32Array.from(this.#files),
        firstLine: Int32Array.from(this.#firstLine),
        lastLine: Int32Array.from(this.#lastLine),
        counters: [...this.#counts].map(([name, counts]) => ({
          name,
          nodes: Int32Array.from(counts.keys()),
          counts: Float64Array.from(counts.values()),
        })),
      },
    ])
  }
}

function intern(interner: NameInterner, text: string): number {
  const bytes = encodeName(text)
  return interner.intern(bytes, 0, bytes.length)
}

interface NodeObject {
  counts?: Record<string, number>
  file?: string
  line?: number[]
  children?: Record<string, NodeObject>
}

function nodeObject(tree: CallTree): NodeObject {
  const objects: NodeObject[] = [{}]
  for (let node = 1; node < tree.parent.length; node++) {
    const parent = objects[tree.parent[node]!]!
    const [first, last] = [tree.firstLine[node]!, tree.lastLine[node]!]
    // Keys in the agent's order: children come last.
    const object = {
      file: nameAt(tree.files, tree.file[node]!),
      line: first === last ? [first] : [first, last],
    }
    objects.push(object)
    parent.children ??= {}
    parent.children[nameAt(tree.names, tree.frame[node]!)] = object
  }
  for (const { name, nodes, counts } of tree.counters) {
    for (const [k, node] of nodes.entries()) {
      const object = objects[node]!
      object.counts ??= {}
      object.counts[name] = counts[k]!
    }
  }
  return objects[0]!
}

function metadata({ start, end }: SyntheticProfile): object {
  return {
    start,
    end,
    agentMetadata: {
      sampleWeights: { WALL_TIME: 0.9930129163037 },
      durationInMs: end - start,
      fleetInfo: {
        computeType: 'aws_ec2_instance',
        hostName: 'ip-10-0-3-17.ec2.internal',
        hostType: 'm5.2xlarge',
      },
      agentInfo: { type: 'CodeGuruProfiler-python', version: '1.2.6' },
      agentOverhead: { memoryInMB: 0, timeInMs: 571 },
      runtimeVersion: '3.11.7',
      cpuTimeInSeconds: 12.798974152,
      metrics: { numThreads: 14.5 },
      numTimesSampled: 298,
    },
    debugInfo: {
      agentStartTime: '2026-11-23T06:50:59.604Z',
      processId: 25209,
      genericMetrics: { flush_timings_max: 2.785e-5 },
    },
  }
}

/** JSON as Python's json.dumps spaces it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const order = ['counts', 'file', 'line', 'children']
  const fields = Object.entries(value).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  return `{${fields.map(([name, content]) => `${JSON.stringify(name)}: ${spaced(content)}`).join(', ')}}`
}
