import { PatternSet, shippedPatterns } from '@wick/analysis'
import { compact } from '@wick/profile'
import type { FoundRecommendations, RecommendationQuery } from '../../storage/ports.ts'
import { addUp, type QuerySources, readSelection } from './sum-selection.ts'

/** What patterns find in the sum of a selection; null where there is nothing to look at. */
export async function answerRecommendations(
  sources: QuerySources,
  { withShipped, patterns, ...selection }: RecommendationQuery,
): Promise<FoundRecommendations | null> {
  const groupEpoch = sources.epochs.get(selection.groupId)
  const read = await readSelection(sources, groupEpoch, selection)
  if (read === null) return null
  const [sums] = addUp(sources.epochs, groupEpoch, [read])
  const tree = compact(sums!.tree())
  return { start: read.start, end: read.end, ...patternSet(withShipped, patterns).find(tree) }
}

/** Those that come with Wick are made ready once: they are all that most questions try. */
function patternSet(withShipped: boolean, patterns: RecommendationQuery['patterns']): PatternSet {
  if (!withShipped) return new PatternSet(patterns)
  if (patterns.length > 0) return new PatternSet([...shippedPatterns(), ...patterns])
  shipped ??= new PatternSet(shippedPatterns())
  return shipped
}

let shipped: PatternSet | null = null
