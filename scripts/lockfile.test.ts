import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

interface Locked {
  readonly link?: boolean
  readonly integrity?: string
  readonly hasInstallScript?: boolean
}

/** Packages that come from a registry: workspaces lie beside their links. */
const locked: readonly (readonly [path: string, entry: Locked])[] = Object.entries<Locked>(
  JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')).packages,
).filter(([path, { link }]) => path.includes('node_modules/') && link !== true)

test('threat 23: every package is locked to its content', () => {
  assert.ok(locked.length > 100, `${locked.length}`)
  for (const [path, { integrity }] of locked) assert.match(integrity ?? '', /^sha512-/, path)
})

test('threat 23: no package runs a script of its own when it is installed', () => {
  const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
  assert.deepEqual(running, [])
})
