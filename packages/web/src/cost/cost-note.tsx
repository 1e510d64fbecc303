import { fetchCost } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { boundsOf, type PageRange } from '../range/page-range.ts'
import { costBasis } from './cost.ts'

interface CostNoteProps {
  readonly group: string
  readonly range: PageRange
  /** How figures are made of what the fleet costs, as a sentence. */
  readonly how: string
}

/** What the figures of a page are made of: where they stand, not only on hover. */
export function CostNote({ group, range, how }: CostNoteProps) {
  const { answer } = useAnswer(JSON.stringify([group, range]), (signal) =>
    fetchCost(group, boundsOf(range, Date.now()), signal),
  )
  const { value, failure } = answer.value
  // Its room is kept; all of it comes at once, so that nothing moves.
  const isKnown = value !== null || failure !== null
  return <p class="cost-note quiet">{isKnown && `${how} ${value === null ? '' : costBasis(value)}`.trim()}</p>
}
