/** Every kind of question about one time, and the answers in a form that can be compared. For tests. */
import type { ProfileFilter } from '@wick/wire'
import type { ProfileStore, SeriesMetric } from '../../storage/ports.ts'

export interface Question {
  readonly groupId: string
  /** Window borders; whole steps. */
  readonly from: number
  readonly to: number
  readonly filter?: ProfileFilter
  readonly step: number
  readonly metrics: readonly SeriesMetric[]
  /** To search for. */
  readonly text: string
}

/** Null where there is nothing. */
export interface Answers {
  readonly windows: readonly number[]
  readonly profile: object | null
  readonly tree: object | null
  readonly search: object | null
  readonly series: object
  readonly fleet: object
  readonly heap: object
}

const anyNumber = 1_000_000

/** @throws UnfilterableTime */
export async function askEverything(store: ProfileStore, question: Question): Promise<Answers> {
  const { groupId, from, to, filter, step, metrics, text } = question
  const selection = { groupId, from, to, ...(filter !== undefined && { filter }) }
  const profile = await store.profile({ ...selection, maxDepth: null, encoding: 'json' })
  const { groupId: _, ...side } = selection
  const tree = await store.tree({
    groupId,
    sides: [side],
    maxNodes: anyNumber,
    focus: [],
    encoding: 'json',
  })
  const search = await store.search({ ...selection, text, orderBy: 'total', maxResults: anyNumber })
  const series = await store.series({ ...selection, step, metrics })
  const fleet = await store.fleet({ ...selection, maxInstances: anyNumber })
  const heap = await store.heap({ ...selection, step, maxTypes: anyNumber })
  return {
    windows: [...(await store.windows({ groupId, from, to }))],
    profile:
      profile === null
        ? null
        : { start: profile.start, end: profile.end, sums: sumsIn(parsed(profile.body) as JsonProfile) },
    tree: tree.kind === 'tree' ? treeIn(parsed(tree.body) as JsonTree, filter === undefined) : null,
    search:
      search === null
        ? null
        : {
            ...search,
            hits: search.hits.toSorted((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1)),
          },
    series: Object.fromEntries(
      Array.from(series.starts, (start, at) => [
        start,
        series.metrics.map(({ totals, samples }) => [totals[at]!, samples[at]!]),
      ]),
    ),
    fleet: parsed(fleet) as object,
    heap: parsed(heap) as object,
  }
}

function parsed(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body).toString())
}

interface JsonProfile {
  readonly callgraph: JsonNode
}

interface JsonNode {
  readonly counts?: Readonly<Record<string, number>>
  readonly children?: Readonly<Record<string, JsonNode>>
}

function sorted<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sumsIn({ callgraph }: JsonProfile): Record<string, number> {
  const sums: [string, number][] = []
  const visit = ({ counts = {}, children = {} }: JsonNode, path: readonly string[]): void => {
    for (const [counter, count] of Object.entries(counts))
      sums.push([`${JSON.stringify(path)} ${counter}`, count])
    for (const [name, child] of Object.entries(children)) visit(child, [...path, name])
  }
  visit(callgraph, [])
  return sorted(sums)
}

interface JsonTree {
  readonly sides: readonly { readonly start: number; readonly end: number }[]
  readonly names: readonly string[]
  readonly files: readonly string[]
  readonly parent: readonly number[]
  readonly frame: readonly number[]
  readonly file: readonly number[]
  readonly firstLine: readonly number[]
  readonly lastLine: readonly number[]
  readonly columns: readonly {
    readonly counter: string
    readonly self: readonly number[]
    readonly rest: readonly number[]
  }[]
}

/** Inclusive samples by call path, and what is known of its file and lines. With a filter that depends on what is sealed. */
function treeIn(
  { sides, names, files, parent, frame, file, firstLine, lastLine, columns }: JsonTree,
  hasPlaces: boolean,
) {
  const paths: string[][] = []
  for (const [node, above] of parent.entries())
    paths.push(node === 0 ? [] : [...paths[above]!, names[frame[node]!]!])
  const totals = new Map<string, number>()
  for (const { counter, self, rest } of columns) {
    const total = self.map((own, node) => own + rest[node]!)
    for (let node = total.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!
    for (const [node, count] of total.entries())
      if (count > 0) totals.set(`${JSON.stringify(paths[node])} ${counter}`, count)
  }
  const places = paths.flatMap((path, node) =>
    file[node]! < 0 && firstLine[node]! < 0
      ? []
      : [[JSON.stringify(path), `${files[file[node]!]}:${firstLine[node]}-${lastLine[node]}`] as const],
  )
  return { ...sides[0], totals: sorted(totals), places: hasPlaces && sorted(places) }
}
