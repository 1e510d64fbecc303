/**
 * Where this package's own files lie: beside this one. Where a bundler put it into a program's file they are not, and
 * `import.meta` is empty, or tells of the program's file or of the machine that made it. That harms nothing at the import: it
 * is said when the agent is to start.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { version } from './version.ts'

/** Of this module; where it has none, of a file that has none of the package's beside it. */
export const ownUrl = fileUrl() ?? pathToFileURL(process.execPath).href

/** Loads what is loaded late. */
export const load = createRequire(ownUrl)

function fileUrl(): string | null {
  try {
    return isOfThisScript(import.meta.url) ? import.meta.url : null
  } catch {
    return null
  }
}

/** As V8 names it: modules go by addresses, CommonJS by paths. Where the program has its errors name nothing it is believed. */
function isOfThisScript(url: string): boolean {
  const path = fileURLToPath(url)
  const stack = String(new Error().stack)
  return !stack.includes('\n    at ') || stack.includes(url) || stack.includes(path)
}

/** @returns a file of the package beside this one, compiled or not */
export function fileBeside(name: string): URL {
  return new URL(ownUrl.endsWith('.ts') ? `./${name}.ts` : `./${name}.cjs`, ownUrl)
}

/** Whether this is the package as it is published, and not a part of a program's bundle. */
export function isInstalled(): boolean {
  try {
    const told = JSON.parse(readFileSync(new URL('../package.json', ownUrl), 'utf8'))
    const files = ['index', 'reporter', 'last-report-thread']
    return (
      told.name === '@wick/agent' &&
      told.version === version &&
      files.every((file) => existsSync(fileBeside(file)))
    )
  } catch {
    return false
  }
}
