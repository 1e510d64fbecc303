/**
 * How long a server takes to be ready after it was ended by kill -9 with segments that are not sealed: it reads every record's
 * header and checksum again. Prints JSON lines; asserts nothing about time. Beside it, in the same run, the least it could
 * be: reading the same bytes.
 *
 *     MEBIBYTES=1024 node bench/recovery.ts
 */
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keep, openBenchStore, windowLength } from './filled-store.ts'
import { directoryBytes } from './server-process.ts'
import { postedJson, seededRandom, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { createGroup, startWick } from './wick-server.ts'

const wanted = Number(process.env.MEBIBYTES ?? 128) * 1024 * 1024
/** Posts on their way at a time. */
const abreast = 64

/** Small profiles with much beside the call tree that does not compress: records as long as large profiles have, made sooner. */
function bodies(): string[] {
  const random = seededRandom(3)
  const program = syntheticProgram('jvm', { paths: 2000 })
  return Array.from({ length: 64 }, (_, seed) => {
    const noise = Array.from({ length: 400 }, () => Math.floor(random() * 2 ** 20).toString(36)).join('')
    const body = Buffer.from(postedJson(syntheticProfile(program, { seed: seed + 1, nodes: 200 }))).toString()
    return body.replace('{', `{"noise": "${noise}", `)
  })
}

const directory = await mkdtemp(join(tmpdir(), 'wick-bench-'))
try {
  const empty = await startWick(directory, { isTls: false })
  await createGroup(empty.target, 'bench')
  await empty.server.stop()

  const profiles = join(directory, 'profiles')
  const some = bodies()
  const now = Date.now()
  const bench = await openBenchStore(directory, () => now)
  let posts = 0
  // No window that is over: nothing of it is sealed while the server starts.
  while ((await directoryBytes(profiles)) < wanted) {
    for (let round = 0; round < 64; round++)
      await Promise.all(
        Array.from({ length: abreast }, () => {
          const times = `"start": ${now - windowLength}, "end": ${now + 1000}`
          const body = some[posts++ % some.length]!.replace(/"start": \d+, "end": \d+/, times)
          return keep(bench, new Uint8Array(Buffer.from(body)), now)
        }),
      )
  }
  await bench.close()
  const bytes = await directoryBytes(profiles)

  const reading = performance.now()
  for (const name of await readdir(profiles))
    if (name.endsWith('.wickseg')) for await (const _ of createReadStream(join(profiles, name)));
  const baseline = performance.now() - reading
  const starting = performance.now()
  const { server } = await startWick(directory, { isTls: false })
  const value = performance.now() - starting
  const round = (number: number): number => Number(number.toPrecision(3))
  console.log(
    JSON.stringify({
      bench: 'recovery',
      metric: 'ready_after_kill',
      value: round(value),
      unit: 'ms',
      baseline: round(baseline),
      mebibytes: round(bytes / 1024 / 1024),
      profiles: posts,
      resident_mebibytes: round(await server.residentMebibytes()),
    }),
  )
  await server.stop()
} finally {
  await rm(directory, { recursive: true })
}
