import { type CallTree, mergeTrees } from '@wick/profile'
import { type Change, findChanges } from '../find-changes.ts'
import { likeHours } from '../frame-history.ts'
import { appendHour, emptyHistories } from '../frame-hour.ts'
import { Fleet, type FleetOptions, type HourOfFleet, type Injected } from './fleet.ts'

/** Something that was told to somebody: at the end of hour `hour`. */
export interface Alarm {
  readonly hour: number
  readonly frame: string
  readonly change: number
  readonly kind: string
}

/** A detector that sees one hour after another and says whom it would wake. */
export interface Detector {
  readonly name: string
  hour(hour: number, profiles: HourOfFleet | null): Alarm[]
}

/** What one fleet shows of a detector. */
export interface Verdict {
  /** Of every change for the worse: when it was told of, in hours after it began; null: never. */
  readonly found: readonly {
    readonly injected: Injected
    readonly delay: number | null
    readonly exact: boolean
  }[]
  readonly alarms: number
  readonly falseAlarms: readonly Alarm[]
  readonly hours: number
}

/** A change for the worse may be told of until so long after it began, a drift until its end. */
const stillAbout = 12

/** Shows the same fleet to each of some detectors. @returns a verdict for each */
export function evaluate(options: FleetOptions, ...detectors: readonly Detector[]): Verdict[] {
  const fleet = new Fleet(options)
  const alarms: Alarm[][] = detectors.map(() => [])
  for (let hour = 0; hour < options.hours; hour++) {
    const profiles = fleet.next(hour)
    for (const [i, detector] of detectors.entries()) alarms[i]!.push(...detector.hour(hour, profiles))
  }
  return alarms.map((all) =>
    judge(
      fleet,
      options,
      all.filter(({ hour }) => hour >= options.quietHours),
    ),
  )
}

function judge(fleet: Fleet, { hours, quietHours }: FleetOptions, told: readonly Alarm[]): Verdict {
  const worse = fleet.injected.filter(({ kind }) => kind === 'step' || kind === 'drift')
  const related = relatives(fleet)
  const belongs = (alarm: Alarm, to: Injected) =>
    alarm.hour + 1 > to.from &&
    alarm.hour < (to.kind === 'drift' ? to.until : Math.min(to.until, to.from + stillAbout)) &&
    related(fleet.code.names.indexOf(alarm.frame), to.frame)
  const found = worse.map((injected) => {
    const first = told.find((alarm) => belongs(alarm, injected))
    return {
      injected,
      delay: first === undefined ? null : first.hour + 1 - injected.from,
      exact: first !== undefined && first.frame === fleet.code.names[injected.frame],
    }
  })
  const falseAlarms = told.filter((alarm) => !worse.some((injected) => belongs(alarm, injected)))
  return { found, alarms: told.length, falseAlarms, hours: hours - quietHours }
}

/** Whether two frames are the same or one is called, however deep, by the other. */
function relatives({ code }: Fleet): (one: number, other: number) => boolean {
  const isBelow = (frame: number, under: number) =>
    code.frame.some((at, node) => {
      if (at !== frame) return false
      for (let above = node; above > 0; above = code.parent[above]!)
        if (code.frame[above] === under) return true
      return false
    })
  return (one, other) => isBelow(one, other) || isBelow(other, one)
}

/** Profiles of so many weeks are kept to compare with. */
const weeksKept = 3

/** Wick's: see docs/anomaly-detection.md. */
export function ourDetector(): Detector {
  const histories = emptyHistories()
  const trees = new Map<number, CallTree>()
  const told = new Map<string, Alarm>()
  const around = (hours: readonly number[]) =>
    mergeTrees(hours.map((hour) => trees.get(hour)).filter((tree) => tree !== undefined))
  return {
    name: 'wick',
    hour(hour, profiles) {
      if (profiles === null) return []
      const { whole, latest } = profiles
      trees.set(hour, whole)
      trees.delete(hour - weeksKept * 7 * 24)
      appendHour(histories, hour, whole)
      const changes = findChanges(histories, (past) => ({
        before: (past === 'like days'
          ? likeHours(hour, weeksKept * 7 * 24).slice(0, 3)
          : [hour - 168, hour - 336]
        ).map((like) => around([like - 1, like])),
        after: around([hour - 1, hour]),
        latest,
      }))
      return changes
        .filter((change) => isNews(told, change, hour))
        .map(({ frame, change, kind }) => ({ hour, frame, change, kind }))
    },
  }
}

/** The same cause within a week is the same news; so is what shows in frames that were told of yesterday. */
function isNews(
  told: Map<string, Alarm>,
  { frame, kind, change, shifted, shownBy }: Change,
  hour: number,
): boolean {
  if (kind === 'spike') return false
  const since = (name: string) => hour - (told.get(name)?.hour ?? Number.NEGATIVE_INFINITY)
  const known = since(frame) < 7 * 24 || shownBy.some((name) => since(name) < 24)
  told.set(frame, { hour, frame, change, kind })
  return !known && !shifted
}
