/**
 * How many profiles of 5,000 nodes one core adds up in a second where no roll-up helps: those of a sealed window, read node by
 * node, and the records of a segment, one after the other. Decrypting and inflating are not in it. Prints JSON lines; asserts
 * nothing about time. Beside it, in the same run, the naive way: JSON.parse and Maps.
 *
 *     HOSTS=200 node bench/merge.ts
 */
import { ProfileDecoder } from '@wick/profile'
import { addProfiles } from '../packages/server/src/store/block-sections.ts'
import { Epoch } from '../packages/server/src/store/epoch.ts'
import { EpochMap } from '../packages/server/src/store/epoch-map.ts'
import { EpochReader } from '../packages/server/src/store/epoch-reader.ts'
import { EpochSums } from '../packages/server/src/store/epoch-sums.ts'
import { EpochWriter } from '../packages/server/src/store/epoch-writer.ts'
import { readRecord } from '../packages/server/src/store/record-content.ts'
import { WindowBuild } from '../packages/server/src/store/window-build.ts'
import { addInto } from './naive-sum.ts'
import { postedJson, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'

const hosts = Number(process.env.HOSTS ?? 200)
const rounds = 40
const form = 'packed'
const program = syntheticProgram('jvm')
const bodies = Array.from({ length: hosts }, (_, host) =>
  postedJson(syntheticProfile(program, { seed: host + 1 })),
)

const decoder = new ProfileDecoder()
const writer = new EpochWriter(true)
const payloads = bodies.map((body) => Uint8Array.from(writer.encode(0, decoder.decode(body))))

const segment = new Epoch()
const day = new Epoch()
const map = new EpochMap(segment, day)
const build = new WindowBuild(0, day)
for (const payload of payloads) {
  const { start, end, vectors, extras } = readRecord(segment, payload, form)
  build.add({ start, end, receivedAt: end, extras: extras() }, vectors, map)
}
const section = build.sections().find(([kind]) => kind === 'vectors')![1]

/** Profiles a second: the median and the most of some rounds over all hosts. */
function perSecond(run: () => void): { readonly value: number; readonly most: number } {
  const taken: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    taken.push((user + system) / 1e6)
  }
  taken.sort((a, b) => a - b)
  return { value: hosts / taken[rounds >> 1]!, most: hosts / taken[0]! }
}

function naive(): number {
  const sums = new Map<string, number>()
  const before = process.cpuUsage()
  const some = bodies.slice(0, 20)
  for (const body of some) addInto(sums, JSON.parse(new TextDecoder().decode(body)).callgraph, '')
  const { user, system } = process.cpuUsage(before)
  return some.length / ((user + system) / 1e6)
}

const baseline = naive()
function print(metric: string, { value, most }: { readonly value: number; readonly most: number }): void {
  const [rounded, most3, base] = [value, most, baseline].map((number) => Number(number.toPrecision(3)))
  const unit = 'profiles/s/core'
  console.log(
    JSON.stringify({ bench: 'merge', metric, value: rounded, most: most3, unit, hosts, baseline: base }),
  )
}

const all = new Uint8Array(hosts).fill(1)
const half = all.map((_, host) => host % 2)
const sums = new EpochSums(day)
print(
  'merge_sealed',
  perSecond(() => addProfiles(section, all, sums)),
)
print(
  'merge_sealed_every_other',
  perSecond(() => addProfiles(section, half, sums)),
)
// The dictionary is read in the first round of it; the fleet's later rounds would have to be records that spell nothing out.
const reader = new EpochReader()
for (const payload of payloads) reader.apply({ window: 0, form }, payload)
const later = bodies.map((body) => Uint8Array.from(writer.encode(0, decoder.decode(body))))
print(
  'merge_records',
  perSecond(() => {
    for (const payload of later) reader.apply({ window: 0, form }, payload)
  }),
)
