import type { ChartSeries } from './line-chart.tsx'

/** A chart in words: what each line is on average and at most, and what it was last. */
export function summarise(
  label: string,
  series: readonly ChartSeries[],
  format: (value: number) => string,
): string {
  const lines = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null)
    if (known.length === 0) return `${name}: no data`
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    const most = known.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY)
    return `${name}: ${format(mean)} on average, ${format(most)} at most, ${format(known.at(-1)!)} last`
  })
  return `${label}. ${lines.join('; ')}.`
}
