import { formatTimestamp, type RecommendationAnswer, type RecommendationsAnswer } from '@wick/wire'
import type { PriceTable } from '../cost/price-table.ts'
import type { Analysis } from './analyse.ts'

/** Recommendations as `/v1/` tells them. @param time of the answer where there is no profile, epoch milliseconds */
export function recommendationsAnswer(
  analysis: Analysis | null,
  { name, currency }: PriceTable,
  time: number,
): RecommendationsAnswer {
  return {
    startTime: formatTimestamp(analysis?.start ?? time),
    endTime: formatTimestamp(analysis?.end ?? time),
    samples: analysis?.samples ?? 0,
    needed: analysis?.needed ?? null,
    currency,
    prices: name,
    recommendations: analysis === null ? [] : recommendationAnswers(analysis),
  }
}

export function recommendationAnswers({ recommendations }: Analysis): RecommendationAnswer[] {
  return recommendations.map(({ pattern, origin, samples, of, yearlyCost, places, matches }) => ({
    pattern,
    origin,
    samples,
    of,
    yearlyCost,
    places,
    matches: matches.map(({ path, sequence, samples: matched }) => ({
      path,
      targetFramesIndex: sequence,
      samples: matched,
    })),
  }))
}
