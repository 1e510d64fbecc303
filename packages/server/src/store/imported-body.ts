import {
  type CallTree,
  decodeCollapsed,
  decodePprof,
  decodeSpeedscope,
  ProfileError,
  type ProfileLimits,
} from '@wick/profile'
import type { ImportFile } from '../storage/ports.ts'
import { type ProfileBody, profileBody } from './profile-body.ts'
import { windowMilliseconds } from './window.ts'

interface FileContent {
  readonly tree: CallTree
  /** What the file says of its time, if it does. */
  readonly start: number | null
  readonly durationMilliseconds: number | null
}

/**
 * A file's content as the body of one agent profile. Given times have precedence over those of the file; without a start
 * it is as long as a window.
 *
 * @throws ProfileError
 */
export function importedBody(file: ImportFile, limits: ProfileLimits): ProfileBody {
  if (file.format === 'profile') return { body: file.body, callgraph: null }
  const content = readFile(file, limits)
  const end = file.end ?? endOf(file, content)
  if (end === null) throw new ProfileError('field', 'The file does not say of what time it is: give endTime.')
  const length = content.durationMilliseconds ?? windowMilliseconds
  const start = file.start ?? Math.max(0, end - length)
  if (start > end) throw new ProfileError('field', 'startTime must not be later than endTime.')
  const agentInfo = { type: 'wick-import', version: file.format }
  const extras = new TextEncoder().encode(JSON.stringify({ agentMetadata: { agentInfo } }))
  return profileBody({ start, end }, content.tree, extras)
}

function readFile({ format, body, counter }: ImportFile, limits: ProfileLimits): FileContent {
  const timeless = { start: null, durationMilliseconds: null }
  switch (format) {
    case 'pprof':
      return decodePprof(body, limits)
    case 'speedscope':
      return { tree: decodeSpeedscope(body, limits), ...timeless }
    case 'collapsed':
      return { tree: decodeCollapsed(body, { counter: { name: counter }, limits }), ...timeless }
    default:
      return { tree: decodeCollapsed(body, { counter: 'first-frame', limits }), ...timeless }
  }
}

function endOf(file: ImportFile, { start, durationMilliseconds }: FileContent): number | null {
  const begin = file.start ?? start
  return begin === null ? null : begin + (durationMilliseconds ?? windowMilliseconds)
}
