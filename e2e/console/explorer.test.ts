/** The flame graph explorer in a real browser: views, changes to the picture, search, colours, menus, files, detail. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type AdminClient, adminClient } from '../../packages/cli/src/admin-client.ts'
import {
  assertAccessible,
  selectedFrame,
  serverCertificate,
  startBrowser,
  walkTo,
} from '../support/browser.ts'
import { openConsole } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let client: AdminClient
let browser: Browser
let context: BrowserContext
let open: (path: string) => Promise<Page>

/** A pattern that backtracks for ever on it. */
const patience = `${'a'.repeat(40)}!`

const shop = {
  children: {
    main: {
      file: 'shop/app.py',
      children: {
        checkout: {
          counts: { RUNNABLE: 10 },
          children: {
            price: {
              counts: { RUNNABLE: 40, WAITING: 20 },
              children: { 'json:dumps': { counts: { RUNNABLE: 10 } } },
            },
            walk: { children: { walk: { children: { walk: { counts: { RUNNABLE: 4 } } } } } },
          },
        },
        browse: {
          counts: { RUNNABLE: 20 },
          children: {
            'org.lib.util.A.call': {
              children: { 'org.lib.util.B.call': { children: { price: { counts: { RUNNABLE: 15 } } } } },
            },
            [patience]: { counts: { BLOCKED: 1 } },
          },
        },
      },
    },
  },
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-explorer-'))
  wick = await startWick({ directory })
  client = await adminClient(directory)
  await post('shop', shop)
  await post('hostile', { children: Object.fromEntries(hostileNames().map((name) => [name, leaf(3)])) })
  await post('large', large())
  browser = await startBrowser(await serverCertificate(directory))
  const opened = await openConsole(browser, wick, { acceptDownloads: true })
  context = opened.context
  open = opened.open
})

after(async () => {
  await browser?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('hotspots show the heaviest function first, its callers below', async () => {
  const page = await graph('shop')
  await page.keyboard.press('2')
  await page.waitForURL(/view=hotspots/)
  // price has 40 + 15 of the 100 samples itself.
  await walkTo(page, ['price', 'checkout', 'main'])
  assert.equal(await selectedFrame(page), 'main, 40.0 percent of CPU time, self 40.0 percent')
  await walkTo(page, ['price', 'org.lib.util.B.call'])
  assert.match(await selectedFrame(page), /15\.0 percent/)
  await page.close()
})

test('inspect merges all calls of a function: callers above, callees below', async () => {
  const page = await graph('shop')
  await walkTo(page, ['main', 'checkout', 'price'])
  await page.keyboard.press('3')
  const callers = page.getByRole('tree', { name: 'Callers' })
  await callers.waitFor()
  assert.match(page.url(), /view=inspect.*#inspect=price/)
  await page.getByText('65 samples').waitFor()
  await callers.focus()
  // The root stands at the bottom: up leads to the callers.
  await callers.press('ArrowUp')
  assert.match(await said(page, 'Callers'), /^checkout, 50\.0 percent/)
  await page.getByRole('tree', { name: 'Flame graph' }).focus()
  await page.keyboard.press('ArrowDown')
  assert.match(await said(page, 'Flame graph'), /^json:dumps, 10\.0 percent/)
  await assertAccessible(page)
  await page.close()
})

const changes = [
  { key: 'h', chip: 'Hide price', left: '100 samples', gone: ['main', 'checkout', 'price'] },
  { key: 'd', chip: 'Drop price', left: '35 samples', gone: ['main', 'checkout', 'price'] },
  { key: 'm', chip: 'Merge price', left: '100 samples', there: ['main', 'checkout', 'json:dumps'] },
  { key: 'f', chip: 'Focus price', left: '65 samples', there: ['price', 'json:dumps'] },
]

test('keys change the picture; each change is a chip, undone and redone, and part of the link', async () => {
  const page = await graph('shop')
  for (const { key, chip, left, there } of changes) {
    await walkTo(page, ['main', 'checkout', 'price'])
    await page.keyboard.press(key)
    const trail = page.getByRole('group', { name: 'Changes to the picture' })
    await trail.getByText(chip.split(' ')[0]!, { exact: true }).waitFor()
    await shows(page, left)
    if (there !== undefined) await walkTo(page, there)
    await page.keyboard.press('u')
    await shows(page, '100 samples')
    await page.keyboard.press('U')
    await shows(page, left)
    await page.keyboard.press('u')
    await page.waitForURL((url) => !url.hash.includes('t='))
  }
  await page.close()
})

test('recursion and packages collapse', async () => {
  const page = await graph('shop')
  await walkTo(page, ['main', 'checkout', 'walk'])
  await page.keyboard.press('r')
  await page.waitForURL(/t=recursion:walk/)
  await walkTo(page, ['main', 'checkout', 'walk'])
  assert.match(await selectedFrame(page), /^walk, 4\.0 percent of CPU time, self 4\.0 percent/)
  await walkTo(page, ['main', 'browse', 'org.lib.util.A.call'])
  await page.keyboard.press('c')
  await page.waitForURL(/package:org\.lib\.util/)
  await walkTo(page, ['main', 'browse', 'org.lib.util.*', 'price'])
  const link = page.url()
  await page.close()
  const other = await context.newPage()
  await other.goto(link)
  await other.getByRole('button', { name: 'Take back: Recursion of walk' }).click()
  await other.waitForURL((url) => !url.hash.includes('recursion'))
  await walkTo(other, ['main', 'checkout', 'walk', 'walk'])
  await other.close()
})

test('the menu of a frame opens by mouse and by key, and closes without doing anything', async () => {
  const page = await graph('shop')
  await walkTo(page, ['main', 'checkout'])
  await page.keyboard.press('.')
  const menu = page.getByRole('menu', { name: 'Frame' })
  await menu.getByText('checkout', { exact: true }).waitFor()
  await assertAccessible(page)
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
  assert.match(await selectedFrame(page), /^checkout/)
  const tree = (await page.getByRole('tree', { name: 'Flame graph' }).boundingBox())!
  // Row 2 at the right: browse.
  await page.mouse.click(tree.x + tree.width * 0.8, tree.y + 2.5 * 20, { button: 'right' })
  await menu.getByText('browse', { exact: true }).waitFor()
  await page.getByRole('menuitem', { name: /Drop its stacks/ }).click()
  await shows(page, '64 samples')
  await page.close()
})

test('the palette runs commands and finds functions by a few letters', async () => {
  const page = await graph('shop')
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Command or function' })
  await field.fill('hotsp')
  await assertAccessible(page)
  await field.press('Enter')
  await page.waitForURL(/view=hotspots/)
  await page.keyboard.press('Control+k')
  await field.fill('json dum')
  await page.getByRole('option', { name: 'Inspect json:dumps' }).waitFor()
  await field.press('Enter')
  await page.waitForURL(/#inspect=json:dumps/)
  await page.close()
})

test('a pattern finds frames; a broken one is told, an endless one is stopped', async () => {
  const page = await graph('shop')
  await page.getByRole('button', { name: 'Regular expression' }).click()
  const field = page.getByRole('searchbox', { name: 'Search functions' })
  await field.fill('^(price|json.*s)$')
  await page.getByText('3 matches, 65.0 % of view').waitFor({ state: 'attached' })
  await field.fill('(')
  await page
    .getByRole('alert')
    .getByText(/regular expression/i)
    .waitFor()
  await field.fill('^(a+)+$')
  await page.getByRole('alert').getByText('takes too long').waitFor()
  await field.fill('^walk$')
  await page.getByText('3 matches, 4.0 % of view').waitFor({ state: 'attached' })
  await page.close()
})

test('whose code it is can be corrected, for this group and for good', async () => {
  const page = await graph('shop')
  await page.getByRole('button', { name: 'Correct…' }).click()
  const sheet = page.getByRole('dialog', { name: 'Whose code is it?' })
  await sheet.getByLabel('json is').selectOption('runtime')
  await assertAccessible(page)
  await sheet.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await page.keyboard.press('t')
  await page.getByRole('row').filter({ hasText: 'json:dumps' }).getByTitle('runtime').waitFor()
  await page.close()
})

test('the table sorts both ways and follows changes and search', async () => {
  const page = await open('/console/groups/shop?v=2&as=table#t=drop:browse')
  const first = page.locator('tbody tr').first()
  await first.getByText('price').waitFor()
  const self = page.getByRole('columnheader', { name: 'Self' })
  await self.getByRole('button').first().click()
  await page.waitForURL(/sort=-self/)
  assert.equal(await self.getAttribute('aria-sort'), 'ascending')
  assert.equal(await page.getByRole('row').filter({ hasText: 'org.lib' }).count(), 0)
  await page.getByRole('searchbox', { name: 'Search functions' }).fill('dumps')
  await page.getByText('1 function', { exact: true }).waitFor()
  await page.close()
})

test('the view is saved as picture and for other tools', async () => {
  const page = await graph('shop', '#t=focus:browse')
  const saved = async (command: string): Promise<Buffer> => {
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Command or function' })
    await field.fill(command)
    const download = page.waitForEvent('download')
    await field.press('Enter')
    return readFile(await (await download).path())
  }
  assert.equal(
    (await saved('collapsed stacks')).toString().trim().split('\n').sort().join('\n'),
    ['browse 20', `browse;${patience} 1`, 'browse;org.lib.util.A.call;org.lib.util.B.call;price 15']
      .sort()
      .join('\n'),
  )
  const { profiles } = JSON.parse((await saved('for speedscope')).toString())
  assert.deepEqual(
    profiles.map(({ name, endValue }: { name: string; endValue: number }) => [name, endValue]).sort(),
    [
      ['BLOCKED', 1],
      ['RUNNABLE', 35],
    ],
  )
  assert.ok(gunzipSync(await saved('pprof')).includes('org.lib.util.A.call'))
  assert.match(
    (await saved('.svg')).toString(),
    /^<svg .*<title>price — 15 samples, 41\.67 %<\/title>.*<\/svg>$/s,
  )
  assert.equal((await saved('.png')).subarray(1, 4).toString(), 'PNG')
  await page.close()
})

test('what was too small to be sent comes when one zooms in', async () => {
  const page = await open('/console/groups/large')
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await walkTo(page, ['main', 'many'])
  await page.keyboard.press('ArrowDown')
  // All of its callees have one sample each: only some of them were sent.
  await page.keyboard.press('ArrowUp')
  const finer = page.waitForResponse(
    (response) => response.url().endsWith('/tree') && response.request().postData()!.includes('"focus"'),
  )
  await page.keyboard.press('Enter')
  assert.equal((await finer).status(), 200)
  await page.getByRole('searchbox', { name: 'Search functions' }).fill('many:callee')
  await page.getByText('20,000 matches', { exact: false }).waitFor({ state: 'attached' })
  await page.close()
})

test('what was too small to be sent comes when one focuses on a function, or inspects it', async () => {
  const page = await graph('large')
  const finer = () =>
    page.waitForResponse(
      (response) => response.request().postData()?.includes('"focus":["main","many"]') === true,
    )
  await walkTo(page, ['main', 'many'])
  const focused = finer()
  await page.keyboard.press('f')
  assert.equal((await focused).status(), 200)
  const search = page.getByRole('searchbox', { name: 'Search functions' })
  await search.fill('many:callee')
  await page.getByText('20,000 matches', { exact: false }).waitFor({ state: 'attached' })
  const inspected = finer()
  await page.goto(`${wick.url}/console/groups/large?v=2&view=inspect&q=many:callee#inspect=many`)
  assert.equal((await inspected).status(), 200)
  await page.getByText('20,000 matches', { exact: false }).waitFor({ state: 'attached' })
  await page.close()
})

test('500 hostile names are text everywhere: picture, table, menu, palette, title and file', async () => {
  const page = await graph('hostile')
  await walkTo(page, [])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('.')
  await page.getByRole('menu', { name: 'Frame' }).waitFor()
  await page.keyboard.press('3')
  await page.getByRole('tree', { name: 'Callers' }).waitFor()
  await page.keyboard.press('2')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command or function' }).fill('.svg')
  const download = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  const svg = await readFile(await (await download).path(), 'utf8')
  const isSafe = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml')
    const names = new Set([...document.querySelectorAll('*')].map((element) => element.localName))
    return [...names].sort().join()
  }, svg)
  assert.equal(isSafe, 'g,path,rect,svg,text,title')
  await page.keyboard.press('t')
  await page.getByText('500 functions').waitFor()
  const scroller = page.getByRole('region', { name: 'Functions' })
  for (let top = 0; top < 500 * 32; top += 800) {
    await scroller.evaluate((element, to) => element.scrollTo(0, to), top)
    await page.waitForFunction((to) => document.querySelector('.table-scroll')!.scrollTop <= to, top)
  }
  const injected = await page.locator('img, iframe, script:not([src]), a[href^="javascript"]').count()
  assert.equal(injected, 0)
  assert.equal(await page.evaluate(() => (globalThis as { owned?: unknown }).owned), undefined)
  assert.equal(await page.title(), 'hostile · Wick')
  await page.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${colorScheme} views by state and by package, on a phone too`, async () => {
    const page = await graph(
      'shop',
      '#t=hide:walk;package:org.lib',
      '&states=latency&colour=state&view=hotspots',
    )
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await assertAccessible(page)
    await page.setViewportSize({ width: 390, height: 780 })
    await page.getByRole('radio', { name: 'Table' }).check()
    await page.locator('tbody tr').first().waitFor()
    await assertAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`)
    await page.close()
  })
}

/** A group's flame graph, once it is there. */
async function graph(group: string, fragment = '', query = ''): Promise<Page> {
  const page = await open(`/console/groups/${group}?v=2${query}${fragment}`)
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  return page
}

/** What the whole of the main picture holds. */
async function shows(page: Page, samples: string): Promise<void> {
  await page.getByRole('tree', { name: 'Flame graph' }).focus()
  await walkTo(page, [])
  await page.locator('.status-line').getByText(samples).waitFor()
}

/** What the selected frame of a tree says. */
function said(page: Page, tree: string): Promise<string> {
  return page.getByRole('tree', { name: tree }).evaluate((element) => {
    const id = element.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.getAttribute('aria-label')) ?? ''
  })
}

async function post(group: string, callgraph: object): Promise<void> {
  const made = JSON.stringify({ profilingGroupName: group })
  assert.equal((await client.call('POST', `/profilingGroups?clientToken=${group}`, made)).status, 201)
  const end = Date.now()
  const body = JSON.stringify({ start: end - 60_000, end, callgraph })
  const { status } = await client.call('POST', `/profilingGroups/${group}/agentProfile`, body)
  assert.equal(status, 204)
}

function leaf(count: number) {
  return { counts: { RUNNABLE: count } }
}

/** More call paths than one answer holds; those below `many` are the lightest. */
function large() {
  const callees = (prefix: string, count: number, samples: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, k) => [`${prefix}${k}`, leaf(samples)]))
  return {
    children: {
      main: {
        children: {
          heavy: { children: callees('heavy:callee', 60_000, 3) },
          many: { children: callees('many:callee', 20_000, 1) },
        },
      },
    },
  }
}

function hostileNames(): string[] {
  const forms = [
    (k: number) => `<img src=x onerror="owned=${k}">`,
    (k: number) => `"><script>owned=${k}</script>`,
    (k: number) => `</title></svg><svg onload=owned=${k}>`,
    (k: number) => `javascript:owned=${k}//'"\``,
    (k: number) => `]]>&lt;a href=javascript:owned=${k}>&#60;`,
    (k: number) => `\u0000\u001b[31m\u202e\u2066${k}\ufeff\ud800`,
    (k: number) => `__proto__${k};constructor%00;../../${k}`,
    (k: number) => `{{owned=${k}}}\${owned=${k}}#{owned}`,
    (k: number) => `${'𓀀'.repeat(200)}${k}`,
    (k: number) => `\r\n\t${k} onmouseover=owned=1 style=position:fixed`,
  ]
  return Array.from({ length: 500 }, (_, k) => forms[k % forms.length]!(k))
}
