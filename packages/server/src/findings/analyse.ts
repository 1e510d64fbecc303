import type { Recommendation } from '@wick/analysis'
import type { PatternOrigin, ProfileFilter } from '@wick/wire'
import { fleetCost } from '../cost/fleet-cost.ts'
import type { PriceTable } from '../cost/price-table.ts'
import { wholeFleet } from '../cost/whole-fleet.ts'
import type { FindingsStore } from '../storage/findings-store.ts'
import type { FoundRecommendations, ProfileStore } from '../storage/ports.ts'
import { type OwnedPattern, ownPatterns } from './patterns-of.ts'

/** What an analysis is made with. */
export interface Analyst {
  readonly catalog: Pick<FindingsStore, 'patternsOf'>
  readonly store: Pick<ProfileStore, 'recommendations' | 'fleet'>
  readonly prices: PriceTable
}

/** What there is to say of the profiles of a time. */
export interface Analysis extends Omit<FoundRecommendations, 'recommendations'> {
  /** The dearest first, those without a price by their share. */
  readonly recommendations: readonly PricedRecommendation[]
}

interface PricedRecommendation extends Recommendation {
  readonly origin: PatternOrigin
  /** By the year; null where nothing of the fleet has a price. */
  readonly yearlyCost: number | null
}

export interface AnalysedTime {
  readonly groupId: string
  /** Window borders, epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly filter?: ProfileFilter
}

/** With every pattern that the group has. Null where there is no profile. @throws UnfilterableTime */
export async function analyse(analyst: Analyst, time: AnalysedTime): Promise<Analysis | null> {
  return priced(analyst, time, await ownPatterns(analyst.catalog, time.groupId), true)
}

/** What one pattern would find. Null where there is no profile. @throws UnfilterableTime */
export function tryPattern(
  analyst: Omit<Analyst, 'catalog'>,
  time: AnalysedTime,
  pattern: OwnedPattern,
): Promise<Analysis | null> {
  return priced(analyst, time, [pattern], false)
}

/** A recommendation costs its share of the threads at work of what the fleet costs. */
async function priced(
  { store, prices }: Omit<Analyst, 'catalog'>,
  time: AnalysedTime,
  own: readonly OwnedPattern[],
  withShipped: boolean,
): Promise<Analysis | null> {
  const patterns = own.map(({ pattern }) => pattern)
  const found = await store.recommendations({ ...time, withShipped, patterns })
  if (found === null) return null
  const { groupId, filter, ...range } = time
  // Who sent the profiles is only asked where there is something to be priced.
  const cost =
    found.recommendations.length === 0
      ? null
      : fleetCost((await wholeFleet({ store }, groupId, range, filter)).members, prices)
  const yearlyCost = ({ atWork }: Recommendation): number | null =>
    cost === null || cost.priced === 0 ? null : (atWork / found.samples) * cost.perYear
  const origins = new Map(own.map(({ pattern, origin }) => [pattern.id, origin]))
  const recommendations = found.recommendations.map((recommendation) => ({
    ...recommendation,
    origin: origins.get(recommendation.pattern.id) ?? 'wick',
    yearlyCost: yearlyCost(recommendation),
  }))
  recommendations.sort(
    (a, b) => (b.yearlyCost ?? 0) - (a.yearlyCost ?? 0) || b.samples / b.of - a.samples / a.of,
  )
  return { ...found, recommendations }
}
