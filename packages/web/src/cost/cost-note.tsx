import { type Cost, fetchCost } from '../api/group.ts'
import { type Asked, useAnswer } from '../app/answer.ts'
import { boundsOf, type PageRange } from '../range/page-range.ts'
import { costBasis } from './cost.ts'

interface CostNoteProps {
  readonly asked: Asked<Cost>
  /** How figures are made of what the fleet costs, as a sentence. */
  readonly how: string
}

/** What figures are made of: where they stand, not only on hover. */
export function CostNote({ asked, how }: CostNoteProps) {
  const { value, failure } = asked.answer.value
  // Its room is kept; all of it comes at once, so that nothing moves.
  const isKnown = value !== null || failure !== null
  return <p class="cost-note quiet">{isKnown && `${how} ${value === null ? '' : costBasis(value)}`.trim()}</p>
}

interface CostNoteOfProps {
  readonly group: string
  readonly range: PageRange
  readonly how: string
}

/** The same where the page has not asked for the cost itself. */
export function CostNoteOf({ group, range, how }: CostNoteOfProps) {
  const asked = useAnswer(JSON.stringify([group, range]), (signal) =>
    fetchCost(group, boundsOf(range, Date.now()), signal),
  )
  return <CostNote asked={asked} how={how} />
}
