import { createHash } from 'node:crypto'
import type { Change } from '@wick/analysis'
import { type Envelope, EnvelopeError } from '../identity/envelope.ts'
import { GroupSeal, groupKeys } from '../identity/group-seal.ts'
import type { AnomalyRow } from '../storage/anomaly-store.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { AnomalyMetric } from './metrics.ts'

/** A change of what a function costs, as it is kept. Shares are 0 to 1. */
export interface Anomaly {
  readonly version: 1
  readonly metric: AnomalyMetric
  /** The deepest frame that explains it. */
  readonly frame: string
  readonly kind: 'level' | 'drift'
  readonly before: number
  readonly after: number
  readonly change: number
  /** In usual deviations of this frame. */
  readonly deviations: number
  /** Epoch milliseconds: start of the first hour that is part of it, and end of the hour that it was found in. */
  readonly since: number
  readonly foundAt: number
  /** From the outermost frame that changed noticeably to `frame`. */
  readonly shownBy: readonly string[]
  /** The value of the label `version` that came up with it; null where none did. */
  readonly appVersion: string | null
  /** What the change costs in a year; null where there is no price, and of latency. */
  readonly yearlyCost: number | null
  readonly currency: string
  readonly isTold: boolean
}

const hourMs = 3_600_000

/** The same change found again is the same anomaly. */
export function anomalyId(
  groupId: string,
  metric: AnomalyMetric,
  { frame, since }: Pick<Change, 'frame' | 'since'>,
): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([groupId, metric, frame, since]))
    .digest('hex')
  return [8, 12, 16, 20, 32].map((end, i, ends) => hash.slice(ends[i - 1] ?? 0, end)).join('-')
}

/** Sealed under keys of the group. */
export class AnomalySeal {
  readonly #seal: GroupSeal

  constructor(sealer: Pick<Envelope, 'open'>, group: Pick<GroupRecord, 'id' | 'sealedDataKey'>) {
    this.#seal = new GroupSeal(groupKeys(sealer, group, 'wick anomalies'))
  }

  seal(id: string, anomaly: Anomaly): Uint8Array {
    return this.#seal.seal(`anomaly:${id}`, Buffer.from(JSON.stringify(anomaly)))
  }

  /** Null where it cannot be read: one finding less, and no reason to hide the others. */
  open({ id, document }: Pick<AnomalyRow, 'id' | 'document'>): Anomaly | null {
    try {
      return JSON.parse(Buffer.from(this.#seal.open(`anomaly:${id}`, document)).toString())
    } catch (error) {
      if (error instanceof EnvelopeError || error instanceof SyntaxError) return null
      throw error
    }
  }
}

const nameOfMetric: Readonly<Record<AnomalyMetric, string>> = { CPU: 'CPU time', LATENCY: 'wall clock time' }

/** One line. */
export function titleOf({ frame, metric, change }: Anomaly): string {
  return `${frame} takes ${points(change)} more of ${nameOfMetric[metric]}`
}

/** What happened, in words and numbers. */
export function reasonOf(anomaly: Anomaly): string {
  const { frame, metric, kind, before, after, deviations, since, shownBy, appVersion } = anomaly
  const how =
    kind === 'level'
      ? `since ${instant(since)}, where ${percent(before)} were usual at such hours`
      : `after a week in which it grew day by day, from ${percent(before)} the week before`
  const version = appVersion === null ? '' : ` It came with version ${appVersion}.`
  const way = shownBy.length < 2 ? '' : ` It shows in ${shownBy.slice(0, -1).join(', ')}, which call it.`
  return (
    `${frame} takes ${percent(after)} of ${nameOfMetric[metric]} ${how}: ${points(anomaly.change)} more, ` +
    `${Math.round(deviations)} times what it usually varies by.${version}${way}`
  )
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}

function points(share: number): string {
  return `${Number((100 * share).toPrecision(2))} points`
}

function instant(at: number): string {
  return `${new Date(Math.floor(at / hourMs) * hourMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
