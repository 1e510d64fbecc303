import { createHash } from 'node:crypto'
import { type AgentProfile, type CallTree, encodeIon, encodeJson, ProfileError } from '@wick/profile'
import type { ProfilePost } from '../storage/ports.ts'

/** A profile in the shape of a posted one. */
export type ProfileBody = Required<Pick<ProfilePost, 'body' | 'callgraph'>>

/** Most bytes of a body: as JSON, and together with a call graph that is apart. */
export interface BodyLimits {
  readonly json: number
  readonly whole: number
}

export const bodyLimits: BodyLimits = { json: 16 * 1024 * 1024, whole: 128 * 1024 * 1024 }

/**
 * A profile as a body. JSON spells names out at every node: a call graph that would become too long for that is apart, as Ion,
 * which has each name once (and no lone surrogates: they become U+FFFD).
 *
 * @param times epoch milliseconds; @param extras as AgentProfile has them
 * @throws ProfileError where it is too long even so
 */
export function profileBody(
  times: { readonly start: number; readonly end: number },
  tree: CallTree,
  extras: Uint8Array,
  limits = bodyLimits,
): ProfileBody {
  const profile = { ...times, tree }
  try {
    return { body: encodeJson(profile, extras, limits.json), callgraph: null }
  } catch (error) {
    if (!isTooLong(error)) throw error
  }
  const body = encodeJson({ ...times, tree: nothing }, extras)
  return { body, callgraph: encodeIon(profile, { files: 'symbols', maxBytes: limits.whole - body.length }) }
}

export function isTooLong(error: unknown): boolean {
  return error instanceof ProfileError && error.reason === 'size'
}

/** Bytes. */
export function lengthOf({ body, callgraph }: Pick<ProfilePost, 'body' | 'callgraph'>): number {
  return body.length + (callgraph?.length ?? 0)
}

/** SHA-256. */
export function digestOf({ body, callgraph = null }: Pick<ProfilePost, 'body' | 'callgraph'>): Uint8Array {
  const hash = createHash('sha256').update(body)
  return (callgraph === null ? hash : hash.update(callgraph)).digest()
}

/** A body, and the call graph that is apart from it. @throws ProfileError */
export function readBody(
  { body, callgraph = null }: Pick<ProfilePost, 'body' | 'callgraph'>,
  decoder: { decode(body: Uint8Array): AgentProfile },
): AgentProfile {
  const profile = decoder.decode(body)
  if (callgraph === null) return profile
  const { start, end } = profile
  // The next call overwrites them.
  const extras = profile.extras.slice()
  return { ...decoder.decode(callgraph), start, end, extras }
}

const noNames = { bytes: new Uint8Array(0), offsets: new Uint32Array(1), length: 0 }
const unknown = Int32Array.of(-1)
/** A root, and no samples. */
const nothing: CallTree = {
  names: noNames,
  files: noNames,
  parent: unknown,
  frame: unknown,
  file: unknown,
  firstLine: unknown,
  lastLine: unknown,
  counters: [],
}
