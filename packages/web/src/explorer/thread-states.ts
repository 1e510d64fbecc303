/** Which counters a picture adds up. */

export type StateChoice =
  | { readonly kind: 'cpu' }
  | { readonly kind: 'latency' }
  | { readonly kind: 'custom'; readonly states: readonly string[] }

export interface StateCount {
  /** Counter name, for example RUNNABLE. */
  readonly name: string
  readonly samples: number
}

/** What agents report that do not tell running from waiting. */
const wallTime = 'WALL_TIME'
const onCpu: ReadonlySet<string> = new Set(['RUNNABLE', 'BLOCKED', 'NATIVE'])

/**
 * CPU is RUNNABLE, BLOCKED and NATIVE, and WALL_TIME only where the profile has no thread states at all; latency is
 * everything but IDLE.
 */
export function chosenStates(choice: StateChoice, present: readonly StateCount[]): ReadonlySet<string> {
  const names = present.map((state) => state.name)
  if (choice.kind === 'custom') return new Set(choice.states.filter((name) => names.includes(name)))
  if (choice.kind === 'latency') return new Set(names.filter((name) => name !== 'IDLE'))
  if (hasOnlyWallTime(present)) return new Set(names)
  return new Set(names.filter((name) => onCpu.has(name)))
}

export function hasOnlyWallTime(present: readonly StateCount[]): boolean {
  return present.length > 0 && present.every((state) => state.name === wallTime)
}

/** The choice after one state was switched on or off. */
export function toggleState(chosen: ReadonlySet<string>, state: string): StateChoice {
  const states = chosen.has(state) ? [...chosen].filter((name) => name !== state) : [...chosen, state]
  return { kind: 'custom', states: states.sort() }
}

const order = ['RUNNABLE', 'NATIVE', 'BLOCKED', 'WAITING', 'TIMED_WAITING', 'IDLE', wallTime]

/** Busy states first, unknown ones last. */
export function sortStates(states: readonly StateCount[]): StateCount[] {
  const rank = ({ name }: StateCount) => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...states].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}

const meanings: Readonly<Record<string, string>> = {
  RUNNABLE: 'running, or ready to run',
  NATIVE: 'running native code',
  BLOCKED: 'waiting for a lock',
  WAITING: 'waiting for another thread or for input',
  TIMED_WAITING: 'sleeping, or waiting with a time limit',
  IDLE: 'pooled and without work',
  WALL_TIME: 'running or waiting: the agent does not tell',
}

/** What a state means, in words; null for one that agents made up. */
export function stateMeaning(name: string): string | null {
  return meanings[name] ?? null
}
