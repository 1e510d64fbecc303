import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  appendHour,
  type Change,
  defaultHistoryLimits,
  defaultKeenness,
  excessSince,
  explainChanges,
  type Histories,
  type HistoryLimits,
  type NoticedChanges,
  noticeChanges,
  type Past,
  pastsOf,
} from '@wick/analysis'
import { type CallTree, compact, defaultLimits, mergeTrees, ProfileDecoder } from '@wick/profile'
import { GroupSeal } from '../identity/group-seal.ts'
import type { FrameKeenness } from './feedback.ts'
import { HistoryFile } from './history-file.ts'
import { type AnomalyMetric, anomalyMetrics, statesOf } from './metrics.ts'

/** Judges the profiles of groups hour by hour. To be used in a thread of its own: it computes, and its files block. */
export interface Analyst {
  /** The newest hour of a group that was looked at, whole hours since 1970; -1 where none was. */
  lastHour(group: AnalysedGroup): Promise<number>
  /** Adds an hour to what is known, and judges it. @throws RangeError where it is not after the last one */
  addHour(group: AnalysedGroup, hour: HourToJudge): Promise<Readonly<Record<AnomalyMetric, HourJudged>>>
  /** What caused the changes that the hour added last has shown. */
  explain(group: AnalysedGroup, question: Explanation): Promise<readonly Change[]>
  /** Removes what is kept of other groups. @param groupIds UUIDs */
  keepOnly(groupIds: readonly string[]): Promise<void>
}

export interface AnalysedGroup {
  /** UUID. */
  readonly id: string
  /** Of its histories, the first to seal with (identity/group-seal.ts). */
  readonly keys: readonly Uint8Array[]
}

interface HourToJudge {
  /** Whole hours since 1970. */
  readonly hour: number
  /** GetProfile's answer for it, Ion. */
  readonly body: Uint8Array
  /** Of frames that somebody gave feedback on. */
  readonly keenness: Readonly<Record<AnomalyMetric, readonly FrameKeenness[]>>
  /** Changes that were there before: are they still? */
  readonly open: Readonly<
    Record<AnomalyMetric, readonly { readonly frame: string; readonly since: number }[]>
  >
}

interface HourJudged {
  /** With which past the last two hours have to be compared; mostly none. */
  readonly pasts: readonly Past[]
  /** Of the open changes, in their order: by how much the frame's share is above what it was, 0 to 1; NaN: not known. */
  readonly excess: readonly number[]
}

interface Explanation {
  readonly metric: AnomalyMetric
  readonly past: Past
  /** Like times of before, each by the bodies of its hours. */
  readonly before: readonly (readonly Uint8Array[])[]
  /** The last two hours. */
  readonly after: readonly Uint8Array[]
  /** The last minutes. */
  readonly latest: readonly Uint8Array[]
}

export interface AnalystOptions {
  /** Of the history files. */
  readonly directory: string
  readonly limits?: HistoryLimits
  /** What is kept in memory of groups that were looked at, beside the last one. */
  readonly keptBytes?: number
}

/** A quarter of what analysing takes at most: a history of so many frames is 8 MiB, and there are four for a group. */
const serverLimits: HistoryLimits = { ...defaultHistoryLimits, frames: 1024 }
const standardKeptBytes = 48 * 1024 * 1024
const columnBytes = 12

interface Known {
  readonly file: HistoryFile
  readonly histories: Histories
  noticed: NoticedChanges | null
}

export function analyst({
  directory,
  limits = serverLimits,
  keptBytes = standardKeptBytes,
}: AnalystOptions): Analyst {
  /** By group and metric, the one used last behind the others. */
  const known = new Map<string, Known>()
  /** By group: asked every minute of every group, most of whose histories are let go. */
  const lastHours = new Map<string, number>()
  const decoder = new ProfileDecoder({ ...defaultLimits, maxNodes: 4_000_000, maxNames: 1_000_000 })

  const open = (group: AnalysedGroup, metric: AnomalyMetric): Known => {
    const name = `${group.id}-${metric.toLowerCase()}`
    const found = known.get(name)
    known.delete(name)
    const one = found ?? read(name, new GroupSeal(group.keys))
    known.set(name, one)
    return one
  }
  const read = (name: string, seal: GroupSeal): Known => {
    const file = new HistoryFile(join(directory, `${name}.history`), seal, name, limits)
    return { file, histories: file.read(), noticed: null }
  }
  const letGo = (): void => {
    let bytes = 0
    for (const [name, one] of [...known].reverse()) {
      bytes += bytesOf(one, limits)
      // Those of the group at hand stay: they are asked again at once.
      if (bytes > keptBytes && known.size > anomalyMetrics.length) known.delete(name)
    }
  }
  const lastHourOf = (group: AnalysedGroup): number => {
    const hours = anomalyMetrics.map((metric) => open(group, metric).histories.total.lastHour)
    // Cut off between the two: the hour counts as not looked at, and the one that has it skips it.
    const hour = Math.min(...hours)
    lastHours.set(group.id, hour)
    return hour
  }
  const treeOf = (bodies: readonly Uint8Array[]): CallTree =>
    mergeTrees(bodies.map((body) => decoder.decode(body).tree))

  const uuidLength = 36

  return {
    keepOnly: async (groupIds) => {
      const there = new Set(groupIds)
      const isGone = (name: string): boolean => !there.has(name.slice(0, uuidLength))
      for (const kept of [known, lastHours])
        for (const name of kept.keys()) if (isGone(name)) kept.delete(name)
      if (!existsSync(directory)) return
      for (const name of readdirSync(directory)) if (isGone(name)) rmSync(join(directory, name))
    },
    lastHour: async (group) => {
      const remembered = lastHours.get(group.id)
      if (remembered !== undefined) return remembered
      const hour = lastHourOf(group)
      letGo()
      return hour
    },
    addHour: async (group, { hour, body, keenness, open: openChanges }) => {
      const tree = compact(decoder.decode(body).tree)
      const judge = (metric: AnomalyMetric): HourJudged => {
        const one = open(group, metric)
        const { histories, file } = one
        if (hour > histories.total.lastHour) {
          appendHour(histories, hour, tree, new Set(statesOf[metric]))
          file.append(histories)
        }
        const keen = new Map(keenness[metric])
        one.noticed = noticeChanges(histories, (frame) => keen.get(frame) ?? defaultKeenness)
        const excess = openChanges[metric].map(({ frame, since }) =>
          excessSince(histories.total, frame, since),
        )
        return { pasts: pastsOf(one.noticed), excess }
      }
      const judged = { CPU: judge('CPU'), LATENCY: judge('LATENCY') }
      lastHourOf(group)
      letGo()
      return judged
    },
    explain: async (group, { metric, past, before, after, latest }) => {
      const { noticed } = open(group, metric)
      if (noticed === null) return []
      return explainChanges(noticed, past, {
        before: before.map(treeOf),
        after: treeOf(after),
        latest: treeOf(latest),
        counters: new Set(statesOf[metric]),
      })
    },
  }
}

function bytesOf({ histories }: Known, { hours }: HistoryLimits): number {
  return (histories.total.names.length + histories.self.names.length) * hours * columnBytes
}
