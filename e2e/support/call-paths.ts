/** A profile as JSON carries it, posted or answered; `counts` are self samples. */
export interface ProfileBody {
  readonly start: number
  readonly end: number
  readonly callgraph: CallNode
}

export interface CallNode {
  readonly counts?: Readonly<Record<string, number>>
  readonly file?: string
  readonly line?: readonly number[]
  readonly children?: Readonly<Record<string, CallNode>>
}

/** Self samples by call path and counter, `main\nprice WALL_TIME`: what must come back exactly. */
export type CallPathSums = ReadonlyMap<string, number>

export function callPathSums(...profiles: readonly ProfileBody[]): CallPathSums {
  const sums = new Map<string, number>()
  for (const { callgraph } of profiles) {
    for (const { path, node } of callPaths(callgraph)) {
      for (const [counter, count] of Object.entries(node.counts ?? {})) {
        const key = `${path.join('\n')} ${counter}`
        sums.set(key, (sums.get(key) ?? 0) + count)
      }
    }
  }
  return sums
}

export function total(sums: CallPathSums): number {
  return sums.values().reduce((sum, count) => sum + count, 0)
}

export function depth({ callgraph }: ProfileBody): number {
  return callPaths(callgraph).reduce((deepest, { path }) => Math.max(deepest, path.length), 0)
}

/** Samples by function: `self` with it on top of the stack, `total` with it anywhere, counted once where it recurses. */
export function samplesByFunction({ callgraph }: ProfileBody): Map<string, { self: number; total: number }> {
  const functions = new Map<string, { self: number; total: number }>()
  for (const { path, node } of callPaths(callgraph)) {
    const self = Object.values(node.counts ?? {}).reduce((sum, count) => sum + count, 0)
    for (const name of new Set(path)) {
      const samples = functions.get(name) ?? { self: 0, total: 0 }
      samples.total += self
      if (name === path.at(-1)) samples.self += self
      functions.set(name, samples)
    }
  }
  return functions
}

/** Every node under its path, without recursion: real profiles are a thousand frames deep. */
function* callPaths(root: CallNode): Generator<{ path: readonly string[]; node: CallNode }> {
  const open: { path: readonly string[]; node: CallNode }[] = [{ path: [], node: root }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next
    for (const [name, node] of Object.entries(next.node.children ?? {})) {
      open.push({ path: [...next.path, name], node })
    }
  }
}
