/** The explorer's map of keys and its mouse, in a real browser, on a profile whose every number is known. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { selectedFrame, walkTo } from '../support/browser.ts'
import type { Caller } from '../support/caller.ts'
import { type OpenConsole, startConsole } from '../support/console.ts'
import type { Wick } from '../support/wick.ts'

const rowHeight = 20

let wick: Wick
let caller: Caller
let signedIn: OpenConsole
let stop: (() => Promise<void>) | undefined

/** By weight: checkout 60, browse 36, audit 4; by name the other way round. */
const shop = {
  main: {
    children: {
      checkout: {
        counts: { RUNNABLE: 5, WAITING: 90 },
        children: { price: leaf(40), 'json:dumps': leaf(15) },
      },
      browse: {
        counts: { TIMED_WAITING: 30 },
        children: { 'org.lib.A.call': { children: { price: leaf(36) } } },
      },
      audit: leaf(4),
    },
  },
}

before(async () => {
  ;({ wick, caller, signedIn, stop } = await startConsole({ acceptDownloads: true, reducedMotion: 'reduce' }))
  for (const [group, children] of Object.entries({ shop, wide: wide(), deep: deep(60) })) {
    await caller.createGroup(group)
    const end = Date.now()
    const body = JSON.stringify({ start: end - 60_000, end, callgraph: { children } })
    assert.equal((await caller.post(group, body)).status, 204)
  }
})

after(() => stop?.())

test('o: siblings stand by name, and by weight again; the link says it', async () => {
  const page = await graph('shop')
  assert.deepEqual(await calleesOf(page, ['main']), ['checkout', 'browse', 'audit'])
  await page.keyboard.press('o')
  await page.waitForURL((url) => url.searchParams.get('order') === 'name')
  assert.deepEqual(await calleesOf(page, ['main']), ['audit', 'browse', 'checkout'])
  await page.reload()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  assert.deepEqual(await calleesOf(page, ['main', 'checkout']), ['json:dumps', 'price'])
  assert.equal(await selectedFrame(page), 'price, 40.0 percent of CPU time, self 40.0 percent')
  await page.keyboard.press('o')
  await page.waitForURL((url) => !url.searchParams.has('order'))
  // What was selected stays so, wherever it stands now.
  assert.match(await selectedFrame(page), /^price, 40/)
  assert.deepEqual(await calleesOf(page, ['main']), ['checkout', 'browse', 'audit'])
  await page.close()
})

test('the order is a command and a choice below the picture, and holds for hotspots and callers', async () => {
  const page = await graph('shop', '&view=hotspots')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('By name')
  await page.waitForURL((url) => url.searchParams.get('order') === 'name')
  assert.deepEqual(await calleesOf(page, []), ['audit', 'checkout', 'json:dumps', 'price'])
  await page.goto(page.url().replace('view=hotspots', 'view=inspect').concat('#inspect=price'))
  const callers = page.getByRole('tree', { name: 'Callers' })
  await callers.focus()
  await callers.press('ArrowUp')
  assert.match(await said(page, 'Callers'), /^checkout, 40\.0 percent/)
  await callers.press('ArrowLeft')
  assert.match(await said(page, 'Callers'), /^checkout/)
  await callers.press('ArrowRight')
  assert.match(await said(page, 'Callers'), /^org\.lib\.A\.call, 36\.0 percent/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command or function' }).fill('by name')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.searchParams.has('order'))
  await page.close()
})

test('i: the root stands at the bottom, and up leads to the callees', async () => {
  const page = await graph('shop')
  await walkTo(page, ['main'])
  const { x, y, width, height } = await box(page)
  await page.mouse.move(x + width * 0.3, y + height - 2.5 * rowHeight)
  await page.keyboard.press('i')
  await page.waitForURL((url) => url.searchParams.get('root') === 'bottom')
  // The mouse rests: the picture came under it.
  await page.locator('.tooltip').getByText('checkout').waitFor()
  await page.keyboard.press('ArrowUp')
  assert.match(await selectedFrame(page), /^checkout/)
  await page.keyboard.press('ArrowDown')
  assert.match(await selectedFrame(page), /^main/)
  await page.keyboard.press('i')
  await page.waitForURL((url) => !url.searchParams.has('root'))
  await page.locator('.tooltip.away').waitFor({ state: 'attached' })
  await page.keyboard.press('ArrowDown')
  assert.match(await selectedFrame(page), /^checkout/)
  await page.mouse.move(x + width * 0.8, y + 2.5 * rowHeight, { steps: 5 })
  await page.locator('.tooltip').getByText('browse').waitFor()
  await page.close()
})

test('n and N: the matches one after the other, going round', async () => {
  const page = await graph('shop', '&q=price')
  await page.getByText('2 matches, 76.0 % of view').waitFor({ state: 'attached' })
  await page.getByRole('tree', { name: 'Flame graph' }).focus()
  for (const [key, percent, number] of [
    ['n', '40.0', 1],
    ['n', '36.0', 2],
    ['n', '40.0', 1],
    ['N', '36.0', 2],
    ['N', '40.0', 1],
  ] as const) {
    await page.keyboard.press(key)
    await page
      .getByText(`Match ${number} of 2: price, ${percent} %`.replace(' %', '\u202f%'))
      .waitFor({ state: 'attached' })
    assert.match(await selectedFrame(page), new RegExp(`^price, ${percent} percent`))
  }
  await page.close()
})

test('y and Y: the name of the frame and its stack are in the clipboard', async () => {
  await signedIn.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await graph('shop')
  await walkTo(page, ['main', 'browse', 'org.lib.A.call'])
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await page.keyboard.press('y')
  await page.getByText('Copied the name.').waitFor({ state: 'attached' })
  assert.equal(await clipboard(), 'org.lib.A.call')
  await page.keyboard.press('Y')
  await page.getByText('Copied the stack.').waitFor({ state: 'attached' })
  assert.equal(await clipboard(), 'main\nbrowse\norg.lib.A.call')
  await page.close()
})

test('Shift+F10: the menu of the selected frame', async () => {
  const page = await graph('shop')
  await walkTo(page, ['main', 'browse'])
  await page.keyboard.press('Shift+F10')
  const menu = page.getByRole('menu', { name: 'Frame' })
  await menu.getByText('browse', { exact: true }).waitFor()
  // The focus is in it: its keys choose, and the graph has the focus again.
  await page.getByRole('menuitem', { name: /Focus on it/ }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/t=focus:browse/)
  await menu.waitFor({ state: 'detached' })
  await page.close()
})

test('Home and End: the first and the last of 300 siblings', async () => {
  const page = await graph('wide')
  await walkTo(page, ['callee0'])
  for (const [key, place] of [
    ['End', 300],
    ['ArrowRight', 300],
    ['Home', 1],
    ['ArrowLeft', 1],
  ] as const) {
    await page.keyboard.press(key)
    const selected = page.locator('[role=treeitem][aria-selected=true]')
    assert.equal(await selected.getAttribute('aria-posinset'), String(place), key)
    assert.equal(await selected.getAttribute('aria-setsize'), '300')
  }
  await page.close()
})

test('a double click inspects', async () => {
  const page = await graph('shop')
  const { x, y, width } = await box(page)
  await page.mouse.dblclick(x + width * 0.7, y + 2.5 * rowHeight)
  await page.waitForURL(/view=inspect.*#inspect=browse/)
  await page.getByRole('tree', { name: 'Callers' }).waitFor()
  await page.close()
})

test('Ctrl and wheel zoom at the pointer, Shift and wheel move sideways, as a drag does', async () => {
  const page = await graph('shop')
  const { x, y, width } = await box(page)
  const tooltip = page.locator('.tooltip')
  const frameAt = async (share: number): Promise<string> => {
    await page.mouse.move(x + 1, y + 1)
    await page.mouse.move(x + width * share, y + 2.5 * rowHeight)
    await tooltip.locator('.frame-name').waitFor()
    return (await tooltip.locator('.frame-name').textContent())!
  }
  const wheel = async (key: 'Control' | 'Shift', delta: number, times: number) => {
    await page.keyboard.down(key)
    for (let k = 0; k < times; k++) await page.mouse.wheel(0, delta)
    await page.keyboard.up(key)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  assert.equal(await frameAt(0.01), 'checkout')
  assert.equal(await frameAt(0.9), 'browse')
  await wheel('Control', -60, 5)
  // A sixth of the picture is on view, around what is below the pointer: all of it is browse.
  for (const share of [0.9, 0.01]) assert.equal(await frameAt(share), 'browse')
  await wheel('Shift', -200, 10)
  assert.equal(await frameAt(0.5), 'checkout')
  await page.mouse.move(x + width * 0.9, y + 2.5 * rowHeight)
  for (let k = 0; k < 5; k++) {
    await page.mouse.move(x + width * 0.99, y + 2.5 * rowHeight)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.01, y + 2.5 * rowHeight, { steps: 3 })
    await page.mouse.up()
  }
  // As far as the right border, and what was dragged is not clicked on.
  assert.equal(await frameAt(0.99), 'audit')
  assert.equal(new URL(page.url()).hash, '')
  await wheel('Control', 60, 8)
  assert.equal(await frameAt(0.01), 'checkout')
  await page.getByRole('button', { name: 'Reset zoom' }).click()
  await page.getByRole('button', { name: 'Reset zoom' }).waitFor({ state: 'detached' })
  await page.close()
})

test('a plain wheel scrolls deep stacks, and once they end the page', async () => {
  const page = await graph('deep')
  // Too low for the page: it scrolls.
  await page.setViewportSize({ width: 1280, height: 340 })
  const { x, y } = await box(page)
  await page.mouse.move(x + 200, y + 40)
  const stack = page.locator('.flame-scroll')
  const scrolled = () => stack.evaluate((element) => element.scrollTop)
  const headTop = async () => (await page.locator('h1').boundingBox())!.y
  const top = await headTop()
  await page.mouse.wheel(0, 60)
  await page.waitForFunction(() => document.querySelector('.flame-scroll')!.scrollTop > 0)
  assert.equal(await headTop(), top)
  await stack.evaluate((element) => element.scrollTo(0, 1e6))
  const bottom = await scrolled()
  // A wheel that goes on turning stays for a while with what it scrolled.
  for (let k = 0; k < 50 && (await headTop()) === top; k++) {
    await page.mouse.wheel(0, 60)
    await page.waitForTimeout(200 + k * 20)
  }
  assert.ok((await headTop()) < top)
  assert.equal(await scrolled(), bottom)
  await page.close()
})

test('turning a picture that is too tall for its place shows the root, there and back', async () => {
  const page = await graph('deep')
  await page.setViewportSize({ width: 1280, height: 340 })
  await page.getByRole('tree', { name: 'Flame graph' }).focus()
  for (const end of ['bottom', 'top', 'bottom']) {
    await page.keyboard.press('i')
    await page.waitForFunction((which) => {
      const { scrollTop, clientHeight, scrollHeight } = document.querySelector('.flame-scroll')!
      return which === 'top' ? scrollTop === 0 : scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1
    }, end)
  }
  await page.close()
})

test('colours by package: frames of one package look alike, as the saved picture shows', async () => {
  const page = await graph('shop', '&colour=package')
  const fills = await savedFills(page)
  assert.equal(fills.get('main'), fills.get('price'))
  assert.notEqual(fills.get('json:dumps'), fills.get('org.lib.A.call'))
  assert.notEqual(fills.get('json:dumps'), fills.get('main'))
  await page.close()
})

test('colours by thread state: that of most samples, as far as they are counted', async () => {
  const page = await graph('shop', '&colour=state&states=latency')
  const all = await savedFills(page)
  // Of checkout 90 of 150 samples wait, of browse 36 of 66 run, of main 100 of 220.
  assert.equal(all.get('browse'), all.get('price'))
  assert.equal(all.get('main'), all.get('price'))
  assert.notEqual(all.get('checkout'), all.get('price'))
  await page.goto(`${wick.url}/console/groups/shop?v=2&colour=state&states=TIMED_WAITING,WAITING`)
  const waiting = await savedFills(page)
  assert.equal(waiting.get('checkout'), all.get('checkout'))
  assert.equal(waiting.get('main'), all.get('checkout'))
  assert.notEqual(waiting.get('browse'), all.get('checkout'))
  assert.equal(waiting.get('price'), undefined)
  await page.goto(`${wick.url}/console/groups/shop?v=2&colour=state`)
  const cpu = await savedFills(page)
  assert.deepEqual(
    new Set([cpu.get('main'), cpu.get('checkout'), cpu.get('audit')]),
    new Set([all.get('price')]),
  )
  await page.close()
})

/** A group's flame graph, once it is there. */
async function graph(group: string, query = ''): Promise<Page> {
  const page = await signedIn.open(`/console/groups/${group}?v=2${query}`)
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  return page
}

/** Where the picture is on the page. */
async function box(page: Page) {
  return (await page.getByRole('tree', { name: 'Flame graph' }).boundingBox())!
}

/** Names of what a frame calls, in their order; the last one is selected afterwards. */
async function calleesOf(page: Page, path: readonly string[]): Promise<string[]> {
  await walkTo(page, path)
  await page.keyboard.press('ArrowDown')
  const names: string[] = []
  for (let last = ''; ; await page.keyboard.press('ArrowRight')) {
    const frame = await selectedFrame(page)
    if (frame === last) return names
    names.push(frame.slice(0, frame.indexOf(',')))
    last = frame
  }
}

/** What the selected frame of a tree says. */
function said(page: Page, tree: string): Promise<string> {
  return page.getByRole('tree', { name: tree }).evaluate((element) => {
    const id = element.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.getAttribute('aria-label')) ?? ''
  })
}

/** The colour of each function in the picture as it is saved. */
async function savedFills(page: Page): Promise<Map<string, string>> {
  await walkTo(page, [])
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command or function' }).fill('.svg')
  const download = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  const svg = await readFile(await (await download).path(), 'utf8')
  const boxes = svg.matchAll(/<title>(.*?) — .*?<\/title><rect [^>]*fill="(#[0-9a-f]+)"/g)
  return new Map([...boxes].map(([, name, fill]) => [name!, fill!]))
}

function leaf(count: number) {
  return { counts: { RUNNABLE: count } }
}

function wide() {
  return Object.fromEntries(Array.from({ length: 300 }, (_, k) => [`callee${k}`, leaf(300 - k)]))
}

function deep(depth: number): object {
  return { [`call${depth}`]: depth === 0 ? leaf(1) : { children: deep(depth - 1) } }
}
