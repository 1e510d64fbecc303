/** The console in a real browser, over TLS, on profiles whose numbers are known. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type AdminClient, adminClient } from '../../packages/cli/src/admin-client.ts'
import {
  assertAccessible,
  selectedFrame,
  serverCertificate,
  startBrowser,
  walkTo,
} from '../support/browser.ts'
import { openPage, signInLink } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let client: AdminClient
let browser: Browser
/** Signed in. */
let context: BrowserContext

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-console-'))
  wick = await startWick({ directory })
  client = await adminClient(directory)
  browser = await startBrowser(await serverCertificate(directory))
  await createGroup('shop')
  await createGroup('silent')
  await post('shop', {
    children: {
      main: {
        file: 'shop/app.py',
        line: [3, 9],
        children: {
          checkout: {
            file: 'shop/cart.py',
            line: [12],
            counts: { RUNNABLE: 10 },
            children: { price: { counts: { RUNNABLE: 50, WAITING: 20 } } },
          },
          browse: { counts: { RUNNABLE: 40 } },
          [hostileName]: { counts: { WAITING: 20 } },
        },
      },
    },
  })
  context = await newContext()
  const page = await context.newPage()
  await page.goto(await signInLink(directory))
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  await page.close()
})

after(async () => {
  await browser?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const hostileName = '<img src=x onerror="document.title=1">\u202e\u0000'

test('whoever is not signed in is told how to, and gets to the page they asked for', async () => {
  const stranger = await newContext()
  const page = await stranger.newPage()
  await page.goto(`${wick.url}/console/groups/shop?v=1&range=1d`)
  await page.getByText('No password yet').waitFor()
  await assertAccessible(page)
  await page.goto(await signInLink(directory))
  await page.getByRole('heading', { name: 'shop' }).waitFor()
  assert.match(page.url(), /\/groups\/shop\?v=1&range=1d/)
  await stranger.close()
})

test('a sign-in link works once, and does not stay in the address bar', async () => {
  const link = await signInLink(directory)
  const first = await newContext()
  const page = await first.newPage()
  await page.goto(link)
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  assert.equal(new URL(page.url()).hash, '')
  const [cookie] = await first.cookies()
  assert.deepEqual(
    [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite],
    ['__Host-wick', true, true, 'Strict'],
  )
  await first.close()
  const second = await newContext()
  const other = await second.newPage()
  await other.goto(link)
  await other.getByRole('heading', { name: 'This link has been used or has expired' }).waitFor()
  await second.close()
})

test('signing out ends the session for good', async () => {
  const visitor = await newContext()
  const page = await visitor.newPage()
  await page.goto(await signInLink(directory))
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  const kept = await visitor.cookies()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await visitor.addCookies(kept)
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to Wick' }).waitFor()
  await visitor.close()
})

test('the list of groups says when each last reported', async () => {
  const page = await open('/console/')
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('shop').getByText('just now').waitFor()
  await row('silent').getByText('never').waitFor()
  await page.getByRole('searchbox', { name: 'Filter groups by name' }).fill('sil')
  await page.getByText('1 of 2 groups').waitFor()
  assert.equal(await row('shop').count(), 0)
  await assertAccessible(page)
  await page.close()
})

test('the keyboard alone opens a group, walks to a frame, zooms and comes back', async () => {
  const page = await open('/console/')
  await page.getByRole('link', { name: 'shop' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'shop · Overview' }).waitFor()
  await page.getByRole('link', { name: 'Flame graph' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await walkTo(page, ['main', 'checkout', 'price'])
  assert.equal(await selectedFrame(page), 'price, 50.0 percent of CPU time, self 50.0 percent')
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Zoom' }).getByText('price').waitFor()
  assert.equal(new URL(page.url()).hash, '#zoom=main;checkout;price')
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => url.hash === '')
  await page.close()
})

test('a search finds the frame, says its share and marks it', async () => {
  const page = await open('/console/groups/shop')
  await page.keyboard.press('/')
  await page.keyboard.type('PRICE')
  await page.getByText('1 match, 50.0 % of view').waitFor({ state: 'attached' })
  await page.keyboard.press('Enter')
  assert.match(await selectedFrame(page), /^price, 50.0 percent/)
  await assertAccessible(page)
  await page.close()
})

test('CPU counts what runs, latency also what waits', async () => {
  const page = await open('/console/groups/shop')
  await page.getByText('100 samples').waitFor()
  await page.getByRole('radio', { name: 'Latency' }).check()
  await page.getByText('140 samples').waitFor()
  await walkTo(page, ['main', 'checkout'])
  assert.equal(await selectedFrame(page), 'checkout, 57.1 percent of latency, self 7.1 percent')
  await page.getByRole('button', { name: '2 of 2 states' }).click()
  await page.getByRole('button', { name: /^RUNNABLE/ }).click()
  await page.getByText('20 samples').waitFor()
  assert.match(page.url(), /states=WAITING/)
  await page.close()
})

test('pointing at a frame shows its name, place and numbers; a click zooms', async () => {
  const page = await open('/console/groups/shop')
  const tree = await page.getByRole('tree', { name: 'Flame graph' }).boundingBox()
  // Row 2 (callees of main) at the left: the heaviest, checkout.
  await page.mouse.move(tree!.x + tree!.width * 0.3, tree!.y + 2.5 * 20)
  const tooltip = page.locator('.tooltip')
  await tooltip.getByText('checkout').waitFor()
  assert.match(
    (await tooltip.textContent())!,
    /shop\/cart\.py:12Total60\.0\s% of view60 samplesSelf10 \(10\.0\s%\)$/,
  )
  // Near the right border, too, it is inside the window, though it was empty before.
  await page.mouse.move(0, 0)
  await tooltip.waitFor({ state: 'hidden' })
  await page.mouse.move(tree!.x + tree!.width - 80, tree!.y + 1.5 * 20)
  await tooltip.getByText('shop/app.py').waitFor()
  const { x, width } = (await tooltip.boundingBox())!
  assert.ok(x + width <= page.viewportSize()!.width, `it ends at ${x + width}`)
  await page.mouse.move(tree!.x + tree!.width * 0.3, tree!.y + 2.5 * 20)
  await page.mouse.down()
  await page.mouse.up()
  await page.waitForURL((url) => url.hash === '#zoom=main;checkout')
  await page.getByRole('button', { name: 'Reset zoom' }).click()
  await page.waitForURL((url) => url.hash === '')
  await page.close()
})

test('a link shows another person the same view', async () => {
  const page = await open('/console/groups/shop')
  await walkTo(page, ['main', 'checkout'])
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: 'Day' }).check()
  await page.keyboard.press('/')
  await page.keyboard.type('price')
  await page.waitForURL((url) => url.searchParams.get('q') === 'price')
  const link = page.url()
  await page.close()
  const other = await context.newPage()
  await other.goto(link)
  await other.getByText('83.3 %').first().waitFor()
  assert.equal(await other.getByRole('radio', { name: 'Day' }).isChecked(), true)
  assert.equal(await other.locator('[aria-current=true]').textContent(), 'checkout')
  await other.close()
})

test('the table tells the same numbers', async () => {
  const page = await open('/console/groups/shop?view=table')
  const row = page.getByRole('row').filter({ hasText: 'checkout' })
  // Its hosts tell no type, so nothing is priced: that comes last.
  await row.getByText('–').waitFor()
  const cells = await row.getByRole('cell').allTextContents()
  assert.deepEqual(cells, ['10.0\u202f%10', '60.0\u202f%60', '–'])
  await assertAccessible(page)
  await page.close()
})

test('hostile names are shown as text', async () => {
  const page = await open('/console/groups/shop?view=table&states=latency')
  await page.getByText('<img src=x onerror="document.title=1">').first().waitFor()
  assert.equal(await page.locator('img').count(), 0)
  assert.equal(await page.title(), 'shop · Wick')
  await page.close()
})

test('a group without profiles explains the next step', async () => {
  const page = await open('/console/groups/silent')
  await page.getByRole('heading', { name: 'No profile has arrived yet' }).waitFor()
  await page.getByText('python -m codeguru_profiler_agent -p silent').waitFor()
  await assertAccessible(page)
  await page.close()
})

test('a range without data offers the latest data', async () => {
  const page = await open('/console/groups/shop?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z')
  await page.getByRole('button', { name: 'Show the latest data' }).click()
  await page.getByText('100 samples').waitFor()
  await page.close()
})

test('a group that does not exist is said to be none', async () => {
  const page = await open('/console/groups/nothing')
  await page.getByRole('heading', { name: 'There is no group “nothing”' }).waitFor()
  await page.close()
})

test('the picture stays when the server is gone, and a retry is offered', async () => {
  const page = await open('/console/groups/shop')
  await page.getByText('100 samples').waitFor()
  await context.setOffline(true)
  await page.getByRole('radio', { name: 'Day' }).check()
  await page.getByText('This picture is from before.').waitFor()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await assertAccessible(page)
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('This picture is from before.').waitFor({ state: 'detached' })
  await page.close()
})

test('the picture stays when the server is killed, says why, and is new again once the server is', async () => {
  const page = await open('/console/groups/shop')
  await page.getByText('100 samples').waitFor()
  await wick.stop('SIGKILL')
  await page.getByRole('radio', { name: 'Day' }).check()
  const alert = page.getByRole('alert')
  await alert.getByText('This picture is from before.').waitFor()
  await alert.getByText('The server does not answer. Is it running, and can this machine reach it?').waitFor()
  // What is there can still be explored: the worker has it.
  await walkTo(page, ['main', 'checkout'])
  assert.equal(await selectedFrame(page), 'checkout, 60.0 percent of CPU time, self 10.0 percent')
  await page.keyboard.press('2')
  await page.waitForURL(/view=hotspots/)
  await walkTo(page, ['price', 'checkout'])
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
  await alert.getByText('This picture is from before.').waitFor()

  wick = await startWick({ directory, listen: new URL(wick.url).host })
  await alert.getByRole('button', { name: 'Try again' }).click()
  await alert.waitFor({ state: 'detached' })
  await walkTo(page, ['price', 'checkout', 'main'])
  await page.close()
})

test('other pages, too, find the server again', async () => {
  const page = await open('/console/groups/shop/overview')
  const expensive = page.getByRole('link', { name: 'price', exact: true })
  await expensive.waitFor()
  await page.locator('.figures').first().waitFor()
  await wick.stop('SIGKILL')
  await page.getByRole('radio', { name: 'Week' }).check()
  await page.getByText('These figures are from before.').first().waitFor()
  await page.getByText('The server does not answer.').first().waitFor()
  await expensive.waitFor()
  wick = await startWick({ directory, listen: new URL(wick.url).host })
  const again = page.getByRole('button', { name: 'Try again' })
  for (let left = await again.count(); left > 0; left--) {
    await again.first().click()
    await again.nth(left - 1).waitFor({ state: 'detached' })
  }
  await expensive.waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no violation in the ${colorScheme} flame graph, nor in the sheet of keys`, async () => {
    const page = await open('/console/groups/shop?states=latency')
    await page.emulateMedia({ colorScheme })
    await walkTo(page, ['main', 'checkout'])
    await page.keyboard.press('Enter')
    await assertAccessible(page)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await assertAccessible(page)
    await page.close()
  })
}

/** A page of whoever is signed in. */
function open(path: string): Promise<Page> {
  return openPage(context, wick.url + path)
}

function newContext(): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1280, height: 760 } })
}

async function createGroup(profilingGroupName: string): Promise<void> {
  const body = JSON.stringify({ profilingGroupName })
  const { status } = await client.call('POST', `/profilingGroups?clientToken=${profilingGroupName}`, body)
  assert.equal(status, 201)
}

async function post(group: string, callgraph: object): Promise<void> {
  const end = Date.now()
  const body = JSON.stringify({ start: end - 60_000, end, callgraph })
  assert.equal((await client.call('POST', `/profilingGroups/${group}/agentProfile`, body)).status, 204)
}
