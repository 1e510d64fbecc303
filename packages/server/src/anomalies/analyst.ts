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
}

/** A history of so many frames is 8 MiB, and there are four for a group, of which one at a time is in memory. */
const serverLimits: HistoryLimits = { ...defaultHistoryLimits, frames: 1024 }

interface Known {
  readonly file: HistoryFile
  readonly histories: Histories
  noticed: NoticedChanges | null
}

export function analyst({ directory, limits = serverLimits }: AnalystOptions): Analyst {
  /** By metric, of the group at hand: it is asked several times in a row, and not again for an hour. */
  const known = new Map<string, Known>()
  let atHand = ''
  const decoder = new ProfileDecoder({ ...defaultLimits, maxNodes: 4_000_000, maxNames: 1_000_000 })

  const open = (group: AnalysedGroup, metric: AnomalyMetric): Known => {
    if (group.id !== atHand) known.clear()
    atHand = group.id
    const one = known.get(metric) ?? read(`${group.id}-${metric.toLowerCase()}`, new GroupSeal(group.keys))
    known.set(metric, one)
    return one
  }
  const read = (name: string, seal: GroupSeal): Known => {
    const file = new HistoryFile(join(directory, `${name}.history`), seal, name, limits)
    return { file, histories: file.read(), noticed: null }
  }
  const treeOf = (bodies: readonly Uint8Array[]): CallTree =>
    mergeTrees(bodies.map((body) => decoder.decode(body).tree))

  return {
    // Cut off between the two: the hour counts as not looked at, and the one that has it skips it.
    lastHour: async (group) =>
      Math.min(...anomalyMetrics.map((metric) => open(group, metric).histories.total.lastHour)),
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
      return { CPU: judge('CPU'), LATENCY: judge('LATENCY') }
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
