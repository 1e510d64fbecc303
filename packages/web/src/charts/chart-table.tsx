import { useSignal } from '@preact/signals'
import { exactTime, utcInstant } from '../format/times.ts'
import type { ChartSeries } from './line-chart.tsx'

interface ChartTableProps {
  readonly label: string
  readonly times: readonly number[]
  readonly series: readonly ChartSeries[]
  format(value: number): string
}

/** The data of a chart as a table, made when it is opened. */
export function ChartTable({ label, times, series, format }: ChartTableProps) {
  const isOpen = useSignal(false)
  return (
    <details
      class="twin"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>As a table</summary>
      {isOpen.value && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard
        <div class="twin-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((at, i) => (
                <tr key={at}>
                  <th scope="row">
                    <time dateTime={new Date(at).toISOString()} title={utcInstant(at)}>
                      {exactTime(at)}
                    </time>
                  </th>
                  {series.map(({ name, values }) => (
                    <td key={name} class="number">
                      {typeof values[i] === 'number' ? format(values[i]) : '–'}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}
