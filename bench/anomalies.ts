/**
 * What it costs to judge one hour of a group: CPU milliseconds of decoding the hour's profile, adding it to both histories, keeping
 * them, and judging each function that is followed. Prints JSON lines; asserts nothing about time.
 *
 *     FRAMES=20000 HOURS=340 node bench/anomalies.ts
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeIon, ProfileDecoder } from '@wick/profile'
import { analyst } from '../packages/server/src/anomalies/analyst.ts'

const frames = Number(process.env.FRAMES ?? 20_000)
/** A fortnight: from then on as much is looked back at as ever is. */
const hours = Number(process.env.HOURS ?? 340)
const measured = 20
/** Functions that one request calls. */
const width = 10

/** All functions once, below handlers; heavy and light ones as programs have them, a little different each hour. */
function body(hour: number): Uint8Array {
  const handlers: Record<string, object> = {}
  for (let handler = 0; handler < frames / width; handler++) {
    const children: Record<string, object> = {}
    for (let i = 1; i < width; i++) {
      const rank = handler * width + i
      const count = Math.ceil(2_000_000 / (rank + 20)) + ((hour * 7919 + rank * 31) % 17)
      children[`service.part${handler}:function${i}`] = { counts: { RUNNABLE: count, WAITING: count >> 1 } }
    }
    handlers[`service.part${handler}:handle`] = { counts: { RUNNABLE: 1 }, children }
  }
  const profile = { start: hour * 3_600_000, end: (hour + 1) * 3_600_000, callgraph: { children: handlers } }
  const { start, end, tree } = new ProfileDecoder().decode(Buffer.from(JSON.stringify(profile)))
  return Uint8Array.from(encodeIon({ start, end, tree }))
}

const directory = mkdtempSync(join(tmpdir(), 'wick-bench-anomalies-'))
try {
  const group = { id: '00000000-0000-4000-8000-000000000000', keys: [new Uint8Array(32).fill(1)] }
  const nothing = { CPU: [], LATENCY: [] }
  let judge = analyst({ directory })
  const bodies = [0, 1, 2, 3, 4, 5, 6].map(body)
  const taken: number[] = []
  const timed = async (hour: number): Promise<void> => {
    const before = process.cpuUsage()
    const one = Uint8Array.from(bodies[hour % bodies.length]!)
    await judge.addHour(group, { hour, body: one, keenness: nothing, open: nothing })
    const { user, system } = process.cpuUsage(before)
    taken.push((user + system) / 1000)
  }
  for (let hour = 0; hour < hours; hour++) await timed(hour)
  const print = (metric: string, value: number, unit: string): void =>
    console.log(
      JSON.stringify({
        bench: 'anomalies',
        metric,
        value: Number(value.toPrecision(3)),
        unit,
        frames,
        hours,
      }),
    )
  const last = taken.slice(-measured).sort((a, b) => a - b)
  print('judge_hour_cpu', last[measured >> 1]!, 'ms')
  // As after a restart, or where other groups took its place in memory.
  judge = analyst({ directory })
  await timed(hours)
  print('judge_hour_from_files_cpu', taken.at(-1)!, 'ms')
  const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
  print('bytes_per_hour', bytes / (hours + 1), 'bytes')
} finally {
  rmSync(directory, { recursive: true })
}
