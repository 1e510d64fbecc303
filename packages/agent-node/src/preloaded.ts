/**
 * Whether this package is what `--import` or `--require` named, on the command line or in NODE_OPTIONS: then nobody will
 * call `start`. A program that imports the package itself does that.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const flags = ['--import', '--require', '-r']

/** @param ownUrl of the module that asks */
export function isPreloaded(
  ownUrl: string,
  argv: readonly string[] = process.execArgv,
  options: string = process.env.NODE_OPTIONS ?? '',
): boolean {
  const words = [...argv, ...wordsOf(options)]
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

/** As Node reads NODE_OPTIONS: double quotes hold blanks, and a backslash in them whatever follows it. */
function wordsOf(options: string): string[] {
  const words = options.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, quoted: string) => quoted.replace(/\\(.)/g, '$1')),
  )
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
