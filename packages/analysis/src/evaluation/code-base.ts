import type { Random } from './random.ts'

/** The call paths of an invented service and how much each costs by itself. Node 0 is the root. */
export interface CodeBase {
  readonly names: string[]
  readonly parent: number[]
  readonly frame: number[]
  /** The kind of request each node belongs to; -1 for what all share. */
  readonly request: number[]
  /** Self cost per request, in no particular unit. */
  readonly cost: number[]
}

/** Call trees as services have them: some kinds of request, deep, few paths heavy, libraries called from everywhere. */
export function inventCode(random: Random, requests: number, nodes: number): CodeBase {
  const code: CodeBase = { names: [], parent: [-1], frame: [-1], request: [-1], cost: [0] }
  const library = Array.from({ length: Math.ceil(nodes / 15) }, (_, i) =>
    addName(code, `lib.util.Tool${i}.run`),
  )
  const main = addNode(code, 0, addName(code, 'app.Main.main'), -1, 0)
  const byRequest = Array.from({ length: requests }, (_, request) => [
    addNode(code, main, addName(code, `app.handlers.Handler${request}.handle`), request, 0.1),
  ])
  while (code.parent.length < nodes) {
    const request = Math.floor(requests * random.unit() ** 2)
    const known = byRequest[request]!
    // Mostly below what came last: chains, as call stacks are.
    const above =
      random.unit() < 0.6 ? known.at(-1 - random.below(Math.min(5, known.length)))! : random.pick(known)
    const frame =
      random.unit() < 0.3
        ? random.pick(library)
        : addName(code, `app.service${request}.Class${random.below(40)}.method${code.names.length}`)
    if (hasChild(code, above, frame)) continue
    const cost = random.unit() < 0.4 ? 0 : Math.exp(2 * random.normal())
    known.push(addNode(code, above, frame, request, cost))
  }
  return code
}

export function addName(code: CodeBase, name: string): number {
  return code.names.push(name) - 1
}

export function addNode(
  code: CodeBase,
  parent: number,
  frame: number,
  request: number,
  cost: number,
): number {
  code.parent.push(parent)
  code.frame.push(frame)
  code.request.push(request)
  return code.cost.push(cost) - 1
}

export function childWith(code: CodeBase, parent: number, frame: number): number {
  for (let node = parent + 1; node < code.parent.length; node++) {
    if (code.parent[node] === parent && code.frame[node] === frame) return node
  }
  return -1
}

function hasChild(code: CodeBase, parent: number, frame: number): boolean {
  return childWith(code, parent, frame) >= 0
}
