/**
 * How well anomaly detection tells changes from noise: docs/anomaly-detection.md. FLEETS invented fleets (16) from SEED (1)
 * on, each of 30 judged days; JSON lines: what was missed and what was told for nothing, a table of sizes for each
 * detector, and last the figures of Wick's.
 */
import {
  type Detector,
  defaultFleet,
  evaluate,
  fixedThreshold,
  ourDetector,
  seasonalZScore,
  type Verdict,
} from '@wick/analysis/evaluation'

const fleets = Number(process.env.FLEETS ?? 16)
const seed = Number(process.env.SEED ?? 1)
const inTime = 3
const sizes = [0.001, 0.003, 0.01, 0.03, 0.1, 0.5]

const print = (row: object) => console.log(JSON.stringify(row))

let detecting = 0
let hoursDetected = 0

/** The detector with its own CPU time taken. */
function timed(detector: Detector): Detector {
  return {
    name: detector.name,
    hour(hour, profiles) {
      const start = process.cpuUsage()
      const alarms = detector.hour(hour, profiles)
      const { user, system } = process.cpuUsage(start)
      detecting += (user + system) / 1_000
      hoursDetected++
      return alarms
    },
  }
}

function figures(name: string, verdicts: readonly Verdict[]) {
  const found = verdicts.flatMap((verdict) => verdict.found)
  const steps = found.filter(({ injected }) => injected.kind === 'step')
  const timely = (some: typeof found) => some.filter(({ delay }) => delay !== null && delay <= inTime)
  const recall = (least: number, most: number) => {
    const some = steps.filter(({ injected }) => injected.size >= least && injected.size < most)
    return some.length === 0 ? null : round(timely(some).length / some.length)
  }
  for (let i = 0; i + 1 < sizes.length; i++) {
    const [least, most] = [sizes[i]!, sizes[i + 1]!]
    const some = steps.filter(({ injected }) => injected.size >= least && injected.size < most)
    const delays = some.flatMap(({ delay }) => (delay === null ? [] : [delay])).sort((a, b) => a - b)
    print({
      detector: name,
      points: `${100 * least} to ${100 * most}`,
      steps: some.length,
      found_within_3h: timely(some).length,
      found: delays.length,
      median_delay_h: delays.length === 0 ? null : round(delays[delays.length >> 1]!),
      cause_named: some.filter(({ exact }) => exact).length,
    })
  }
  const drifts = found.filter(({ injected }) => injected.kind === 'drift' && injected.size >= 0.01)
  const alarms = verdicts.reduce((sum, verdict) => sum + verdict.alarms, 0)
  const wrong = verdicts.reduce((sum, verdict) => sum + verdict.falseAlarms.length, 0)
  const months = verdicts.reduce((sum, verdict) => sum + verdict.hours, 0) / 720
  return {
    detector: name,
    fleets: verdicts.length,
    alarms,
    precision: alarms === 0 ? null : round(1 - wrong / alarms),
    recall_1pct: recall(0.01, 1),
    recall_03pct: recall(0.003, 1),
    recall_drift_1pct:
      drifts.length === 0 ? null : round(drifts.filter(({ delay }) => delay !== null).length / drifts.length),
    false_alarms_per_group_month: round(wrong / months),
    false_alarms_per_group_week: round((wrong / months / 30) * 7),
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

const baselines = [fixedThreshold, seasonalZScore]
const verdictsOf: Verdict[][] = [...baselines.map(() => []), []]
for (let i = 0; i < fleets; i++) {
  const detectors = [...baselines.map((make) => make()), timed(ourDetector())]
  for (const [k, verdict] of evaluate({ ...defaultFleet, seed: seed + i }, ...detectors).entries())
    verdictsOf[k]!.push(verdict)
  process.stderr.write(`fleet ${i + 1} of ${fleets}\n`)
}
for (const [k, make] of baselines.entries()) print(figures(make().name, verdictsOf[k]!))
const verdicts = verdictsOf.at(-1)!
for (const [i, { found, falseAlarms }] of verdicts.entries()) {
  for (const { injected, delay } of found) {
    const { kind, size, from } = injected
    if (size >= 0.003 && (delay === null || (kind === 'step' && delay > inTime)))
      print({ missed: kind, seed: seed + i, size: round(size), from: round(from), delay })
  }
  for (const alarm of falseAlarms) print({ false_alarm: alarm, seed: seed + i })
}
print({ ...figures('wick', verdicts), cpu_ms_per_group_hour: round(detecting / hoursDetected) })
