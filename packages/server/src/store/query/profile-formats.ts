import {
  type CallTree,
  encodeCollapsed,
  encodeIon,
  encodeJson,
  encodePprof,
  encodeSpeedscope,
} from '@wick/profile'
import type { ProfileFormat } from '../../storage/ports.ts'

/** How a whole profile is written, by format. Epoch milliseconds. @throws ProfileError where it becomes too large */
export const profileFormats: Readonly<
  Record<
    ProfileFormat,
    (profile: { readonly start: number; readonly end: number; readonly tree: CallTree }) => Uint8Array
  >
> = {
  ion: encodeIon,
  json: (profile) => encodeJson(profile),
  pprof: (profile) => encodePprof(profile),
  collapsed: ({ tree }) => encodeCollapsed(tree, 'summed'),
  'collapsed-by-counter': ({ tree }) => encodeCollapsed(tree, 'as-roots'),
  speedscope: ({ start, end, tree }) =>
    encodeSpeedscope(tree, `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`),
}
