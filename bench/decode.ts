/**
 * CPU milliseconds to decode one body of 5,000 nodes into a call tree and to intern it into a group's trie, beside
 * the naive ways in the same run: ion-js (streaming into Maps), ion-js load, and JSON.parse with a walk into Maps. As the
 * server decodes, and by the readers in TypeScript alone, which read what the WebAssembly leaves to them.
 * Prints JSON lines; asserts nothing about time.
 */
import { CallPathTrie, type CallTree, defaultLimits, mergeTrees, ProfileDecoder } from '@wick/profile'
import ion from 'ion-js'
import { loadDecoderModule } from '../packages/server/src/store/decoders.ts'
import {
  type Flavour,
  postedIon,
  postedJson,
  syntheticProfile,
  syntheticProgram,
} from './synthetic-profile.ts'

const hosts = 8
const rounds = Number(process.env.ROUNDS ?? 40)
const decoder = new ProfileDecoder(defaultLimits, await loadDecoderModule())
const inTypeScript = new ProfileDecoder()

/** Least and median CPU milliseconds of one call, over bodies of several hosts in turn. */
function measure(
  bodies: readonly Uint8Array[],
  times: number,
  call: (body: Uint8Array) => unknown,
): [number, number] {
  const taken: number[] = []
  for (let round = 0; round < times; round++) {
    const before = process.cpuUsage()
    for (const body of bodies) call(body)
    const { user, system } = process.cpuUsage(before)
    taken.push((user + system) / 1000 / bodies.length)
  }
  taken.sort((a, b) => a - b)
  return [taken[0]!, taken[taken.length >> 1]!]
}

interface MapNode {
  counts: Map<string, number>
  children: Map<string, MapNode>
}

interface JsonNode {
  counts?: Record<string, number>
  children?: Record<string, JsonNode>
}

function walkIntoMaps(node: JsonNode): MapNode {
  const children = Object.entries(node.children ?? {}).map(
    ([name, child]) => [name, walkIntoMaps(child)] as const,
  )
  return { counts: new Map(Object.entries(node.counts ?? {})), children: new Map(children) }
}

function jsonIntoMaps(body: Uint8Array): MapNode {
  return walkIntoMaps(JSON.parse(new TextDecoder().decode(body)).callgraph)
}

/** Reads with ion-js' streaming reader into Maps: what one would write first. */
function ionIntoMaps(body: Uint8Array): MapNode {
  const reader = ion.makeReader(body)
  reader.next()
  reader.stepIn()
  let root = emptyNode()
  while (reader.next() !== null) if (reader.fieldName() === 'callgraph') root = nodeFromReader(reader)
  return root
}

function nodeFromReader(reader: ion.Reader): MapNode {
  const node: MapNode = emptyNode()
  reader.stepIn()
  while (reader.next() !== null) {
    const field = reader.fieldName()
    if (field === 'file') reader.stringValue()
    if (field !== 'counts' && field !== 'children') continue
    reader.stepIn()
    while (reader.next() !== null) {
      if (field === 'counts') node.counts.set(reader.fieldName()!, reader.numberValue()!)
      else node.children.set(reader.fieldName()!, nodeFromReader(reader))
    }
    reader.stepOut()
  }
  reader.stepOut()
  return node
}

/** What ingest does next: the profile's nodes as nodes of the group's trie. */
function internInto(trie: CallPathTrie, tree: CallTree): number {
  const { names, parent, frame } = tree
  const frameOf = new Int32Array(names.length)
  for (let i = 0; i < names.length; i++) {
    frameOf[i] = trie.frames.intern(names.bytes, names.offsets[i]!, names.offsets[i + 1]!)
  }
  const nodeOf = new Int32Array(parent.length)
  for (let node = 1; node < nodeOf.length; node++) {
    nodeOf[node] = trie.child(nodeOf[parent[node]!]!, frameOf[frame[node]!]!)
  }
  return trie.nodeCount
}

function emptyNode(): MapNode {
  return { counts: new Map(), children: new Map() }
}

function mergeMaps(into: MapNode, from: MapNode): MapNode {
  for (const [name, count] of from.counts) into.counts.set(name, (into.counts.get(name) ?? 0) + count)
  for (const [name, child] of from.children) {
    into.children.set(name, mergeMaps(into.children.get(name) ?? emptyNode(), child))
  }
  return into
}

function report(
  metric: string,
  [least, median]: [number, number],
  [baseline]: [number, number],
  than: string,
): void {
  const round = (milliseconds: number) => Number(milliseconds.toFixed(3))
  console.log(
    JSON.stringify({
      bench: 'decode',
      metric,
      value: round(least),
      median: round(median),
      unit: 'ms CPU',
      baseline: round(baseline),
      baselineName: than,
      ratio: Number((baseline / least).toFixed(1)),
    }),
  )
}

for (const flavour of ['jvm', 'python'] satisfies Flavour[]) {
  const program = syntheticProgram(flavour)
  const profiles = Array.from({ length: hosts }, (_, host) => syntheticProfile(program, { seed: 100 + host }))
  const json = profiles.map(postedJson)
  const ionBodies = profiles.map(postedIon)
  const { tree } = decoder.decode(json[0]!)
  const entries = tree.counters.reduce((sum, vector) => sum + vector.nodes.length, 0)
  const kilobytes = (bodies: Uint8Array[]) =>
    Math.round(bodies.reduce((sum, body) => sum + body.length, 0) / hosts / 1000)
  console.log(
    JSON.stringify({
      bench: 'decode',
      metric: `${flavour} body`,
      nodes: tree.parent.length - 1,
      names: tree.names.length,
      entries,
      jsonKilobytes: kilobytes(json),
      ionKilobytes: kilobytes(ionBodies),
    }),
  )
  const trie = new CallPathTrie()
  const few = Math.max(2, rounds >> 3)
  const decode = (body: Uint8Array) => decoder.decode(body)
  const decodeAndIntern = (body: Uint8Array) => internInto(trie, decoder.decode(body).tree)
  const jsonBaseline = measure(json, few, jsonIntoMaps)
  const ionBaseline = measure(ionBodies, few, ionIntoMaps)
  const loadBaseline = measure(ionBodies, 2, (body) => ion.load(body))
  report(`${flavour} ion`, measure(ionBodies, rounds, decode), ionBaseline, 'ion-js streaming')
  report(`${flavour} ion beside load`, measure(ionBodies, rounds, decode), loadBaseline, 'ion-js load')
  report(`${flavour} json`, measure(json, rounds, decode), jsonBaseline, 'JSON.parse + Maps')
  const decodeInTypeScript = (body: Uint8Array) => inTypeScript.decode(body)
  report(
    `${flavour} ion in TypeScript`,
    measure(ionBodies, rounds, decodeInTypeScript),
    ionBaseline,
    'ion-js streaming',
  )
  report(
    `${flavour} json in TypeScript`,
    measure(json, rounds, decodeInTypeScript),
    jsonBaseline,
    'JSON.parse + Maps',
  )
  report(
    `${flavour} ion + trie`,
    measure(ionBodies, rounds, decodeAndIntern),
    ionBaseline,
    'ion-js streaming',
  )
  report(`${flavour} json + trie`, measure(json, rounds, decodeAndIntern), jsonBaseline, 'JSON.parse + Maps')
  const trees = profiles.map((profile) => profile.tree)
  const maps = json.map(jsonIntoMaps)
  const mergeBaseline = measure([json[0]!], few, () => maps.reduce(mergeMaps, emptyNode()))
  report(
    `${flavour} merge of ${hosts}`,
    measure([json[0]!], rounds, () => mergeTrees(trees)),
    mergeBaseline,
    'Maps',
  )
}
