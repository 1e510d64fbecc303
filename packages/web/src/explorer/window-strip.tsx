import { timeSpan, utcInstant } from '../format/times.ts'
import { type ProfileStep, stepMilliseconds } from '../range/steps.ts'
import type { Explorer, Windows } from './explorer.ts'

const stepWords: Readonly<Record<ProfileStep, readonly [each: string, many: string]>> = {
  PT5M: ['Every five minutes', 'five-minute windows'],
  PT1H: ['Every hour', 'hours'],
  P1D: ['Every day', 'days'],
}

/** Where in the range there is data: one mark for each five minutes, hour or day. */
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
  if (windows === null || windows.starts.length === 0) return <div class="window-strip" />
  const { starts, filled, step } = windows
  // An answer is widened to whole windows of what is kept: it may begin before the range.
  const count = starts.filter((start) => filled.has(start)).length
  const first = starts[0]!
  const span = starts.at(-1)! + stepMilliseconds[step] - first
  const [each, many] = stepWords[step]
  const words =
    count === starts.length
      ? `${each} of this range hold data.`
      : `${count} of ${starts.length} ${many} of this range hold data.`
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

/** Neighbouring steps with data as one stretch of time. */
function runs({ starts, filled, step }: Windows): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const start of starts) {
    if (!filled.has(start)) continue
    const last = found.at(-1)
    const end = start + stepMilliseconds[step]
    if (last?.end === start) last.end = end
    else found.push({ start, end })
  }
  return found
}
