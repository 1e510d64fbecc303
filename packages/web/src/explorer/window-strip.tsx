import { timeSpan, utcInstant } from '../format/times.ts'
import type { Explorer } from './explorer.ts'
import { windowMilliseconds } from './time-range.ts'

/** Where in the range there is data: one mark for each five minutes. */
export function WindowStrip({ explorer }: { explorer: Explorer }) {
  const windows = explorer.windows.value
  const failure = explorer.windowsFailure.value
  if (windows === null && failure?.code === 'AccessDeniedException')
    return (
      <p class="window-strip-missing quiet">
        When there is data is not shown: that needs <code>codeguru-profiler:ListProfileTimes</code>.
      </p>
    )
  // Its place is kept, so that nothing jumps when it comes.
  if (windows === null || windows.length === 0) return <div class="window-strip" />
  const filled = windows.filter((window) => window.hasData).length
  const first = windows[0]!.start
  const span = windows.at(-1)!.start + windowMilliseconds - first
  const words =
    filled === windows.length
      ? 'Every five minutes of this range hold data.'
      : `${filled} of ${windows.length} five-minute windows of this range hold data.`
  return (
    <svg
      class="window-strip"
      viewBox="0 0 1000 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${words} ${timeSpan(first, first + span, Date.now())}`}
    >
      <title>{`${words} ${utcInstant(first)} – ${utcInstant(first + span)}`}</title>
      {runs(windows).map(({ start, end }) => (
        <rect
          key={start}
          x={((start - first) / span) * 1000}
          width={((end - start) / span) * 1000}
          y="0"
          height="8"
        />
      ))}
    </svg>
  )
}

/** Neighbouring windows with data as one stretch of time. */
function runs(windows: readonly { start: number; hasData: boolean }[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const { start, hasData } of windows) {
    const last = found.at(-1)
    if (!hasData) continue
    if (last?.end === start) last.end = start + windowMilliseconds
    else found.push({ start, end: start + windowMilliseconds })
  }
  return found
}
