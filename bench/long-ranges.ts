/**
 * What a flame graph of months costs, as the server itself measures it (Server-Timing): the first time, when every day is read,
 * and asked again. Each day has four windows of eight hosts. Prints JSON lines; asserts nothing about time.
 *
 *     DAYS=366 PATHS=57000 node bench/long-ranges.ts
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillStore } from './filled-store.ts'
import { syntheticProgram } from './synthetic-profile.ts'
import { createGroup, send, startWick } from './wick-server.ts'

const days = Number(process.env.DAYS ?? 366)
const paths = Number(process.env.PATHS ?? 17_000)
const day = 24 * 60 * 60_000
const group = 'bench'
const to = Math.floor(Date.now() / day) * day
const from = to - days * day

const directory = await mkdtemp(join(tmpdir(), 'wick-bench-'))
const agent = new Agent({ keepAlive: true })
try {
  const empty = await startWick(directory, { isTls: false })
  await createGroup(empty.target, group)
  await empty.server.stop()
  const program = syntheticProgram('jvm', { paths })
  await fillStore(directory, { program, hosts: 8, from, to, every: day / 4 })
  const { server, target } = await startWick(directory, { isTls: false })
  try {
    for (const length of [7, 30, 90, 366]) {
      if (length > days) continue
      const body = Buffer.from(
        JSON.stringify({
          startTime: new Date(to - length * day).toISOString(),
          endTime: new Date(to).toISOString(),
        }),
      )
      for (const time of ['first', 'again']) {
        const before = await server.cpuMilliseconds()
        const accept = 'application/vnd.wick.tree'
        const path = `/v1/profilingGroups/${group}/tree`
        const { status, milliseconds } = await send(
          target,
          agent,
          'POST',
          path,
          body,
          'application/json',
          accept,
        )
        if (status !== 200) throw new Error(`${path} was answered ${status}`)
        const cpu = (await server.cpuMilliseconds()) - before
        const resident = await server.residentMebibytes()
        console.log(
          JSON.stringify({
            bench: 'long-ranges',
            metric: `tree_${length}_days_${time}`,
            value: milliseconds,
            unit: 'ms',
            cpu,
            resident,
            paths,
          }),
        )
      }
    }
  } finally {
    await server.stop()
  }
} finally {
  agent.destroy()
  await rm(directory, { recursive: true })
}
