import { parsePattern } from './parse-pattern.ts'
import type { Language, Pattern } from './pattern.ts'
import { jvmPatterns } from './patterns/jvm/index.ts'
import { nodePatterns } from './patterns/node/index.ts'
import { pythonPatterns } from './patterns/python/index.ts'

/** The patterns that come with Wick: files of `patterns/LANGUAGE`, each a list. */
export function shippedPatterns(): readonly Pattern[] {
  known ??= [...read('jvm', jvmPatterns), ...read('python', pythonPatterns), ...read('node', nodePatterns)]
  return known
}

let known: readonly Pattern[] | null = null

function read(language: Language, files: readonly (readonly object[])[]): Pattern[] {
  return files.flat().map((pattern) => parsePattern({ ...pattern, language }))
}
