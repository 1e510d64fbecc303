/**
 * Lines over time, as SVG in the page's own colours. Read with the pointer or, step by step, with the arrow keys; where a
 * brush is offered, drag or Shift with the arrows selects a time. The same data stands below as a table, on demand.
 */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { axisTime, exactTime, utcTime } from '../format/times.ts'
import { ChartTable } from './chart-table.tsx'
import { areaPath, linePath, runsOf } from './line-path.ts'
import { summarise } from './summary.ts'
import { timeTicks, valueTicks } from './ticks.ts'

export interface ChartSeries {
  readonly name: string
  /** One for each of the times; null where there is none. */
  readonly values: readonly (number | null)[]
  /** Number of its hue and of its dash, 0 … 7: the second sign beside the colour. */
  readonly look: number
  readonly isArea?: boolean
}

export interface LineChartProps {
  /** What it shows, in a few words. */
  readonly label: string
  /** Ends of the time axis, epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** Starts of the steps with data, ascending. */
  readonly times: readonly number[]
  /** Length of a step, milliseconds. */
  readonly step: number
  /** Steps that are farther apart than this are not joined; 1.5 steps unless told. */
  readonly gap?: number
  readonly series: readonly ChartSeries[]
  /** Of the axis and of what is read. */
  format(value: number): string
  readonly base?: 10 | 1024
  readonly height?: number
  /** Instants that something happened at, each said in a word or two. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[]
  /** Whether the lines are named above the chart: where there is more than one. */
  readonly hasLegend?: boolean
  /** Takes the time that was selected. Without it there is no brush. */
  onBrush?(from: number, to: number): void
}

const margin = { left: 64, right: 8, top: 8, bottom: 24 }

export function LineChart(props: LineChartProps) {
  const { label, from, to, times, step, series, format, base = 10, height = 180, onBrush } = props
  const box = useRef<HTMLDivElement>(null)
  const width = useSignal(0)
  /** Index into times of what is read. */
  const cursor = useSignal<number | null>(null)
  /** Where the selection began and where it is, epoch milliseconds. */
  const brush = useSignal<{ readonly from: number; readonly to: number } | null>(null)

  useLayoutEffect(() => {
    const element = box.current!
    const measure = () => {
      width.value = element.clientWidth
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const inner = {
    width: Math.max(1, width.value - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  }
  const greatest = series.reduce(
    (most, { values }) => values.reduce<number>((high, value) => Math.max(high, value ?? 0), most),
    0,
  )
  const ticks = valueTicks(greatest, base)
  const top = ticks.at(-1)!
  const x = (at: number) => margin.left + ((at - from) / Math.max(1, to - from)) * inner.width
  const y = (value: number) => margin.top + inner.height * (1 - value / top)
  /** A step is drawn at its middle. */
  const middle = (i: number) => x(times[i]! + step / 2)
  const instantAt = (event: MouseEvent) => {
    const { left } = box.current!.getBoundingClientRect()
    const share = (event.clientX - left - margin.left) / inner.width
    return from + Math.min(1, Math.max(0, share)) * (to - from)
  }
  const distance = (i: number, at: number) => Math.abs(times[i]! + step / 2 - at)
  const nearest = (at: number): number | null =>
    times.reduce<number | null>(
      (best, _, i) => (best === null || distance(i, at) < distance(best, at) ? i : best),
      null,
    )
  const finish = (selected: { readonly from: number; readonly to: number } | null) => {
    brush.value = null
    if (selected === null || onBrush === undefined) return
    const start = floorTo(Math.min(selected.from, selected.to), step)
    const end = floorTo(Math.max(selected.from, selected.to), step) + step
    onBrush(start, end)
  }
  const onPointerDown = (event: PointerEvent) => {
    if (onBrush === undefined || event.button !== 0) return
    const at = instantAt(event)
    brush.value = { from: at, to: at }
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    const at = instantAt(event)
    cursor.value = nearest(at)
    if (brush.value !== null) brush.value = { from: brush.value.from, to: at }
  }
  const onPointerUp = () => {
    const selected = brush.value
    // A click, or a hand that trembled, selects nothing.
    finish(selected !== null && Math.abs(x(selected.to) - x(selected.from)) > 4 ? selected : null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (direction !== 0 && times.length > 0) {
      const here = cursor.value ?? (direction > 0 ? -1 : times.length)
      const next = Math.min(times.length - 1, Math.max(0, here + direction))
      cursor.value = next
      if (event.shiftKey && onBrush !== undefined) {
        const begun = brush.value?.from ?? times[Math.max(0, Math.min(times.length - 1, here))]!
        brush.value = { from: begun, to: times[next]! }
      } else brush.value = null
    } else if (event.key === 'Home') cursor.value = times.length > 0 ? 0 : null
    else if (event.key === 'End') cursor.value = times.length > 0 ? times.length - 1 : null
    else if (event.key === 'Enter' && brush.value !== null) finish(brush.value)
    else if (event.key === 'Escape' && (brush.value !== null || cursor.value !== null)) {
      brush.value = null
      cursor.value = null
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const at = cursor.value !== null && cursor.value < times.length ? cursor.value : null
  const reading =
    at === null
      ? 'Arrow keys read the values'
      : `${exactTime(times[at]!)}: ${series.map(({ name, values }) => `${name} ${shown(values[at], format)}`).join(', ')}`
  return (
    <div class="chart">
      {(props.hasLegend ?? series.length > 1) && <Legend series={series} />}
      <div class="chart-box" ref={box} style={{ height: `${height}px` }}>
        {width.value > 0 && (
          <svg
            width={width.value}
            height={height}
            role="img"
            aria-label={summarise(label, series, format)}
            class={onBrush === undefined ? '' : 'has-brush'}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerLeave={() => {
              if (brush.value === null) cursor.value = null
            }}
          >
            {ticks.map((tick) => (
              <g key={tick} class="tick">
                <line x1={margin.left} x2={margin.left + inner.width} y1={y(tick)} y2={y(tick)} />
                <text x={margin.left - 8} y={y(tick) + 4} text-anchor="end">
                  {format(tick)}
                </text>
              </g>
            ))}
            {timeTicks(from, to, inner.width / 90).map(({ at: instant, isDay }) => (
              <text
                key={instant}
                class={isDay ? 'time day' : 'time'}
                x={Math.min(x(instant), margin.left + inner.width - 16)}
                y={height - 6}
                text-anchor="middle"
              >
                {axisTime(instant, isDay)}
              </text>
            ))}
            {brush.value !== null && (
              <rect
                class="brush"
                x={Math.min(x(brush.value.from), x(brush.value.to))}
                width={Math.max(1, Math.abs(x(brush.value.to) - x(brush.value.from)))}
                y={margin.top}
                height={inner.height}
              />
            )}
            {(props.marks ?? []).map((mark) => (
              <g key={mark.label} class="mark">
                <line x1={x(mark.at)} x2={x(mark.at)} y1={margin.top} y2={margin.top + inner.height} />
                <text
                  x={x(mark.at) + (x(mark.at) > width.value / 2 ? -6 : 6)}
                  y={margin.top + 12}
                  text-anchor={x(mark.at) > width.value / 2 ? 'end' : 'start'}
                >
                  {mark.label}
                </text>
              </g>
            ))}
            {series.map((one) => (
              <Line
                key={one.name}
                series={one}
                times={times}
                gap={props.gap ?? step * 1.5}
                x={middle}
                y={y}
                floor={y(0)}
              />
            ))}
            {at !== null && (
              <g class="cursor">
                <line x1={middle(at)} x2={middle(at)} y1={margin.top} y2={margin.top + inner.height} />
                {series.map(
                  ({ name, values, look }) =>
                    typeof values[at] === 'number' && (
                      <circle key={name} class={`look-${look}`} cx={middle(at)} cy={y(values[at])} r="3.5" />
                    ),
                )}
              </g>
            )}
          </svg>
        )}
        {/* A slider in all but its looks: the arrow keys move it, and it tells where it is. */}
        <div
          class="chart-keys"
          role="slider"
          tabIndex={0}
          aria-label={`${label}: read the values`}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, times.length - 1)}
          aria-valuenow={at ?? 0}
          aria-valuetext={reading}
          onKeyDown={onKeyDown}
        />
        {at !== null && (
          <Reading
            left={middle(at)}
            width={width.value}
            start={times[at]!}
            end={times[at]! + step}
            series={series}
            at={at}
            format={format}
          />
        )}
      </div>
      <div class="chart-foot">
        <ChartTable label={label} times={times} series={series} format={format} />
        {onBrush !== undefined && (
          <span class="quiet">
            Drag, or hold Shift with the arrow keys and press Enter, to choose a time.
          </span>
        )}
      </div>
    </div>
  )
}

interface LineProps {
  readonly series: ChartSeries
  readonly times: readonly number[]
  readonly gap: number
  readonly floor: number
  x(index: number): number
  y(value: number): number
}

function Line({ series: { values, look, isArea }, times, gap, x, y, floor }: LineProps) {
  return (
    <g class={`look-${look}`}>
      {runsOf(times, values, gap).map(({ first, last }) => {
        const points = Array.from({ length: last - first + 1 }, (_, i) => ({
          x: x(first + i),
          y: y(values[first + i]!),
        }))
        // One step alone is no line: it is a dot.
        if (points.length === 1)
          return <circle key={first} class="dot" cx={points[0]!.x} cy={points[0]!.y} r="2.5" />
        return (
          <g key={first}>
            {isArea && <path class="area" d={areaPath(points, floor)} />}
            <path class="line" d={linePath(points)} />
          </g>
        )
      })}
    </g>
  )
}

function Legend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <ul class="chart-legend">
      {series.map(({ name, look }) => (
        <li key={name}>
          <LookSign look={look} /> {name}
        </li>
      ))}
    </ul>
  )
}

/** A piece of a line as it is drawn. */
export function LookSign({ look }: { look: number }) {
  return (
    <svg width="24" height="8" aria-hidden="true" class={`look-${look} look-sign`}>
      <path class="line" d="M0 4L24 4" />
    </svg>
  )
}

interface ReadingProps {
  readonly left: number
  readonly width: number
  readonly start: number
  readonly end: number
  readonly series: readonly ChartSeries[]
  readonly at: number
  format(value: number): string
}

/** What the values are where the cursor is, in the viewer's time and in UTC. */
function Reading({ left, width, start, end, series, at, format }: ReadingProps) {
  const isRight = left > width / 2
  return (
    <div
      class="reading"
      aria-hidden="true"
      style={isRight ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` }}
    >
      <p>
        {exactTime(start)}
        <span class="quiet"> · {utcTime(start, end)}</span>
      </p>
      <dl>
        {series.map(({ name, values, look }) => (
          <div key={name}>
            <dt>
              <LookSign look={look} /> {name}
            </dt>
            <dd>{shown(values[at], format)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function shown(value: number | null | undefined, format: (value: number) => string): string {
  return typeof value === 'number' ? format(value) : '–'
}

function floorTo(instant: number, length: number): number {
  return Math.floor(instant / length) * length
}
