import { findCause, ownCause } from './find-cause.ts'
import type { FrameHistory } from './frame-history.ts'
import type { Histories } from './frame-hour.ts'
import { changeOf, type Profiles, type SideBySide, sideBySide } from './frames-side-by-side.ts'
import { judgeDrift } from './judge-drift.ts'
import {
  clustering,
  defaultKeenness,
  type Judgement,
  judgeFrame,
  type Keenness,
  thinning,
} from './judge-frame.ts'

/** One change with one cause, whatever number of frames it shows in. */
export interface Change {
  /** Name of the deepest frame that explains it. */
  readonly frame: string
  readonly kind: Judgement['kind']
  /** Change of the share of `frame`, 0 to 1. */
  readonly change: number
  /** Its share before and after, 0 to 1. */
  readonly before: number
  readonly after: number
  readonly deviations: number
  /** First hour that is part of it. */
  readonly since: number
  /** From `shownBy[0]`, the outermost frame whose share changed noticeably, to `frame`. */
  readonly shownBy: readonly string[]
  /** Cost only moved: see Cause. */
  readonly shifted: boolean
}

/** With what the last two hours are compared: the same hours of like days, or of like days a week and more ago. */
export type Past = 'like days' | 'weeks ago'

/** What the histories show in their last hour, by frame; what caused it, only profiles tell. */
export interface NoticedChanges {
  readonly sudden: ReadonlyMap<string, Noticed>
  /** Drifts take days: they are looked for a few times in each. */
  readonly slow: ReadonlyMap<string, Noticed>
}

/**
 * Judges the last hour of all frames and puts together what has one cause.
 *
 * @param profilesOf asked only where some frame changed
 * @param keennessOf of a frame by name, where feedback made it differ
 * @returns steps and spikes, then drifts; of each the largest first
 */
export function findChanges(
  histories: Histories,
  profilesOf: (past: Past) => Profiles,
  keennessOf?: (frame: string) => Keenness,
): Change[] {
  const noticed = noticeChanges(histories, keennessOf)
  return pastsOf(noticed).flatMap((past) => explainChanges(noticed, past, profilesOf(past)))
}

/** The cheap half: no profile is looked at. */
export function noticeChanges(
  histories: Histories,
  keennessOf: (frame: string) => Keenness = () => defaultKeenness,
): NoticedChanges {
  const thinned = { total: thinning(histories.total), self: thinning(histories.self) }
  const sudden = notice(histories, (history, row, of) =>
    judgeFrame(history, row, keennessOf(history.names[row]!), thinned[of]),
  )
  const slow =
    histories.total.lastHour % 6 === 0
      ? notice(histories, (history, row) => judgeDrift(history, row, keennessOf(history.names[row]!)))
      : new Map<string, Noticed>()
  return { sudden, slow }
}

/** With which past the last hours have to be compared for what was noticed; mostly none. */
export function pastsOf({ sudden, slow }: NoticedChanges): Past[] {
  return [
    ...(sudden.size > 0 ? (['like days'] as const) : []),
    ...(slow.size > 0 ? (['weeks ago'] as const) : []),
  ]
}

/** The other half: what caused it. */
export function explainChanges({ sudden, slow }: NoticedChanges, past: Past, profiles: Profiles): Change[] {
  const sides = sideBySide(profiles)
  return sides === null ? [] : byCause(sides, past === 'like days' ? sudden : slow)
}

function notice(
  histories: Histories,
  judge: (history: FrameHistory, row: number, of: keyof Histories) => Judgement | null,
): Map<string, Noticed> {
  const noticed = new Map<string, Noticed>()
  for (const by of ['total', 'self'] as const) {
    for (const [row, name] of histories[by].names.entries()) {
      const judgement = judge(histories[by], row, by)
      // The sharper of the two.
      if (judgement !== null && judgement.deviations > (noticed.get(name)?.deviations ?? 0)) {
        noticed.set(name, { ...judgement, of: by })
      }
    }
  }
  return noticed
}

/** What was noticed of a frame, in what it costs with all it calls or by itself. */
type Noticed = Judgement & { readonly of: keyof Histories }

function byCause(sides: SideBySide, changed: ReadonlyMap<string, Noticed>): Change[] {
  const causes = new Map<number, Change>()
  for (const [frame, name] of sides.names.entries()) {
    const noticed = changed.get(name)
    if (noticed === undefined || !isReal(sides, frame, noticed)) continue
    const cause = noticed.of === 'self' ? ownCause(sides, frame) : findCause(sides, frame)
    const known = causes.get(cause.frame)
    if (known !== undefined && known.shownBy.length >= cause.path.length) continue
    // The cause's own judgement is the sharper one, where it is followed and was noticed itself.
    const itself = changed.get(sides.names[cause.frame]!)
    const own = itself !== undefined && isReal(sides, cause.frame, itself) ? itself : noticed
    causes.set(cause.frame, {
      frame: sides.names[cause.frame]!,
      kind: own.kind,
      change: cause.change,
      before: sides.before[0]!.totalByFrame[cause.frame]!,
      after: sides.after.totalByFrame[cause.frame]!,
      deviations: own.deviations,
      since: own.since,
      shownBy: cause.path.map((at) => sides.names[at]!),
      shifted: cause.shifted,
    })
  }
  return withoutMix(outermost(sides, causes).sort((a, b) => b.change - a.change))
}

/**
 * Many causes in one hour are none: other requests came than usual. Only a change that is larger than all others
 * together stands out of that.
 */
function withoutMix(changes: Change[]): Change[] {
  const [largest, ...others] = changes
  if (others.length < 2) return changes
  const rest = others.reduce((sum, { change }) => sum + change, 0)
  return largest!.change > 2 * rest ? [largest!] : []
}

/**
 * Whether the profiles bear out what the history noticed: a share may have grown only because others shrank. And whether
 * it is still so in the last minutes: a burst may reach into the second hour.
 */
function isReal(sides: SideBySide, frame: number, { kind, of, change, expected }: Noticed): boolean {
  const column = of === 'self' ? 'selfByFrame' : 'totalByFrame'
  if (changeOf(sides, column, frame) < change / 2) return false
  const latest = sides.latest[column][frame]!
  const chance = 2 * Math.sqrt((clustering * latest) / sides.latest.samples)
  return kind !== 'level' || latest - expected + chance >= 0.75 * change
}

/** Without causes below another one: what makes a caller's whole work grow needs to be said once, of the caller. */
function outermost(sides: SideBySide, causes: ReadonlyMap<number, Change>): Change[] {
  const { parent, frame } = sides
  /** By node: whether a cause stands above it. */
  const below = new Uint8Array(parent.length)
  const alone = new Map<number, number>()
  for (let node = 1; node < parent.length; node++) {
    const above = parent[node]!
    below[node] =
      below[above]! | Number(above > 0 && causes.has(frame[above]!) && frame[above] !== frame[node])
    if (!causes.has(frame[node]!) || below[node] === 1) continue
    alone.set(frame[node]!, (alone.get(frame[node]!) ?? 0) + changeOf(sides, 'inclusive', node))
  }
  // A library function is also called from elsewhere: it stays if most of its growth is not below another cause.
  return [...causes].flatMap(([cause, change]) =>
    (alone.get(cause) ?? 0) >= change.change / 2 ? [change] : [],
  )
}
