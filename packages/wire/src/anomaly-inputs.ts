import { type GroupInput, parseGroupInput, parsePeriod } from './inputs.ts'
import type { RequestParts } from './request-parts.ts'

export interface AnomaliesInput extends GroupInput {
  /** Epoch milliseconds. */
  readonly start: number
  readonly end: number
}

export function parseAnomalies(parts: RequestParts): AnomaliesInput {
  return { ...parseGroupInput(parts), ...parsePeriod(parts.query) }
}
