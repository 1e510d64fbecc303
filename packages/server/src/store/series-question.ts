import { encodeName, normaliseName } from '@wick/profile'
import type { SeriesMetric } from '../storage/ports.ts'
import type { Epoch } from './epoch.ts'

/** Metrics that count the same counters, in the numbers of an epoch. */
export interface MetricSet {
  readonly counters: readonly number[]
  /** Ascending; may repeat. */
  readonly frames: Int32Array
  /** Of each frame the place of its metric in the question. */
  readonly metrics: Int32Array
}

/** All that is asked for, in the numbers of an epoch. */
export interface Numbered {
  readonly sets: readonly MetricSet[]
  /** Of all sets, ascending. */
  readonly frames: Int32Array
}

interface NamedSet {
  /** Null for all. */
  readonly counters: readonly string[] | null
  readonly metrics: number[]
}

interface Known {
  /** How much of the epoch there was. */
  readonly frames: number
  readonly counters: number
  readonly numbered: Numbered
}

/** What is asked for, in names; what that is in numbers is remembered for each epoch. */
export class SeriesQuestion {
  /** Of each metric the place of its set. */
  readonly setOf: Int32Array
  readonly #sets: readonly NamedSet[]
  /** WTF-8, of each metric: the name, and the one it was kept under if it was generated in parts. */
  readonly #names: readonly (readonly Uint8Array[])[]
  readonly #known = new WeakMap<Epoch, Known>()

  constructor(metrics: readonly SeriesMetric[]) {
    const sets = new Map<string, NamedSet>()
    this.setOf = Int32Array.from(metrics, ({ counters: named }, metric) => {
      // One said twice counts once, and the order does not matter.
      const counters = named === null ? null : [...new Set(named)].sort()
      const key = JSON.stringify(counters)
      const set = sets.get(key) ?? { counters, metrics: [] }
      sets.set(key, set)
      set.metrics.push(metric)
      return [...sets.keys()].indexOf(key)
    })
    this.#sets = [...sets.values()]
    this.#names = metrics.map(({ frame }) => (frame === null ? [] : namesOf(frame)))
  }

  get sets(): number {
    return this.#sets.length
  }

  /** What of it an epoch has. */
  in(epoch: Epoch): Numbered {
    const { frames, counters } = epoch.size
    const known = this.#known.get(epoch)
    if (known?.frames === frames && known.counters === counters) return known.numbered
    const sets = this.#sets.map((set) => this.#numbered(set, epoch))
    const all = new Set(sets.flatMap((set) => [...set.frames]))
    const numbered = { sets, frames: Int32Array.from(all).sort() }
    this.#known.set(epoch, { frames, counters, numbered })
    return numbered
  }

  #numbered({ counters: names, metrics }: NamedSet, epoch: Epoch): MetricSet {
    const counters =
      names === null
        ? Array.from({ length: epoch.size.counters }, (_, counter) => counter)
        : names.map((name) => epoch.findCounter(name)).filter((counter) => counter >= 0)
    const found = metrics
      .map((metric) => ({ metric, frame: frameNumber(epoch, this.#names[metric]!) }))
      .filter(({ frame }) => frame >= 0)
      .sort((a, b) => a.frame - b.frame)
    return {
      counters,
      frames: Int32Array.from(found, ({ frame }) => frame),
      metrics: Int32Array.from(found, ({ metric }) => metric),
    }
  }
}

function namesOf(frame: string): Uint8Array[] {
  const name = encodeName(frame)
  const normal = normaliseName(name, 0, name.length)
  return normal === null ? [name] : [name, normal]
}

/** -1 where the epoch has none of the names. */
function frameNumber({ trie }: Epoch, names: readonly Uint8Array[]): number {
  for (const name of names) {
    const frame = trie.frames.find(name, 0, name.length)
    if (frame >= 0) return frame
  }
  return -1
}
