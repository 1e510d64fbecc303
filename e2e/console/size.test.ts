import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const dist = resolve(import.meta.dirname, '../../packages/web/dist')

test('what the browser must load before it can show anything is at most 60 kB of script, gzipped', async () => {
  const page = await readFile(`${dist}/index.html`, 'utf8')
  const scripts = [...page.matchAll(/(?:src|modulepreload" [^>]*href)="\/console\/([^"]+\.js)"/g)].map(
    ([, path]) => path!,
  )
  assert.ok(
    scripts.some((path) => path.startsWith('assets/index-')),
    `no entry script in ${page}`,
  )
  const sizes = await Promise.all(
    scripts.map(async (path) => gzipSync(await readFile(`${dist}/${path}`)).length),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0)
  assert.ok(total <= 60_000, `${scripts} take ${total} bytes`)
})
