import { createHash } from 'node:crypto'
import { type ApiRecommendation, formatTimestamp } from '@wick/wire'
import type { Analysis } from './analyse.ts'

/** Recommendations in the API's own shapes. */
export function apiRecommendations({ start, end, recommendations }: Analysis): ApiRecommendation[] {
  const times = { startTime: formatTimestamp(start), endTime: formatTimestamp(end) }
  return recommendations.map(({ pattern, samples, of, places, matches }) => ({
    allMatchesCount: places,
    allMatchesSum: percent(samples, of),
    pattern: {
      id: patternUuid(pattern.id),
      name: pattern.name,
      description: pattern.why,
      resolutionSteps: [pattern.resolutionSteps, ...pattern.links].join('\n'),
      targetFrames: pattern.targetFrames,
      thresholdPercent: pattern.thresholdPercent,
      countersToAggregate: pattern.countersToAggregate,
    },
    topMatches: matches.map(({ address, sequence, samples: matched }) => ({
      frameAddress: address.join('/'),
      targetFramesIndex: sequence,
      thresholdBreachValue: percent(matched, of),
    })),
    ...times,
  }))
}

function percent(samples: number, of: number): number {
  return (100 * samples) / of
}

/** Chosen by lot, once. */
const patternNamespace = Buffer.from('5e0f8d7ad9c94f0c9d0ec7d94d6f2b81', 'hex')

/** The API knows patterns by UUIDs: this is one made of the name (version 5, RFC 9562). */
export function patternUuid(id: string): string {
  const hash = createHash('sha1').update(patternNamespace).update(id).digest().subarray(0, 16)
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
