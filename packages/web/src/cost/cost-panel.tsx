import { visibleText } from '@wick/wire/visible-text'
import type { Cost } from '../api/group.ts'
import type { Asked } from '../app/answer.ts'
import { Figure, Figures } from '../group/figures.tsx'
import { Panel } from '../group/panel.tsx'
import { TableFrame } from '../group/table-frame.tsx'
import { formatMoney, mean } from './cost.ts'

const byWords: Readonly<Record<Cost['types'][number]['by'], string>> = {
  type: 'by its type',
  size: 'by processors and memory',
  other: "the table's price for other hosts",
  nothing: 'no price',
}

/** What the fleet costs, and what that is made of. */
export function CostPanel({ asked }: { asked: Asked<Cost> }) {
  return (
    <Panel
      title="Cost"
      about="What the hosts that reported cost by a price table, at the rate of this time. An estimate to weigh functions by, not a bill."
      action="codeguru-profiler:DescribeProfilingGroup"
      asked={asked}
      height={160}
      empty={(cost) => (cost.types.length === 0 ? <p>No host reported in this time.</p> : null)}
    >
      {(cost) => (
        <>
          {cost.priced > 0 && (
            <Figures>
              <Figure
                label="A year"
                value={formatMoney(cost.perYear, cost.currency)}
                about={`${formatMoney(cost.perHour, cost.currency)} an hour, 8,766 hours.`}
              />
              <Figure
                label="A month"
                value={formatMoney(cost.perMonth, cost.currency)}
                about="A twelfth of the year."
              />
              <Figure
                label="Hosts"
                value={mean(cost.priced)}
                about="At one time, on average; replaced ones count as one."
              />
            </Figures>
          )}
          <TableFrame label="Cost by host type">
            <table class="rows">
              <thead>
                <tr>
                  <th scope="col">Host type</th>
                  <th scope="col" class="number">
                    Hosts
                  </th>
                  <th scope="col" class="number">
                    An hour
                  </th>
                  <th scope="col">Price</th>
                  <th scope="col" class="number">
                    A year
                  </th>
                </tr>
              </thead>
              <tbody>
                {cost.types.map(({ hostType, instances, hourPrice, by, perYear }) => (
                  <tr key={hostType}>
                    <th scope="row">
                      {hostType === '' ? <span class="quiet">(says none)</span> : visibleText(hostType)}
                    </th>
                    <td class="number">{mean(instances)}</td>
                    <td class="number">{hourPrice === null ? '–' : formatMoney(hourPrice, cost.currency)}</td>
                    <td>{byWords[by]}</td>
                    <td class="number">{hourPrice === null ? '–' : formatMoney(perYear, cost.currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="table-foot quiet">
              Prices: {cost.prices}. The server's setting <code>--price-table</code> names your own.
              {cost.unpriced + cost.others > 0 && ' Hosts without a price are in no figure.'}
            </p>
          </TableFrame>
        </>
      )}
    </Panel>
  )
}
