/** Which frames are the agent's own: the program is shown what the program did. */
import { dirname, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ownUrl } from './beside.ts'

const path = dirname(fileURLToPath(ownUrl)) + sep
const { href } = pathToFileURL(path)

/**
 * Whose doing is what runs in a frame, and below it as far as no other says otherwise. `between`: the agent's, but it only
 * passes on what the program does. null: it says nothing of that.
 */
export type Ownership = 'program' | 'agent' | 'between' | null

/** They call functions of the program: a handler of Lambda, the constructor of a worker. */
const between = new Set(['profiled', 'construct'])

/** @param url of a script, as V8 has it: modules go by addresses, CommonJS by paths */
export function ownershipOf(functionName: string, url: string): Ownership {
  if (url === '' || url.startsWith('node:')) return null
  if (!url.startsWith(href) && !url.startsWith(path)) return 'program'
  return between.has(functionName) ? 'between' : 'agent'
}
