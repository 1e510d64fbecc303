/** Files for other tools. Loaded when somebody asks for one. */
import { type CallTree, encodeCollapsed, encodePprof, encodeSpeedscope } from '@wick/profile'
import type { Questions } from './messages.ts'

export async function encodeFile(
  tree: CallTree,
  { format, title, start, end }: Questions['encode']['question'],
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'collapsed') return whole(encodeCollapsed(tree, 'summed'))
  if (format === 'speedscope') return whole(encodeSpeedscope(tree, title))
  const zipped = new Blob([whole(encodePprof({ start, end, tree }))])
    .stream()
    .pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(zipped).arrayBuffer())
}

/** In a buffer of its own. */
function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
