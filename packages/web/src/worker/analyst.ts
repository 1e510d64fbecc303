/**
 * Keeps one profile and answers questions about it: pictures of views, searches, tables, files. Runs in the profile
 * worker; knows nothing of it, so it can be tested by itself.
 */
import {
  type CallTree,
  decodePrunedTree,
  encodeName,
  NameInterner,
  type NameTable,
  nameAt,
} from '@wick/profile'
import { invert } from '../call-shape/invert.ts'
import { graft, treeFrom } from '../call-shape/loaded-tree.ts'
import { calleesOf, callersOf } from '../call-shape/merged-calls.ts'
import { packageOf } from '../call-shape/packages.ts'
import { addUp, compose, restFrame, type Shape, selfIn } from '../call-shape/shape.ts'
import { applySteps, type Match, type Stepped } from '../call-shape/steps.ts'
import { chosenStates, type StateCount, sortStates } from '../explorer/thread-states.ts'
import {
  coloursByKind,
  coloursByPackage,
  coloursByState,
  type KindRule,
  kindOf,
} from '../flame-graph/colours.ts'
import type { FrameKind } from '../flame-graph/frame-kind.ts'
import { type Boxes, type FunctionTable, functionTable } from '../flame-graph/functions.ts'
import { nameKeys, placed } from '../flame-graph/layout.ts'
import { matchNames, type SearchResult, searchBoxes } from '../flame-graph/search.ts'
import type {
  ChartName,
  Drawn,
  LoadedProfile,
  PackageShare,
  Picture,
  Text,
  ViewQuestion,
} from './messages.ts'

interface Kept {
  readonly start: number
  readonly end: number
  readonly tree: CallTree
  readonly names: readonly string[]
  readonly files: readonly string[]
  readonly states: readonly StateCount[]
}

/** A picture, with the way from the loaded tree to it. */
interface Chart {
  readonly shape: Shape
  readonly nodeOf: Int32Array | null
  readonly boxOf: Int32Array
  readonly boxes: Boxes
}

interface Seen {
  readonly question: ViewQuestion
  readonly stepped: Stepped
  readonly chosen: ReadonlySet<string>
  readonly main: Chart
  readonly callers: Chart | null
  /** Of the overview, for the table of other views; made when it is asked for. */
  overview: Boxes | null
}

export class Analyst {
  readonly #match: Match
  #kept: Kept | null = null
  #seen: Seen | null = null
  /** The steps that were applied last: the next view often has the same. */
  #stepped: { readonly tree: CallTree; readonly key: string; readonly result: Stepped } | null = null

  #keys: { readonly names: readonly string[]; readonly keys: Float64Array } | null = null

  constructor(match: Match) {
    this.#match = match
  }

  load(body: Uint8Array): LoadedProfile {
    const pruned = decodePrunedTree(body)
    const { start, end } = pruned.sides[0]!
    return this.#keep(start, end, treeFrom(pruned))
  }

  refine(body: Uint8Array, path: readonly string[]): LoadedProfile | null {
    const { start, end, tree } = this.#profile
    const finer = treeFrom(decodePrunedTree(body))
    const grafted = graft(tree, finer, path.map(encodeName))
    return grafted === null ? null : this.#keep(start, end, grafted)
  }

  #keep(start: number, end: number, tree: CallTree): LoadedProfile {
    const states = sortStates(
      tree.counters.map(({ name, counts }) => ({ name, samples: counts.reduce((sum, n) => sum + n, 0) })),
    )
    this.#kept = { start, end, tree, names: texts(tree.names), files: texts(tree.files), states }
    return { start, end, states, names: copyTable(tree.names), files: copyTable(tree.files) }
  }

  async draw(question: ViewQuestion): Promise<Drawn> {
    const kept = this.#profile
    const stepped = await this.#step(kept, question)
    const chosen = chosenStates(question.states, kept.states)
    const counters = kept.tree.counters.filter(({ name }) => chosen.has(name))
    const { main, callers } = shapesOf(question, stepped, counters)
    const keys = question.order === 'name' ? this.#keysOf(stepped.names) : undefined
    const made = (shape: Shape, nodeOf: Int32Array | null) => {
      const { layout, boxOf } = placed(shape, selfIn(shape.parent.length, counters, nodeOf), keys)
      const chart: Chart = { shape, nodeOf, boxOf, boxes: copyOf(layout) }
      const colours = colour(question, chart, layout, kept, stepped.names, counters)
      return { chart, picture: { layout, colours } satisfies Picture }
    }
    const shown = made(main.shape, main.nodeOf)
    const above = callers === null ? null : made(callers.shape, callers.nodeOf)
    this.#seen = {
      question,
      stepped,
      chosen,
      main: shown.chart,
      callers: above?.chart ?? null,
      overview: question.view === 'overview' ? shown.chart.boxes : null,
    }
    return {
      main: shown.picture,
      callers: above?.picture ?? null,
      addedNames: stepped.names.slice(kept.names.length),
      samples: kept.states.reduce((sum, { name, samples }) => sum + (chosen.has(name) ? samples : 0), 0),
    }
  }

  /** Buffers of pictures: all of them can be handed over, what is needed here was copied. */
  buffersOf({ main, callers }: Drawn): ArrayBuffer[] {
    return [main, callers].flatMap((picture) => {
      if (picture === null) return []
      const columns = [...Object.values(picture.layout), picture.colours]
      return columns.flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []))
    })
  }

  /** Pictures of the same names follow each other. */
  #keysOf(names: readonly string[]): Float64Array {
    if (this.#keys?.names !== names) this.#keys = { names, keys: nameKeys(names) }
    return this.#keys.keys
  }

  async #step({ tree, names }: Kept, { steps }: ViewQuestion): Promise<Stepped> {
    const key = JSON.stringify(steps)
    if (this.#stepped?.tree === tree && this.#stepped.key === key) return this.#stepped.result
    const result = await applySteps(tree, names, steps, this.#match)
    this.#stepped = { tree, key, result }
    return result
  }

  async search({ text, isPattern }: Text, top: number): Promise<SearchResult> {
    const { main, stepped } = this.#view
    const { names } = stepped
    const found = isPattern ? await this.#match(names, text) : matchNames(names, text)
    return searchBoxes(main.boxes, Uint8Array.from(found), top)
  }

  functions(top: number): FunctionTable {
    const { question, stepped } = this.#view
    const isOverview = question.view === 'overview'
    return functionTable(this.#overview(), stepped.names.length, isOverview ? top : 0)
  }

  #overview(): Boxes {
    const view = this.#view
    const { shape, nodeOf } = view.stepped
    view.overview ??= placed(shape, selfIn(shape.parent.length, this.#countersOf(view), nodeOf)).layout
    return view.overview
  }

  #countersOf({ chosen }: Seen) {
    return this.#profile.tree.counters.filter(({ name }) => chosen.has(name))
  }

  statesOf(name: ChartName, box: number): readonly StateCount[] {
    const chart = name === 'main' ? this.#view.main : this.#view.callers
    if (chart === null) return []
    const { boxOf, nodeOf, boxes } = chart
    const counted = this.#countersOf(this.#view).map((counter) => {
      let samples = 0
      for (let k = 0; k < counter.nodes.length; k++) {
        const node = nodeOf === null ? counter.nodes[k]! : nodeOf[counter.nodes[k]!]!
        const at = node < 0 ? -1 : boxOf[node]!
        if (at >= box && at < boxes.end[box]!) samples += counter.counts[k]!
      }
      return { name: counter.name, samples }
    })
    return sortStates(counted.filter(({ samples }) => samples > 0))
  }

  /**
   * Where the loaded tree holds call paths that are not told apart, of those that a box of the main picture shows: paths of
   * the outermost frames that are inside the box, heaviest first. Whatever steps made of the picture, these are paths as the
   * server knows them.
   */
  vaguePaths(box: number): string[][] {
    const { tree, names } = this.#profile
    const { nodeOf, boxOf, boxes } = this.#view.main
    const samples = selfIn(tree.parent.length, this.#countersOf(this.#view), null)
    const isVague = (node: number) => tree.frame[node] === restFrame && samples[node]! > 0
    const isInside = (node: number) => {
      const shown = nodeOf === null ? node : nodeOf[node]!
      const at = shown < 0 ? -1 : boxOf[shown]!
      return at >= box && at < boxes.end[box]!
    }
    /** By node: the outermost one above it, itself included, that is inside and has a name; 0 for none. */
    const outermost = new Int32Array(tree.parent.length)
    const found = new Set<number>()
    for (let node = 1; node < outermost.length; node++) {
      outermost[node] = outermost[tree.parent[node]!]!
      if (outermost[node] === 0 && tree.frame[node]! >= 0 && isInside(node)) outermost[node] = node
      if (isVague(node) && outermost[node]! > 0 && isInside(node)) found.add(outermost[node]!)
    }
    addUp(tree.parent, samples)
    return [...found]
      .sort((a, b) => samples[b]! - samples[a]! || a - b)
      .slice(0, mostVaguePaths)
      .map((top) => {
        const path: string[] = []
        for (let node = top; node > 0; node = tree.parent[node]!) path.unshift(names[tree.frame[node]!]!)
        return path
      })
  }

  packages(rules: readonly KindRule[]): readonly PackageShare[] {
    const { names } = this.#view.stepped
    const { files } = this.#profile
    const table = functionTable(this.#overview(), names.length)
    const all = table.self.reduce((sum, samples) => sum + samples, 0)
    const byPackage = new Map<string, { samples: number; byKind: Map<FrameKind, number> }>()
    for (let row = 0; row < table.name.length; row++) {
      const name = names[table.name[row]!]!
      const prefix = packageOf(name)
      if (prefix === '') continue
      const known = byPackage.get(prefix) ?? { samples: 0, byKind: new Map() }
      byPackage.set(prefix, known)
      const file = table.file[row]!
      const kind = kindOf(name, file < 0 ? '' : files[file]!, rules)
      known.samples += table.self[row]!
      known.byKind.set(kind, (known.byKind.get(kind) ?? 0) + table.self[row]! + 1e-9)
    }
    return [...byPackage]
      .map(([prefix, { samples, byKind }]) => ({
        prefix,
        share: all === 0 ? 0 : samples / all,
        kind: [...byKind].reduce((best, next) => (next[1] > best[1] ? next : best))[0],
      }))
      .sort((a, b) => b.share - a.share || (a.prefix < b.prefix ? -1 : 1))
  }

  /** The main picture as a tree with its chosen states. What is not told apart becomes a frame that says so. */
  mainTree(): CallTree {
    const view = this.#view
    const { shape, nodeOf } = view.main
    const names = new NameInterner()
    const number = (text: string) => {
      const bytes = encodeName(text)
      return names.intern(bytes, 0, bytes.length)
    }
    const numbers = view.stepped.names.map(number)
    const hasNamedRoot = shape.frame[0]! >= 0
    // A root with a name becomes the only callee of one without.
    const shift = hasNamedRoot ? 1 : 0
    const frame = shape.frame.map((name) =>
      name === restFrame ? number(restText) : name < 0 ? -1 : numbers[name]!,
    )
    const column = (values: Int32Array, first: number): Int32Array => {
      const made = new Int32Array(values.length + shift).fill(first, 0, shift)
      made.set(values, shift)
      return made
    }
    return {
      names: names.table(),
      files: this.#profile.tree.files,
      parent: column(
        shape.parent.map((parent) => parent + shift),
        -1,
      ),
      frame: column(frame, -1),
      file: column(shape.file, -1),
      firstLine: column(shape.firstLine, -1),
      lastLine: column(shape.lastLine, -1),
      counters: this.#countersOf(view).flatMap((counter) => {
        const self = selfIn(shape.parent.length, [counter], nodeOf)
        const nodes = Int32Array.from(self.keys().filter((node) => self[node]! > 0))
        const counts = Float64Array.from(nodes, (node) => self[node]!)
        const placedNodes = nodes.map((node) => node + shift)
        return nodes.length === 0 ? [] : [{ name: counter.name, nodes: placedNodes, counts }]
      }),
    }
  }

  get #profile(): Kept {
    if (this.#kept === null) throw new Error('no profile is loaded')
    return this.#kept
  }

  get #view(): Seen {
    if (this.#seen === null) throw new Error('no view is drawn')
    return this.#seen
  }
}

/** A function may be called in many places: those with most samples are worth the questions. */
const mostVaguePaths = 8

const restText = '(other call paths)'

interface Mapped {
  readonly shape: Shape
  readonly nodeOf: Int32Array | null
}

function shapesOf(
  { view, inspected, finer }: ViewQuestion,
  stepped: Stepped,
  counters: CallTree['counters'],
): { main: Mapped; callers: Mapped | null } {
  const { shape, nodeOf, names } = stepped
  if (view === 'overview') return { main: stepped, callers: null }
  const self = selfIn(shape.parent.length, counters, nodeOf)
  const path = (finer?.path ?? []).map((name) => names.indexOf(name))
  const onto = (next: { shape: Shape; nodeOf: Int32Array }): Mapped => ({
    shape: next.shape,
    nodeOf: compose(nodeOf, next.nodeOf),
  })
  if (view === 'hotspots') {
    const options = { rootFrame: -1, startsAbove: false, finer: path }
    return { main: onto(invert(shape, self, options)), callers: null }
  }
  const frame = names.indexOf(inspected)
  const chosen = new Uint8Array(names.length)
  if (frame >= 0) chosen[frame] = 1
  return {
    main: onto(calleesOf(shape, chosen, frame)),
    callers: onto(callersOf(shape, chosen, frame, self, finer?.chart === 'callers' ? path : [])),
  }
}

function colour(
  { colour: mode, rules }: ViewQuestion,
  { nodeOf, boxOf }: Chart,
  layout: Picture['layout'],
  { files }: Kept,
  names: readonly string[],
  counters: CallTree['counters'],
): Picture['colours'] {
  if (mode === 'code') return coloursByKind(layout, names, files, rules)
  if (mode === 'package') return coloursByPackage(layout, names)
  const states = counters.map(({ name, nodes, counts }) => ({
    state: name,
    addSelf: (samples: Float64Array) => {
      for (let k = 0; k < nodes.length; k++) {
        const node = nodeOf === null ? nodes[k]! : nodeOf[nodes[k]!]!
        if (node >= 0) samples[boxOf[node]!]! += counts[k]!
      }
    },
  }))
  return coloursByState(layout, states)
}

/** Half the work of letting the message copy them: that copies twice. */
function copyOf({ name, file, firstLine, lastLine, end, width, self }: Boxes): Boxes {
  return {
    name: name.slice(),
    file: file.slice(),
    firstLine: firstLine.slice(),
    lastLine: lastLine.slice(),
    end: end.slice(),
    width: width.slice(),
    self: self.slice(),
  }
}

function texts(table: NameTable): string[] {
  return Array.from({ length: table.length }, (_, index) => nameAt(table, index))
}

function copyTable({ bytes, offsets, length }: NameTable): NameTable {
  return { bytes: bytes.slice(0, offsets[length]!), offsets: offsets.slice(0, length + 1), length }
}
