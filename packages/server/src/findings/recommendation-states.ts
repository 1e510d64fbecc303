import type { StateRow } from '../storage/findings-store.ts'

/** Whether a pattern is found in a group, after its hourly reports. All instants are epoch milliseconds. */
export interface RecommendationState {
  readonly patternId: string
  readonly name: string
  /** Start of the first report that had it, without a day between reports that had it. */
  readonly since: number
  /** End of the last report that had it. */
  readonly lastSeen: number
  /** Null while it is open. */
  readonly closedAt: number | null
  /** Whether somebody was told that it is open. */
  readonly isTold: boolean
  readonly isMuted: boolean
}

/** What a report says for the states. */
export interface HourFound {
  readonly start: number
  readonly end: number
  /** Whether there were enough samples to say that something is not found. */
  readonly isEnough: boolean
  readonly found: readonly { readonly patternId: string; readonly name: string }[]
}

export interface NextStates {
  /** Those that differ from before. */
  readonly changed: readonly RecommendationState[]
  /** Patterns of which nothing needs to be known any more. */
  readonly forgotten: readonly string[]
  /** What is to be told. */
  readonly opened: readonly RecommendationState[]
  readonly closed: readonly RecommendationState[]
}

const hour = 3_600_000

/** Not found for so long, it is over: what comes and goes with the time of day is one finding. */
const closesAfter = 24 * hour
/** So long it is told that it is over. */
const forgottenAfter = 7 * 24 * hour
/** A report on an older time only makes up for a downtime: what it says is told by the next, if it is so still. */
const freshFor = 3 * hour

/** What is so after one more hour. @param states by pattern; @param now when the report is made */
export function nextStates(
  states: ReadonlyMap<string, RecommendationState>,
  hour: HourFound,
  now: number,
): NextStates {
  const isFresh = now - hour.end <= freshFor
  const next = new Map<string, RecommendationState>()
  const [forgotten, opened, closed]: [string[], RecommendationState[], RecommendationState[]] = [[], [], []]
  for (const { patternId, name } of hour.found) {
    const known = states.get(patternId)
    const isOpen = known !== undefined && known.closedAt === null
    const state: RecommendationState = {
      patternId,
      name,
      since: isOpen ? known.since : hour.start,
      lastSeen: hour.end,
      closedAt: null,
      isTold: isOpen && known.isTold,
      isMuted: known?.isMuted ?? false,
    }
    const isToBeTold = isFresh && !state.isTold && !state.isMuted
    if (isToBeTold) opened.push({ ...state, isTold: true })
    next.set(patternId, isToBeTold ? { ...state, isTold: true } : state)
  }
  for (const state of states.values()) {
    if (next.has(state.patternId)) continue
    if (state.closedAt === null) {
      if (!isFresh || !hour.isEnough || hour.end - state.lastSeen < closesAfter) continue
      const over = { ...state, closedAt: hour.end, isTold: false }
      next.set(state.patternId, over)
      if (state.isTold && !state.isMuted) closed.push(over)
    } else if (hour.end - state.closedAt >= forgottenAfter && !state.isMuted) forgotten.push(state.patternId)
  }
  return { changed: [...next.values()], forgotten, opened, closed }
}

export function stateDocument({ patternId: _, isMuted: __, ...document }: RecommendationState): string {
  return JSON.stringify(document)
}

export function readState({ patternId, document, isMuted }: StateRow): RecommendationState {
  return { patternId, isMuted, ...JSON.parse(document) }
}
