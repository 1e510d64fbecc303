/** The path of a line through points, as SVG writes it; it breaks where a step has no data. */

export interface Point {
  readonly x: number
  readonly y: number
}

/** Runs of points that belong together: neighbours at most `gap` apart, each with a value. */
export function runsOf(
  times: readonly number[],
  values: readonly (number | null)[],
  gap: number,
): { readonly first: number; readonly last: number }[] {
  const runs: { first: number; last: number }[] = []
  for (let i = 0; i < times.length; i++) {
    if (values[i] === null || values[i] === undefined) continue
    const run = runs.at(-1)
    if (run !== undefined && run.last === i - 1 && times[i]! - times[i - 1]! <= gap) run.last = i
    else runs.push({ first: i, last: i })
  }
  return runs
}

export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('')
}

/** The area below a line, down to `floor`. */
export function areaPath(points: readonly Point[], floor: number): string {
  if (points.length === 0) return ''
  return `${linePath(points)}L${rounded(points.at(-1)!.x)} ${rounded(floor)}L${rounded(points[0]!.x)} ${rounded(floor)}Z`
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
