import { wholeRange } from '../storage/kept-since.ts'
import type { Manifest } from '../storage/manifest.ts'
import type { FleetQuery, GroupKey } from '../storage/ports.ts'
import type { FleetReader } from './fleet-reader.ts'
import { type Fleet, type FleetFigures, type FleetRow, FleetSum, sumFigures } from './fleet-sum.ts'
import { admissionOf } from './profile-filter.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { SegmentReports } from './segment-reports.ts'
import type { SegmentViews } from './segment-views.ts'

/** What is asked beside samples. To be read behind the store's gate. */
export interface FleetSources {
  readonly manifest: Manifest
  readonly index: SegmentIndex
  readonly fleets: FleetReader
  /** Of what is not sealed yet. */
  readonly open: SegmentViews<SegmentReports>
  readonly groups: ReadonlyMap<string, GroupKey>
}

/** Who sent profiles, as JSON (docs/extensions.md). */
export async function answerFleet(sources: FleetSources, query: FleetQuery): Promise<Uint8Array> {
  const fleet = await readFleets(sources, query)
  const admits = admissionOf(query.filter)
  const rows = fleet.rows.filter(({ origin }) => admits === null || admits(origin))
  return Buffer.from(JSON.stringify(inventory({ rows, rest: fleet.rest }, query.maxInstances)))
}

async function readFleets(
  { manifest, index, fleets, open, groups }: FleetSources,
  { groupId, ...asked }: FleetQuery,
): Promise<Fleet> {
  const sum = new FleetSum({ isBounded: true })
  const group = groups.get(groupId)
  if (group === undefined) return sum.fleet()
  // Behind the gate: what is kept cannot become less before the answer is given.
  const { from, to } = wholeRange(asked.from, asked.to, await manifest.keptSince(groupId))
  const blocks = await manifest.blocks({ groupId, from, to })
  const sealed = await fleets.sum(group, blocks, from, to)
  sum.addAll(sealed.fleet)
  for (const place of index.covering(groupId, from, to))
    for (const [, window] of (await open.get(group, place)).windows(from, to))
      sum.addAll(window.fleet().fleet)
  return sum.fleet()
}

interface Figures {
  readonly firstSeen: number
  readonly lastSeen: number
  readonly profiles: number
}

/** An instance with all that it said of itself; the texts are sorted, without those it did not say. */
interface Instance extends Figures {
  readonly instance: string
  readonly hostTypes: readonly string[]
  readonly agents: readonly { readonly type: string; readonly versions: readonly string[] }[]
  readonly runtimes: readonly string[]
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** For how long they sampled, all its agents together; null where none said so. */
  readonly sampledInMs: number | null
  /** As agents report it of themselves: share of the time they sampled, greatest memory. Null where none said how long. */
  readonly overhead: { readonly timeShare: number | null; readonly memoryInMB: number }
}

/** Those heard of last come first. */
function inventory({ rows, rest }: Fleet, maxInstances: number): object {
  const byInstance = Map.groupBy(rows, ({ origin }) => origin.instance)
  const all = [...byInstance].map(([instance, some]) => ({ instance, some, figures: sumFigures(some) }))
  all.sort((a, b) => b.figures.lastEnd - a.figures.lastEnd || (a.instance < b.instance ? -1 : 1))
  const [listed, others] = [all.slice(0, maxInstances), all.slice(maxInstances)]
  return {
    instances: listed.map(({ instance, some, figures }) => instanceOf(instance, some, figures)),
    others:
      others.length === 0
        ? null
        : { instances: others.length, ...shown(sumFigures(others.map(({ figures }) => figures))) },
    unattributed: rest === null ? null : shown(rest),
  }
}

function instanceOf(instance: string, rows: readonly FleetRow[], figures: FleetFigures): Instance {
  const { durationInMs, overheadInMs, overheadInMB } = figures
  const origins = rows.map(({ origin }) => origin)
  const byAgent = Map.groupBy(origins, ({ agent }) => agent)
  const byLabel = Map.groupBy(
    origins.flatMap(({ labels }) => labels),
    ([key]) => key,
  )
  const labels: Record<string, readonly string[]> = Object.create(null)
  for (const key of [...byLabel.keys()].sort())
    labels[key] = distinct(byLabel.get(key)!.map(([, value]) => value))
  return {
    instance,
    hostTypes: said(origins.map(({ hostType }) => hostType)),
    agents: said([...byAgent.keys()]).map((type) => ({
      type,
      versions: said(byAgent.get(type)!.map(({ agentVersion }) => agentVersion)),
    })),
    runtimes: said(origins.map(({ runtime }) => runtime)),
    labels,
    ...shown(figures),
    sampledInMs: durationInMs === 0 ? null : durationInMs,
    overhead: {
      timeShare: durationInMs === 0 ? null : overheadInMs / durationInMs,
      memoryInMB: overheadInMB,
    },
  }
}

function shown({ firstStart, lastEnd, profiles }: FleetFigures): Figures {
  return { firstSeen: firstStart, lastSeen: lastEnd, profiles }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

function said(texts: readonly string[]): string[] {
  return distinct(texts).filter((text) => text !== '')
}
