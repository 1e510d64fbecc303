import { PatternSet, shippedPatterns } from '@wick/analysis'
import { compact } from '@wick/profile'
import type { FoundRecommendations, RecommendationQuery } from '../../storage/ports.ts'
import { type QuerySources, sumSelection } from './sum-selection.ts'

/** What patterns find in the sum of a selection; null where there is nothing to look at. */
export async function answerRecommendations(
  sources: QuerySources,
  { withShipped, patterns, ...selection }: RecommendationQuery,
): Promise<FoundRecommendations | null> {
  const found = await sumSelection(sources, selection)
  if (found === null) return null
  const tree = compact(found.sums.tree())
  return { start: found.start, end: found.end, ...patternSet(withShipped, patterns).find(tree) }
}

/** Those that come with Wick are made ready once: they are all that most questions try. */
function patternSet(withShipped: boolean, patterns: RecommendationQuery['patterns']): PatternSet {
  if (!withShipped) return new PatternSet(patterns)
  if (patterns.length > 0) return new PatternSet([...shippedPatterns(), ...patterns])
  shipped ??= new PatternSet(shippedPatterns())
  return shipped
}

let shipped: PatternSet | null = null
