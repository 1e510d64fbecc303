import { type Recommendation, shippedPatterns } from '@wick/analysis'
import type { PatternOrigin, ProfileFilter } from '@wick/wire'
import { fleetCost } from '../cost/fleet-cost.ts'
import type { PriceTable } from '../cost/price-table.ts'
import { wholeFleet } from '../cost/whole-fleet.ts'
import type { FoundRecommendations, ProfileStore } from '../storage/ports.ts'

/** What an analysis is made with. */
export interface Analyst {
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

interface Time {
  readonly groupId: string
  /** Window borders, epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly filter?: ProfileFilter
}

/** Null where there is no profile. A recommendation costs its share of the threads at work of what the fleet costs. */
export async function analyse({ store, prices }: Analyst, time: Time): Promise<Analysis | null> {
  const found = await store.recommendations({ ...time, withShipped: true, patterns: [] })
  if (found === null) return null
  const { groupId, filter, ...range } = time
  // Who sent the profiles is only asked where there is something to be priced.
  const cost =
    found.recommendations.length === 0
      ? null
      : fleetCost((await wholeFleet({ store }, groupId, range, filter)).members, prices)
  const yearlyCost = ({ atWork }: Recommendation): number | null =>
    cost === null || cost.priced === 0 ? null : (atWork / found.samples) * cost.perYear
  const recommendations = found.recommendations.map((recommendation) => ({
    ...recommendation,
    origin: originOf(recommendation.pattern.id),
    yearlyCost: yearlyCost(recommendation),
  }))
  recommendations.sort(
    (a, b) => (b.yearlyCost ?? 0) - (a.yearlyCost ?? 0) || b.samples / b.of - a.samples / a.of,
  )
  return { ...found, recommendations }
}

const shippedIds = new Set(shippedPatterns().map(({ id }) => id))

function originOf(id: string): PatternOrigin {
  return shippedIds.has(id) ? 'wick' : 'group'
}
