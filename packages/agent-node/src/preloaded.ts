/**
 * Whether this package is what `--import` or `--require` named, on the command line or in NODE_OPTIONS: then nobody will
 * call `start`. A program that imports the package itself does that.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { wordsOfNode } from './node-options.ts'

const flags = ['--import', '--require', '-r']

/** @param ownUrl of the module that asks */
export function isPreloaded(ownUrl: string, argv?: readonly string[], options?: string): boolean {
  const words = wordsOfNode(argv, options)
  return words.some((word, at) => {
    const equals = word.indexOf('=')
    const value = flags.includes(word)
      ? (words[at + 1] ?? '')
      : equals > 0 && flags.includes(word.slice(0, equals))
        ? word.slice(equals + 1)
        : ''
    return value !== '' && names(value, ownUrl)
  })
}

function names(value: string, ownUrl: string): boolean {
  if (value === '@wick/agent') return true
  const isFile =
    value.startsWith('.') || value.startsWith('/') || value.startsWith('file:') || value.includes('\\')
  if (!isFile) return false
  try {
    const path = value.startsWith('file:') ? fileURLToPath(value) : value
    return pathToFileURL(realpathSync(path)).href === ownUrl
  } catch {
    return false
  }
}
