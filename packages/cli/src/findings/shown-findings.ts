import type { RecommendationAnswer, RecommendationsAnswer } from '@wick/wire'

/** What was found, to be read: a few lines for each recommendation. */
export function shownFindings(answer: RecommendationsAnswer): string[] {
  const { startTime, endTime, samples, needed, recommendations, currency } = answer
  if (samples === 0 && startTime === endTime) return ['There is no profile in that time.']
  const looked = `${startTime} to ${endTime}, ${samples} samples of threads at work`
  if (needed !== null) return [`${looked}: not enough data, need ${needed}.`]
  if (recommendations.length === 0) return [`${looked}: nothing is found.`]
  return [`${looked}:`, ...recommendations.flatMap((one) => ['', ...linesOf(one, currency)])]
}

function linesOf(recommendation: RecommendationAnswer, currency: string): string[] {
  const { pattern, samples, of, yearlyCost, places, matches } = recommendation
  const cost = yearlyCost === null ? 'no price' : `${yearlyCost.toFixed(0)} ${currency} a year`
  const heaviest = matches[0]
  return [
    `${pattern.name} (${pattern.id})`,
    `  ${percent(samples, of)} of the samples in ${pattern.countersToAggregate.join(', ')}; ${cost}`,
    ...(heaviest === undefined
      ? []
      : [
          `  at ${places} ${places === 1 ? 'place' : 'places'}, the heaviest with ${percent(heaviest.samples, of)}:`,
          ...heaviest.path
            .slice(-lastFrames)
            .map((frame, i) => `    ${i === 0 && isCut(heaviest) ? '… ' : ''}${frame}`),
        ]),
    `  ${pattern.why}`,
    `  ${pattern.resolutionSteps}`,
    ...pattern.links.map((link) => `  ${link}`),
  ]
}

/** Of the way to a match: whoever wants all of it takes --json. */
const lastFrames = 6

function isCut({ path }: { readonly path: readonly string[] }): boolean {
  return path.length > lastFrames
}

function percent(samples: number, of: number): string {
  return `${((100 * samples) / of).toFixed(1)} %`
}
