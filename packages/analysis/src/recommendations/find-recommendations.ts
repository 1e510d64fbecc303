import { type CallTree, childrenOf, nameAt } from '@wick/profile'
import { idleFrames } from './idle-frames.ts'
import { languagesOf } from './languages-of.ts'
import type { Pattern } from './pattern.ts'
import { PatternMatcher, type Place } from './pattern-matcher.ts'

/** What the patterns found in a profile. */
export interface Findings {
  /** Samples of threads that were at work: everything is a share of these, or of some states of them. */
  readonly samples: number
  /** Set where that is too little to say anything: how many samples there must be. */
  readonly needed: number | null
  /** The largest share first. */
  readonly recommendations: readonly Recommendation[]
}

export interface Recommendation {
  readonly pattern: Pattern
  /** Samples in the pattern's states with a match on the stack. */
  readonly samples: number
  /** All samples in these states. */
  readonly of: number
  /** Samples of threads at work with a match on the stack, whatever the pattern's states: what it costs is their share. */
  readonly atWork: number
  /** How many places match. */
  readonly places: number
  /** Those with the most samples, these first: ten at most, and no more than there is room for in an answer. */
  readonly matches: readonly Match[]
}

export interface Match {
  /** Frames from the outermost to the one that completes the match. */
  readonly path: readonly string[]
  /** The same as places among siblings, from 0, in the order of the tree. */
  readonly address: readonly number[]
  /** Which of the pattern's target frames it is. */
  readonly sequence: number
  readonly samples: number
}

/** Below these nothing is said: a share of a few samples is chance. */
export const leastSamples = { ofProfile: 200, ofMatches: 10 } as const

const topMatches = 10
/** Bytes of all paths that are told. Ten of a hundred frames each are some sixty thousand. */
const roomForPaths = 4 * 1024 * 1024
const wallTime = 'WALL_TIME'
const atWork = ['RUNNABLE', 'BLOCKED', 'NATIVE', wallTime]

/** Patterns made ready, to be tried on any number of profiles. */
export class PatternSet {
  readonly patterns: readonly Pattern[]
  readonly #matcher: PatternMatcher

  constructor(patterns: readonly Pattern[]) {
    this.patterns = patterns
    // Waits by name are one pattern more.
    this.#matcher = new PatternMatcher([...patterns, { targetFrames: idleFrames, notUnder: [] }])
  }

  /** @param tree merged: one node for each call path */
  find(tree: CallTree): Findings {
    const places = Map.groupBy(this.#matcher.match(tree), ({ pattern }) => pattern)
    const sums = new Sums(tree, places.get(this.patterns.length) ?? [])
    const busy = sums.of(atWork)
    const samples = busy[0] ?? 0
    if (samples < leastSamples.ofProfile)
      return { samples, needed: leastSamples.ofProfile, recommendations: [] }
    const shown = languagesOf(tree)
    const recommendations: Recommendation[] = []
    let room = roomForPaths
    const fits = ({ node }: Place): boolean => {
      const bytes = pathBytes(tree, node)
      if (bytes > room) return false
      room -= bytes
      return true
    }
    const siblings = placesAmongSiblings(tree)
    for (const [index, pattern] of this.patterns.entries()) {
      const found = places.get(index)
      if (found === undefined || (pattern.language !== null && !shown.has(pattern.language))) continue
      const inclusive = sums.of(pattern.countersToAggregate)
      const matches = found.filter(({ node }) => inclusive[node]! > 0)
      const matched = matches.reduce((sum, { node }) => sum + inclusive[node]!, 0)
      const of = inclusive[0]!
      if (matched < leastSamples.ofMatches || matched * 100 < pattern.thresholdPercent * of) continue
      recommendations.push({
        pattern,
        samples: matched,
        of,
        atWork: found.reduce((sum, { node }) => sum + busy[node]!, 0),
        places: matches.length,
        matches: matches
          .sort((a, b) => inclusive[b.node]! - inclusive[a.node]!)
          .slice(0, topMatches)
          .filter(fits)
          .map((place) => described(tree, siblings, place, inclusive[place.node]!)),
      })
    }
    recommendations.sort((a, b) => b.samples / b.of - a.samples / a.of)
    return { samples, needed: null, recommendations }
  }
}

/** Inclusive samples for sets of states, each worked out once. */
class Sums {
  readonly #tree: CallTree
  /** By node: 1 where a thread waits, by its name or a caller's. */
  readonly #idle: Uint8Array
  readonly #known = new Map<string, Float64Array>()

  constructor(tree: CallTree, waits: readonly Place[]) {
    this.#tree = tree
    this.#idle = new Uint8Array(tree.parent.length)
    for (const { node } of waits) this.#idle[node] = 1
    for (let node = 1; node < tree.parent.length; node++) this.#idle[node]! |= this.#idle[tree.parent[node]!]!
  }

  /** An agent that knows no states counts WALL_TIME for all of them: what does not wait by name is as good as RUNNABLE. */
  of(counters: readonly string[]): Float64Array {
    const key = [...counters].sort().join()
    let sum = this.#known.get(key)
    if (sum === undefined) {
      sum = this.#inclusive(new Set(counters.includes('RUNNABLE') ? [...counters, wallTime] : counters))
      this.#known.set(key, sum)
    }
    return sum
  }

  #inclusive(counters: ReadonlySet<string>): Float64Array {
    const { parent, counters: vectors } = this.#tree
    const sum = new Float64Array(parent.length)
    for (const { name, nodes, counts } of vectors) {
      if (!counters.has(name)) continue
      const skipsIdle = name === wallTime
      for (let k = 0; k < nodes.length; k++)
        if (!skipsIdle || this.#idle[nodes[k]!] === 0) sum[nodes[k]!]! += counts[k]!
    }
    for (let node = sum.length - 1; node > 0; node--) sum[parent[node]!]! += sum[node]!
    return sum
  }
}

/** By node: how many siblings stand before it. */
function placesAmongSiblings({ parent }: CallTree): Int32Array {
  const { first, next } = childrenOf(parent)
  const place = new Int32Array(parent.length)
  for (let node = 0; node < parent.length; node++)
    for (let child = first[node]!, at = 0; child > 0; child = next[child]!) place[child] = at++
  return place
}

/** Bytes of the names from below the root to a node. */
function pathBytes({ parent, frame, names: { offsets } }: CallTree, node: number): number {
  let bytes = 0
  for (let at = node; at > 0; at = parent[at]!) bytes += offsets[frame[at]! + 1]! - offsets[frame[at]!]!
  return bytes
}

function described(tree: CallTree, siblings: Int32Array, { node, sequence }: Place, samples: number): Match {
  const path: string[] = []
  const address: number[] = []
  for (let at = node; at > 0; at = tree.parent[at]!) {
    path.push(nameAt(tree.names, tree.frame[at]!))
    address.push(siblings[at]!)
  }
  return { path: path.reverse(), address: address.reverse(), sequence, samples }
}
