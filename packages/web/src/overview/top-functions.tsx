import { visibleText } from '@wick/wire/visible-text'
import type { Cost, Found } from '../api/group.ts'
import { followLink } from '../app/location.ts'
import { costBasis, wallTimeNote, yearlyWords } from '../cost/cost.ts'
import { formatCount, formatPercent } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import { inspectHref } from '../group/inspect-href.ts'
import { TableFrame } from '../group/table-frame.tsx'
import type { PageRange } from '../range/page-range.ts'

interface TopFunctionsProps {
  readonly group: string
  readonly range: PageRange
  readonly found: Found
  /** Null where it is not known. */
  readonly cost: Cost | null
  /** Whether it may still come: it has its room from the start. */
  readonly isCostAwaited: boolean
  /** Whether waiting is in the shares, because agents do not tell it apart. */
  readonly isWallTime: boolean
}

/** The functions that the CPU works for most, themselves: each leads to where it stands in the flame graph. */
export function TopFunctions(props: TopFunctionsProps) {
  const { group, range, found, cost, isCostAwaited, isWallTime } = props
  const hasCost = cost !== null || isCostAwaited
  return (
    <TableFrame label="Most expensive functions, as a table">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col" class="number">
              Self
            </th>
            <th scope="col" class="number">
              Total
            </th>
            {hasCost && (
              <th scope="col" class="number">
                Self, cost
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {found.hits.map(({ name, self, total }) => (
            <tr key={name}>
              <th scope="row" class="frame-name">
                <a
                  href={inspectHref(group, range, name)}
                  onClick={followLink}
                  title={`${visibleText(name)}\nWho calls it, and what it calls`}
                >
                  {shortName(visibleText(name))}
                </a>
              </th>
              <td class="number" title={`${formatCount(self)} samples`}>
                {formatPercent(self / found.samples)}
              </td>
              <td class="number" title={`${formatCount(total)} samples`}>
                {formatPercent(total / found.samples)}
              </td>
              {hasCost && <td class="number">{cost !== null && yearlyWords(self / found.samples, cost)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {hasCost && (
        <p class="table-foot quiet">
          Cost: {isWallTime && wallTimeNote} {cost !== null && costBasis(cost)}
        </p>
      )}
    </TableFrame>
  )
}
