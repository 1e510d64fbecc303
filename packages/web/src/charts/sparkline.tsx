import { areaPath, linePath, runsOf } from './line-path.ts'

interface SparklineProps {
  /** What it shows, for who does not see it. */
  readonly label: string
  readonly from: number
  readonly to: number
  readonly times: readonly number[]
  readonly values: readonly number[]
  readonly step: number
}

const width = 120
const height = 24

/** The shape of a value over a time, as wide as a word. */
export function Sparkline({ label, from, to, times, values, step }: SparklineProps) {
  const most = values.reduce((high, value) => Math.max(high, value), 0)
  const x = (i: number) => ((times[i]! + step / 2 - from) / Math.max(1, to - from)) * width
  const y = (value: number) => height - 2 - (most > 0 ? value / most : 0) * (height - 4)
  return (
    <svg class="sparkline" width={width} height={height} role="img" aria-label={label}>
      <title>{label}</title>
      {runsOf(times, values, step * 1.5).map(({ first, last }) => {
        const points = Array.from({ length: last - first + 1 }, (_, i) => ({
          x: x(first + i),
          y: y(values[first + i]!),
        }))
        if (points.length === 1) return <circle key={first} cx={points[0]!.x} cy={points[0]!.y} r="1.5" />
        return (
          <g key={first}>
            <path class="area" d={areaPath(points, height)} />
            <path class="line" d={linePath(points)} />
          </g>
        )
      })}
    </svg>
  )
}
