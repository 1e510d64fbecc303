import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ProfileDecoder, type ProfileLimits } from '@wick/profile'
import { maxGroupCounters } from './group-counters.ts'

/** A day of a large fleet; sums of hundreds of them stay exact. */
const limitsOfSums = {
  maxNodes: 4_000_000,
  maxNames: 2_000_000,
  maxSamples: 2 ** 45,
  maxCounters: maxGroupCounters,
}

export interface Decoders {
  /** Of what agents send. */
  readonly profiles: ProfileDecoder
  /** Of sums over a fleet. */
  readonly sums: ProfileDecoder
}

const ofThisThread = new WeakMap<ProfileLimits, Promise<Decoders>>()

/** The decoders of this thread: each keeps tens of megabytes from one profile to the next, whichever store that is for. */
export function decodersFor(limits: ProfileLimits): Promise<Decoders> {
  const made = ofThisThread.get(limits) ?? makeDecoders(limits)
  ofThisThread.set(limits, made)
  return made
}

async function makeDecoders(limits: ProfileLimits): Promise<Decoders> {
  const profiles = new ProfileDecoder(limits, await loadDecoderModule())
  return { profiles, sums: new ProfileDecoder({ ...limits, ...limitsOfSums }) }
}

/** The decoders of profiles in WebAssembly; null where the machine cannot run it, which costs speed and nothing else. */
export async function loadDecoderModule(): Promise<WebAssembly.Module | null> {
  const file = fileURLToPath(import.meta.resolve('@wick/profile/decoder.wasm'))
  const bytes = await readFile(file)
  try {
    return await WebAssembly.compile(bytes)
  } catch {
    // Processors without vector instructions, and Node without its compilers (--jitless).
    return null
  }
}
