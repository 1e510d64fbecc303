import { type CallTree, encodeName, mergeTrees, type NameTable } from '@wick/profile'
import { addName, addNode, type CodeBase, childWith, inventCode } from './code-base.ts'
import { Random, Wander } from './random.ts'

export interface FleetOptions {
  readonly seed: number
  readonly hosts: number
  readonly hours: number
  /** Nothing is injected before. */
  readonly quietHours: number
  readonly nodes: number
}

export const defaultFleet: Omit<FleetOptions, 'seed'> = {
  hosts: 100,
  hours: 44 * 24,
  quietHours: 14 * 24,
  nodes: 2_000,
}

/** Something that was done to the fleet, and what a good detector says of it. */
export interface Injected {
  /**
   * `step` and `drift` make code more expensive and are to be found. `shift` moves cost, `spike` passes by itself,
   * `surge` is a burst of one kind of request: nobody is to be told.
   */
  readonly kind: 'step' | 'drift' | 'shift' | 'spike' | 'surge'
  /** The frame that costs more; of a surge the handler's. */
  readonly frame: number
  /** In hours, with fractions. */
  readonly from: number
  readonly until: number
  /** Of the frame's share, 0 to 1. */
  readonly size: number
}

/** What a fleet sent in an hour. */
export interface HourOfFleet {
  readonly whole: CallTree
  /** Of its last quarter. */
  readonly latest: CallTree
}

/** Cost added to nodes for some time; negative where it goes away. */
interface Patch {
  readonly node: number
  readonly cost: number
  readonly from: number
  /** Hours until all of it is there: rolling a version out, or a slow drift. */
  readonly ramp: number
  readonly until: number
}

const day = 24
const samplesPerHostHour = 3_600

/**
 * A fleet hour by hour, the same for the same seed: requests with daily and weekly rhythms of their own, nightly jobs,
 * noise that lasts, hosts that come and go, hours that are missing, and things that happen to it.
 */
export class Fleet {
  readonly code: CodeBase
  readonly injected: Injected[] = []
  readonly #random: Random
  readonly #options: FleetOptions
  readonly #patches: Patch[] = []
  readonly #surges: (Injected & { readonly request: number })[] = []
  readonly #rhythms: Rhythm[]
  readonly #load: Wander
  readonly #frameNoise: Wander[]
  #table: NameTable | null = null

  constructor(options: FleetOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    const requests = 10
    this.code = inventCode(this.#random, requests, options.nodes)
    this.#rhythms = Array.from(
      { length: requests },
      (_, i) => new Rhythm(this.#random, i >= requests - 2, options.hosts),
    )
    this.#load = new Wander(this.#random, 0.05, 0.9)
    this.#plan()
    this.#frameNoise = this.code.names.map(() => new Wander(this.#random, 0.015, 0.6))
  }

  /** The profiles of the next hour; hours are asked for in order. Null where the fleet sent nothing. */
  next(hour: number): HourOfFleet | null {
    const { code } = this
    const rates = this.#rhythms.map((rhythm) => rhythm.next(hour))
    const noise = this.#frameNoise.map((wander) => wander.next())
    const busy = this.#load.next() * (0.45 + 0.2 * Math.cos((2 * Math.PI * (hour - 14)) / day))
    const luck = this.#random.unit()
    if (luck < 0.003) return null
    const samples = this.#options.hosts * samplesPerHostHour * busy * (luck < 0.01 ? 0.15 : 1)
    const [most, latest] = [hour, hour + 0.75].map((from) => {
      const until = from === hour ? hour + 0.75 : hour + 1
      const costs = this.#costs(from, until)
      const now = rates.map((rate, i) => rate * this.#surge(i, from, until))
      for (let node = 1; node < costs.length; node++) {
        costs[node]! *= (code.request[node]! < 0 ? 1 : now[code.request[node]!]!) * noise[code.frame[node]!]!
      }
      return this.#sample(costs, samples * (until - from))
    })
    return { whole: mergeTrees([most!, latest!]), latest: latest! }
  }

  /** Counts drawn around what each node costs; samples of one host come in runs, so twice the variance of Poisson's. */
  #sample(costs: Float64Array, samples: number): CallTree {
    const { code } = this
    const all = costs.reduce((sum, cost) => sum + cost, 0)
    const counts = costs.map((cost) => 2 * this.#random.poisson((samples * cost) / all / 2))
    const nodes = Int32Array.from(counts.keys().filter((node) => counts[node]! > 0))
    this.#table ??= nameTable(code.names)
    return {
      names: this.#table,
      files: nameTable([]),
      parent: Int32Array.from(code.parent),
      frame: Int32Array.from(code.frame),
      file: new Int32Array(costs.length).fill(-1),
      firstLine: new Int32Array(costs.length).fill(-1),
      lastLine: new Int32Array(costs.length).fill(-1),
      counters: [{ name: 'RUNNABLE', nodes, counts: Float64Array.from(nodes, (node) => counts[node]!) }],
    }
  }

  #costs(since: number, to: number): Float64Array {
    const costs = Float64Array.from(this.code.cost)
    for (const { node, cost, from, ramp, until } of this.#patches) {
      costs[node]! += cost * meanOver(since, to, from, ramp, until)
    }
    return costs.map((cost) => Math.max(cost, 0))
  }

  #surge(request: number, since: number, to: number): number {
    let factor = 1
    for (const surge of this.#surges) {
      if (surge.request === request)
        factor += (surge.size - 1) * meanOver(since, to, surge.from, 0.1, surge.until)
    }
    return factor
  }

  /** What happens when: each kind by itself, changes for the worse far enough apart to be told apart. */
  #plan(): void {
    const random = this.#random
    const { quietHours, hours } = this.#options
    for (let from = quietHours + random.between(0, 72); from < hours - day; from += random.between(72, 168)) {
      const until = from + random.between(60, 72)
      const kind = random.unit() < 0.8 ? 'step' : 'drift'
      this.#worsen(kind, from, until, random.logBetween(0.001, 0.5))
    }
    for (let from = quietHours + random.between(0, 48); from < hours - day; from += random.between(24, 72)) {
      this.#shift(from)
    }
    for (let from = quietHours + random.between(0, 72); from < hours - day; from += random.between(48, 120)) {
      this.#worsen('spike', from, from + random.between(0.3, 1.5), random.logBetween(0.002, 0.2))
    }
    for (let from = quietHours + random.between(0, 72); from < hours - day; from += random.between(72, 144)) {
      const request = random.below(8)
      const frame = this.code.frame[this.#nodesOfRequest(request)[0]!]!
      const until = from + random.between(0.3, 1.5)
      const surge = { kind: 'surge', frame, from, until, size: random.between(1.5, 4) } as const
      this.#surges.push({ ...surge, request })
      this.injected.push(surge)
    }
  }

  /** Makes some frame of an everyday request cost `size` of the whole more, by itself or in something new it calls. */
  #worsen(kind: 'step' | 'drift' | 'spike', from: number, until: number, size: number): void {
    const { code } = this
    const random = this.#random
    const inclusive = this.#inclusive(from)
    const all = inclusive[0]!
    let frame = 0
    let share = 0
    do {
      frame = code.frame[1 + random.below(code.parent.length - 1)]!
      share = this.#nodesOf(frame).reduce((sum, node) => sum + inclusive[node]!, 0) / all
    } while (share < 0.000_5 || share > 0.4 || share + size > 0.9 || this.#isNightly(frame))
    const added = (size / (1 - share - size)) * all
    const nodes = this.#nodesOf(frame)
    const weight = nodes.reduce((sum, node) => sum + inclusive[node]!, 0)
    const fresh = random.unit() < 0.3 ? addName(code, `app.fresh.Change${Math.round(from)}.added`) : -1
    const ramp = kind === 'drift' ? 4 * day : random.between(0, 0.5)
    const end = kind === 'drift' ? from + ramp + 3 * day : until
    for (const node of nodes) {
      const request = code.request[node]!
      const rate = request < 0 ? 1 : this.#rhythms[request]!.usual(from)
      const target = fresh < 0 ? node : addNode(code, node, fresh, request, 0)
      this.#patches.push({
        node: target,
        cost: (added * inclusive[node]!) / weight / rate,
        from,
        ramp,
        until: end,
      })
    }
    this.injected.push({ kind, frame: fresh < 0 ? frame : fresh, from, until: end, size })
  }

  /** A deploy that costs nothing: a function renamed, inlined into its caller, or called by its caller's neighbour. */
  #shift(from: number): void {
    const { code } = this
    const random = this.#random
    let node = 0
    const costs = this.#costs(from, from + 1)
    do node = 2 + random.below(code.parent.length - 2)
    while (costs[node]! < 1 || code.request[node]! < 0)
    const how = random.below(3)
    const above = code.parent[node]!
    const aunt = code.parent.findIndex((parent, at) => parent === code.parent[above] && at !== above)
    const target =
      how === 0
        ? addNode(
            code,
            above,
            addName(code, `${code.names[code.frame[node]!]}V${Math.round(from)}`),
            code.request[node]!,
            0,
          )
        : how === 1 || aunt < 1
          ? above
          : this.#childOf(aunt, code.frame[node]!, code.request[node]!)
    const moved = costs[node]! * random.between(0.5, 1)
    const ramp = random.between(0, 0.5)
    this.#patches.push({ node, cost: -moved, from, ramp, until: Number.POSITIVE_INFINITY })
    this.#patches.push({ node: target, cost: moved, from, ramp, until: Number.POSITIVE_INFINITY })
    const inclusive = this.#inclusive(from)
    const rate = this.#rhythms[code.request[node]!]!.usual(from)
    this.injected.push({
      kind: 'shift',
      frame: code.frame[target]!,
      from,
      until: Number.POSITIVE_INFINITY,
      size: (moved * rate) / inclusive[0]!,
    })
  }

  #childOf(node: number, frame: number, request: number): number {
    const known = childWith(this.code, node, frame)
    return known >= 0 ? known : addNode(this.code, node, frame, request, 0)
  }

  #nodesOf(frame: number): number[] {
    return this.code.frame.flatMap((one, node) => (one === frame && !this.#isBelowItself(node) ? [node] : []))
  }

  #isBelowItself(node: number): boolean {
    const { parent, frame } = this.code
    for (let above = parent[node]!; above > 0; above = parent[above]!)
      if (frame[above] === frame[node]) return true
    return false
  }

  #nodesOfRequest(request: number): number[] {
    return this.code.request.flatMap((one, node) => (one === request ? [node] : []))
  }

  #isNightly(frame: number): boolean {
    return this.#nodesOf(frame).some((node) => this.code.request[node]! >= 8)
  }

  /** What each node and all below it usually cost at this hour. */
  #inclusive(hour: number): Float64Array {
    const { parent, request } = this.code
    const costs = this.#costs(Math.floor(hour), Math.floor(hour) + 1)
    for (let node = 1; node < costs.length; node++) {
      if (request[node]! >= 0) costs[node]! *= this.#rhythms[request[node]!]!.usual(hour)
    }
    for (let node = costs.length - 1; node > 0; node--) costs[parent[node]!]! += costs[node]!
    return costs
  }
}

/** How many requests of a kind come: by hour of the day and day of the week, with noise of three lengths. */
class Rhythm {
  readonly #base: number
  readonly #amplitude: number
  readonly #peak: number
  readonly #weekend: number
  readonly #nightly: boolean
  readonly #hourly: Wander
  readonly #hosts: Wander
  readonly #season: Wander

  constructor(random: Random, nightly: boolean, hosts: number) {
    this.#base = random.between(0.5, 1.5)
    this.#amplitude = random.between(0.2, 0.6)
    this.#peak = random.between(11, 20)
    this.#weekend = random.between(0.5, 1.2)
    this.#nightly = nightly
    this.#hourly = new Wander(random, 0.02, 0.7)
    // Hosts differ by 15 %; the more there are and the slower they are replaced, the less and slower their mean moves.
    this.#hosts = new Wander(random, 0.15 / Math.sqrt(hosts), 0.96)
    this.#season = new Wander(random, 0.04, 0.99)
  }

  usual(hour: number): number {
    const time = hour % day
    if (this.#nightly) return time >= 1 && time < 4 ? 6 * this.#base : 0.05 * this.#base
    const weekday = (Math.floor(hour / day) + 4) % 7
    const weekly = weekday === 0 || weekday === 6 ? this.#weekend : 1
    return this.#base * weekly * (1 + this.#amplitude * Math.cos((2 * Math.PI * (time - this.#peak)) / day))
  }

  next(hour: number): number {
    return this.usual(hour) * this.#hourly.next() * this.#hosts.next() * this.#season.next()
  }
}

/** Mean from `since` to `to` of something that grows from 0 at `from` to 1 after `ramp` hours and ends at `until`. */
function meanOver(since: number, to: number, from: number, ramp: number, until: number): number {
  const slices = 12
  let sum = 0
  for (let slice = 0; slice < slices; slice++) {
    const at = since + ((slice + 0.5) / slices) * (to - since)
    if (at >= from && at < until) sum += ramp === 0 ? 1 : Math.min(1, (at - from) / ramp)
  }
  return sum / slices
}

function nameTable(names: readonly string[]): NameTable {
  const encoded = names.map((name) => encodeName(name))
  const offsets = new Uint32Array(names.length + 1)
  for (const [i, bytes] of encoded.entries()) offsets[i + 1] = offsets[i]! + bytes.length
  const bytes = new Uint8Array(offsets[names.length]!)
  for (const [i, one] of encoded.entries()) bytes.set(one, offsets[i]!)
  return { bytes, offsets, length: names.length }
}
