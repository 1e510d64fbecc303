/**
 * The reference that whole stores are compared with: a plain list of posted profiles, added up anew for each question with
 * JSON.parse, Maps and Sets. It knows of no window's block, roll-up, epoch or file. For tests.
 */
import type { ProfileFilter } from '@wick/wire'
import type { Answers, Question } from './ask-everything.ts'

/** What agents post, as JSON. */
export interface PostedProfile {
  readonly start: number
  readonly end: number
  readonly agentMetadata?: {
    readonly durationInMs?: number
    readonly fleetInfo?: { readonly hostName?: string; readonly hostType?: string }
    readonly agentInfo?: { readonly type?: string; readonly version?: string }
    readonly agentOverhead?: { readonly timeInMs?: number; readonly memoryInMB?: number }
    readonly runtimeVersion?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly heapSummary?: {
    readonly time: number
    readonly capacityBytes: number
    readonly usedBytes: number
    readonly types?: readonly { readonly name: string; readonly bytes: number; readonly count: number }[]
  }
  readonly callgraph: PostedNode
}

export interface PostedNode {
  readonly counts?: Readonly<Record<string, number>>
  readonly file?: string
  readonly line?: readonly number[]
  readonly children?: Readonly<Record<string, PostedNode>>
}

const window = 300_000

/** The window that holds the instant just before the profile's end. */
function windowOf({ end }: PostedProfile): number {
  return Math.ceil(end / window) * window - window
}

function within(profiles: readonly PostedProfile[], from: number, to: number): PostedProfile[] {
  return profiles.filter((profile) => windowOf(profile) >= from && windowOf(profile) < to)
}

/** Whether it comes from where a filter asks for; which thread states count is another matter. */
function isFrom({ agentMetadata: said = {} }: PostedProfile, filter: ProfileFilter | undefined): boolean {
  if (filter === undefined) return true
  const { instances, hostTypes, agents, labels } = filter
  const { fleetInfo: fleet = {}, agentInfo: agent = {} } = said
  const own = new Map(Object.entries(said.labels ?? {}))
  const [type, version] = [agent.type ?? '', agent.version ?? '']
  return (
    (instances.length === 0 || instances.includes(fleet.hostName ?? '')) &&
    (hostTypes.length === 0 || hostTypes.includes(fleet.hostType ?? '')) &&
    (agents.length === 0 || agents.includes(type) || agents.includes(`${type} ${version}`)) &&
    Object.entries(labels).every(([key, value]) => own.get(key) === value)
  )
}

/** Each call path with samples of its own: names from the root on, counter, samples. */
interface Stack {
  readonly path: readonly string[]
  readonly counter: string
  readonly count: number
}

function stacksOf(profiles: readonly PostedProfile[], filter: ProfileFilter | undefined): Stack[] {
  const stacks: Stack[] = []
  const wanted = filter?.counters ?? []
  const visit = ({ counts = {}, children = {} }: PostedNode, path: readonly string[]): void => {
    for (const [counter, count] of Object.entries(counts))
      if (count > 0 && (wanted.length === 0 || wanted.includes(counter)))
        stacks.push({ path, counter, count })
    for (const [name, child] of Object.entries(children)) visit(child, [...path, name])
  }
  for (const { callgraph } of profiles) visit(callgraph, [])
  return stacks
}

function added<T>(items: readonly T[], keyOf: (item: T) => string, amountOf: (item: T) => number) {
  const sums = new Map<string, number>()
  for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + amountOf(item))
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function pathKey({ path, counter }: Stack): string {
  return `${JSON.stringify(path)} ${counter}`
}

const samplesOf = ({ count }: Stack): number => count

/** What the store must answer, in the form of `askEverything`. @param profiles of the group asked about */
export function naiveAnswers(all: readonly PostedProfile[], question: Question): Answers {
  const { from, to, filter } = question
  const inTime = within(all, from, to)
  const profiles = inTime.filter((profile) => isFrom(profile, filter))
  return {
    windows: [...new Set(inTime.map(windowOf))].sort((a, b) => a - b),
    profile: profiles.length === 0 ? null : { ...bounds(profiles), sums: sums(profiles, filter) },
    tree: profiles.length === 0 ? null : tree(profiles, filter),
    search: profiles.length === 0 ? null : search(profiles, question),
    series: series(profiles, question),
    fleet: fleet(profiles),
    heap: heap(profiles, question),
  }
}

function bounds(profiles: readonly PostedProfile[]): { readonly start: number; readonly end: number } {
  const windows = profiles.map(windowOf)
  return { start: Math.min(...windows), end: Math.max(...windows) + window }
}

function sums(profiles: readonly PostedProfile[], filter: ProfileFilter | undefined): object {
  return added(stacksOf(profiles, filter), pathKey, samplesOf)
}

/** Inclusive samples of each call path; and, without a filter, what all profiles say of its file and lines. */
function tree(profiles: readonly PostedProfile[], filter: ProfileFilter | undefined): object {
  const stacks = stacksOf(profiles, filter)
  const above = stacks.flatMap(({ path, ...rest }) =>
    Array.from({ length: path.length + 1 }, (_, depth) => ({ ...rest, path: path.slice(0, depth) })),
  )
  const lines = new Map<string, { file: string | null; first: number; last: number }>()
  const visit = ({ file, line = [], children = {} }: PostedNode, path: readonly string[]): void => {
    const known = lines.get(JSON.stringify(path)) ?? { file: null, first: Infinity, last: -Infinity }
    if (file !== undefined || line.length > 0)
      lines.set(JSON.stringify(path), {
        file: file ?? known.file,
        first: Math.min(known.first, ...line),
        last: Math.max(known.last, ...line),
      })
    for (const [name, child] of Object.entries(children)) visit(child, [...path, name])
  }
  for (const { callgraph } of profiles) visit(callgraph, [])
  const shown = new Set(above.map(({ path }) => JSON.stringify(path)))
  return {
    ...bounds(profiles),
    totals: added(above, pathKey, samplesOf),
    places:
      filter === undefined &&
      Object.fromEntries(
        [...lines]
          .filter(([path]) => shown.has(path))
          .map(
            ([path, { file, first, last }]) =>
              [path, `${file}:${first === Infinity ? -1 : first}-${Math.max(last, -1)}`] as const,
          )
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
  }
}

function search(profiles: readonly PostedProfile[], { text, filter }: Question): object {
  const stacks = stacksOf(profiles, filter)
  const isMatch = (name: string): boolean => name.toLowerCase().includes(text.toLowerCase())
  const sumOf = (some: readonly Stack[]): number => some.reduce((sum, { count }) => sum + count, 0)
  const names = new Set(stacks.flatMap(({ path }) => path.filter(isMatch)))
  const hits = [...names].map((name) => {
    const paths = new Set<string>()
    for (const { path } of stacks)
      for (const [at, frame] of path.entries())
        if (frame === name) paths.add(JSON.stringify(path.slice(0, at + 1)))
    return {
      name,
      self: sumOf(stacks.filter(({ path }) => path.at(-1) === name)),
      total: sumOf(stacks.filter(({ path }) => path.includes(name))),
      paths: paths.size,
    }
  })
  return {
    ...bounds(profiles),
    samples: sumOf(stacks),
    matched: sumOf(stacks.filter(({ path }) => path.some(isMatch))),
    frames: names.size,
    hits: hits.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1)),
  }
}

/** Step → [all samples, those with the frame] for each metric. */
function series(
  profiles: readonly PostedProfile[],
  { from, step, metrics, filter }: Question,
): Record<string, number[][]> {
  const stepOf = (profile: PostedProfile): number =>
    from + Math.floor((windowOf(profile) - from) / step) * step
  const steps: Record<string, number[][]> = {}
  for (const [start, some] of Map.groupBy(profiles, stepOf)) {
    const stacks = stacksOf(some, filter)
    steps[start] = metrics.map(({ frame, counters }) => {
      const counted = stacks.filter(({ counter }) => counters === null || counters.includes(counter))
      const hit = counted.filter(({ path }) => frame !== null && path.includes(frame))
      return [counted, hit].map((found) => found.reduce((sum, { count }) => sum + count, 0))
    })
  }
  return steps
}

function fleet(profiles: readonly PostedProfile[]): object {
  const said = (texts: readonly (string | undefined)[]): string[] =>
    [...new Set(texts)].filter((text) => text !== undefined && text !== '').sort() as string[]
  const nameOf = ({ agentMetadata }: PostedProfile): string => agentMetadata?.fleetInfo?.hostName ?? ''
  const instances = [...Map.groupBy(profiles, nameOf)].map(([instance, some]) => {
    const metadata = some.map(({ agentMetadata = {} }) => agentMetadata)
    const agents = metadata.map(({ agentInfo = {} }) => agentInfo)
    const labels = metadata.flatMap((one) => Object.entries(one.labels ?? {}))
    const sumOf = (values: readonly (number | undefined)[]): number =>
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    const duration = sumOf(metadata.map(({ durationInMs }) => durationInMs))
    const own = sumOf(metadata.map(({ agentOverhead }) => agentOverhead?.timeInMs))
    return {
      instance,
      hostTypes: said(metadata.map(({ fleetInfo }) => fleetInfo?.hostType)),
      agents: said(agents.map(({ type }) => type)).map((type) => ({
        type,
        versions: said(agents.filter((agent) => agent.type === type).map(({ version }) => version)),
      })),
      runtimes: said(metadata.map(({ runtimeVersion }) => runtimeVersion)),
      labels: Object.fromEntries(
        said(labels.map(([key]) => key)).map((key) => [
          key,
          said(labels.filter(([other]) => other === key).map(([, value]) => value)),
        ]),
      ),
      firstSeen: Math.min(...some.map(({ start }) => start)),
      lastSeen: Math.max(...some.map(({ end }) => end)),
      profiles: some.length,
      sampledInMs: duration === 0 ? null : duration,
      overhead: {
        timeShare: duration === 0 ? null : own / duration,
        memoryInMB: Math.max(0, ...metadata.map(({ agentOverhead }) => agentOverhead?.memoryInMB ?? 0)),
      },
    }
  })
  instances.sort((a, b) => b.lastSeen - a.lastSeen || (a.instance < b.instance ? -1 : 1))
  return { instances, others: null, unattributed: null }
}

/** Means over the summaries of each step. */
function heap(profiles: readonly PostedProfile[], { from, step: length }: Question): object {
  const stepOf = (profile: PostedProfile): number =>
    from + Math.floor((windowOf(profile) - from) / length) * length
  const reporting = profiles.filter(({ heapSummary }) => heapSummary !== undefined)
  const steps = [...Map.groupBy(reporting, stepOf)]
    .sort(([a], [b]) => a - b)
    .map(([start, some]) => ({ start, summaries: some.map(({ heapSummary }) => heapSummary!) }))
  const amount = (some: readonly Summary[], name: string, of: 'bytes' | 'count'): number =>
    some
      .flatMap(({ types = [] }) => types)
      .reduce((sum, type) => sum + (type.name === name ? type[of] : 0), 0)
  const all = steps.flatMap(({ summaries }) => summaries)
  const names = [...new Set(all.flatMap(({ types = [] }) => types.map(({ name }) => name)))]
  names.sort((a, b) => amount(all, b, 'bytes') - amount(all, a, 'bytes') || (a < b ? -1 : 1))
  const mean = (some: readonly Summary[], of: (one: Summary) => number): number =>
    some.reduce((sum, one) => sum + of(one), 0) / some.length
  return {
    steps: steps.map(({ start, summaries }) => ({
      start,
      end: start + length,
      reports: summaries.length,
      capacityBytes: mean(summaries, ({ capacityBytes }) => capacityBytes),
      usedBytes: mean(summaries, ({ usedBytes }) => usedBytes),
      maxUsedBytes: Math.max(...summaries.map(({ usedBytes }) => usedBytes)),
    })),
    types: names.map((name) => ({
      name,
      bytes: steps.map(({ summaries }) => amount(summaries, name, 'bytes') / summaries.length),
      count: steps.map(({ summaries }) => amount(summaries, name, 'count') / summaries.length),
    })),
    others: { bytes: steps.map(() => 0), count: steps.map(() => 0) },
  }
}

type Summary = NonNullable<PostedProfile['heapSummary']>
