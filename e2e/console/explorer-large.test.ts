/** The explorer on more than a million call paths, in a real browser and from a real server. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decodePrunedTree } from '@wick/profile'
import type { Page } from 'playwright-core'
import { selectedFrame, settled, walkTo } from '../support/browser.ts'
import type { Caller } from '../support/caller.ts'
import { type OpenConsole, startConsole } from '../support/console.ts'

/** One post holds at most 200,000 nodes. */
const parts = 6
const modules = 10
const functions = 10
const calls = 1800
/** Nodes of a part: its own, its modules, their functions, and what these call. */
const pathsOfPart = 1 + modules * (1 + functions * (1 + calls))
const paths = parts * pathsOfPart

let caller: Caller
let signedIn: OpenConsole
let stop: (() => Promise<void>) | undefined

before(async () => {
  ;({ caller, signedIn, stop } = await startConsole({ reducedMotion: 'reduce' }))
  await caller.createGroup('large')
  const end = Date.now()
  for (let part = 0; part < parts; part++) {
    const { status, body } = await caller.post('large', postOf(part, end), {
      headers: { 'content-encoding': 'gzip' },
    })
    assert.equal(status, 204, body.toString())
  }
})

after(() => stop?.())

test('a million call paths: the picture comes, detail comes where one zooms, search finds, drawing follows the pixels', async () => {
  assert.ok(paths >= 1_000_000)
  assert.equal(await keptPaths(), paths)
  const page = await signedIn.open('/console/groups/large?v=2')
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await settled(page)
  await walkTo(page, ['main', 'part3', 'module1', 'function2'])
  assert.match(await selectedFrame(page), /^function2, 0\.2 percent of CPU time/)

  const search = page.getByRole('searchbox', { name: 'Search functions' })
  await search.fill('function2')
  await page.getByText(`${parts * modules} matches, 10.0 % of view`).waitFor({ state: 'attached' })
  await search.fill('')

  const finer = page.waitForResponse(
    (response) =>
      response.request().postData()?.includes('"focus":["main","part3","module1","function2"]') === true,
  )
  await walkTo(page, ['main', 'part3', 'module1', 'function2'])
  await page.keyboard.press('Enter')
  assert.equal((await finer).status(), 200)
  await settled(page)
  await search.fill('callee')
  await page.getByText('1,800 matches, 100 % of view').waitFor({ state: 'attached' })
  await search.fill('callee1799')
  await page.getByText('1 match,', { exact: false }).waitFor({ state: 'attached' })
  await search.fill('')

  await page.keyboard.press('Escape')
  for (const key of ['0', 'o', '2', '1', 'o']) {
    await page.getByRole('tree', { name: 'Flame graph' }).focus()
    await page.keyboard.press(key)
    await settled(page)
  }
  const { drawings, columns, rows } = await drawn(page)
  assert.ok(drawings.length > 5, `${drawings.length} drawings`)
  assert.ok(Math.max(...drawings) > 100)
  assert.ok(Math.max(...drawings) <= 3 * columns * rows, `${Math.max(...drawings)} boxes visited`)
  await page.close()
})

/** How many boxes were looked at for each drawing, and how large the canvas is. */
function drawn(page: Page) {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.flame-canvas')!
    const drawings = performance
      .getEntriesByName('flame-graph')
      .map((entry) => (entry as PerformanceMeasure).detail.visited as number)
    return { drawings, columns: canvas.width, rows: Math.ceil(canvas.height / (20 * devicePixelRatio)) + 1 }
  })
}

/** Call paths that the server has, as it counts them: those it sends, and those it leaves out. */
async function keptPaths(): Promise<number> {
  const now = Date.now()
  const { status, body } = await caller.send({
    method: 'POST',
    target: '/v1/profilingGroups/large/tree',
    headers: { accept: 'application/vnd.wick.tree', 'content-type': 'application/json' },
    body: JSON.stringify({
      startTime: new Date(now - 3_600_000).toISOString(),
      endTime: new Date(now).toISOString(),
    }),
  })
  assert.equal(status, 200, body.toString())
  const { parent, hidden } = decodePrunedTree(body)
  // Without the root and main, which all parts share.
  return parent.length - 2 + hidden.reduce((sum, count) => sum + count, 0)
}

/** The profile of one part of the program, gzipped: its paths are its own. */
function postOf(part: number, end: number): Buffer {
  const children = (count: number, name: string, of: (k: number) => string) =>
    `{${Array.from({ length: count }, (_, k) => `"${name}${k}":${of(k)}`).join()}}`
  const callees = children(calls, 'callee', (k) => `{"counts":{"RUNNABLE":${1 + (k % 3)}}}`)
  const called = children(functions, 'function', () => `{"children":${callees}}`)
  const module = children(modules, 'module', () => `{"children":${called}}`)
  const callgraph = `{"children":{"main":{"children":{"part${part}":{"children":${module}}}}}}`
  return gzipSync(`{"start":${end - 60_000},"end":${end},"callgraph":${callgraph}}`)
}
