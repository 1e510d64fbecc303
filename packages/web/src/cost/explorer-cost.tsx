import { useEffect } from 'preact/hooks'
import { fetchCost } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import type { Explorer } from '../explorer/explorer.ts'
import { chosenStates, hasOnlyWallTime } from '../explorer/thread-states.ts'
import { costBasis, costWords, wallTimeNote } from './cost.ts'

/**
 * Tells the flame graph what samples cost, and the reader what that is made of. Money is of the time on CPU: with other thread
 * states on view there is none.
 */
export function ExplorerCost({ explorer }: { explorer: Explorer }) {
  const { from, to } = explorer.bounds.value
  const isCpu = explorer.view.value.states.kind === 'cpu'
  const { answer } = useAnswer(
    to > from && isCpu ? JSON.stringify([explorer.group, from, to]) : null,
    (signal) => fetchCost(explorer.group, { from, to }, signal),
  )
  const { value: cost, failure } = answer.value
  const mayBePriced = isCpu && failure === null
  const states = explorer.profile.value?.states ?? []
  const onCpu = chosenStates({ kind: 'cpu' }, states)
  const samples = states.reduce((sum, state) => (onCpu.has(state.name) ? sum + state.samples : sum), 0)
  const isPriced = isCpu && cost !== null && cost.priced > 0 && samples > 0
  useEffect(() => {
    explorer.cost.value = isPriced ? (some) => costWords(some / samples, cost) : null
    explorer.isPriced.value = mayBePriced
    explorer.isCostAwaited.value = mayBePriced && cost === null
  }, [isPriced, mayBePriced, cost, samples])
  const isWallTime = hasOnlyWallTime(states)
  if (!isCpu) return null
  if (cost === null) return failure === null ? <p class="cost-basis" /> : null
  return (
    <p class="cost-basis quiet">
      {isPriced ? `Cost: ${isWallTime ? wallTimeNote : ''} ${costBasis(cost)}` : costBasis(cost)}
    </p>
  )
}
