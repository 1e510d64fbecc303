/** From an empty server to the first profile, and the sample group. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { assertAccessible, assertContrast, settled, startBrowser } from '../support/browser.ts'
import { startCaller } from '../support/caller.ts'
import { type OpenConsole, openConsole } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let browser: Browser
let signedIn: OpenConsole

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-first-steps-'))
  wick = await startWick({ directory, flags: ['--insecure-http'] })
  browser = await startBrowser(null)
  signedIn = await openConsole(browser, wick)
})

after(async () => {
  await browser?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('the sample is loaded with one click, shows what got slower, and is removed again', async () => {
  const page = await signedIn.open('/console/')
  await page.getByRole('heading', { name: 'Name the application' }).waitFor()
  await assertAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await assertContrast(page)
  await page.getByRole('button', { name: 'Load the sample group' }).click()
  await page.waitForURL((url) => url.pathname === '/console/groups/sample-shop/overview')
  await page.goto(`${wick.url}/console/`)
  await page.getByText('is a sample: its profiles are made up').waitFor()
  await assertAccessible(page)
  await investigate(page)
  await page.goto(`${wick.url}/console/`)
  await page.getByRole('button', { name: 'Remove the sample' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('heading', { name: 'Name the application' }).waitFor()
  await page.close()
})

/** Which function got slower since yesterday, who calls it, what does it cost: from page to page with the keyboard alone. */
async function investigate(page: Page): Promise<void> {
  await tabTo(page, /^sample-shop$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'sample-shop' }).waitFor()
  await tabTo(page, /^Compare$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /sample-shop/ }).waitFor()
  // The last twelve hours against the twelve before, which hold yesterday's profiles.
  const twelve = page.getByRole('radio', { name: '12 h', exact: true }).first()
  await tabTo(page, /^range$/)
  for (let i = 0; i < 8 && !(await twelve.isChecked()); i++) await page.keyboard.press('ArrowRight')
  assert.equal(await twelve.isChecked(), true)
  const row = page.getByRole('row').filter({ hasText: 'Pattern.compile' }).first()
  await row.getByText('+').first().waitFor()
  assert.match((await row.textContent())!, /\$/)
  await tabTo(page, /^[\w.]*Pattern\.compile$/)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/console/groups/sample-shop')
  await page.getByRole('radio', { name: 'Inspect' }).waitFor({ state: 'attached' })
  assert.equal(await page.getByRole('radio', { name: 'Inspect' }).isChecked(), true)
  await page.getByRole('tree', { name: 'Callers' }).waitFor()
  await settled(page)
  await tabTo(page, /^Callers$/)
  // The function itself first: what it costs; then up to who calls it.
  const cost = /, [\d.]+ percent of CPU time, self 0 percent, \$[\d,]+ \/ year, \$[\d,.]+ \/ month$/
  for (const name of [
    'java.util.regex.Pattern.compile',
    'com.example.shop.Discounts.matching',
    'com.example.shop.PricingService.price',
  ]) {
    const words = await spoken(page)
    assert.ok(words.startsWith(`${name}, `), words)
    assert.match(words, cost)
    await page.keyboard.press('ArrowUp')
  }
}

/** What a screen reader says of the selected frame of the tree that has the focus. */
async function spoken(page: Page): Promise<string> {
  const words = await page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.getAttribute('aria-label')) ?? ''
  })
  return words.replaceAll(/\s+/g, ' ')
}

/** Presses Tab until what has the focus is called, or is a field named, like that. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const label = element?.getAttribute('aria-label')
      return (element as HTMLInputElement | null)?.name || label || (element?.textContent ?? '')
    })
    if (name.test(focused.trim())) return
  }
  assert.fail(`nothing called ${name} gets the focus`)
}

test('three steps: a group, credentials that may send its profiles alone, and a link when the first one is there', async () => {
  const page = await signedIn.open('/console/')
  await page.getByRole('textbox', { name: 'Name of the group' }).fill('my-app')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('Waiting for the first profile…').waitFor()
  const settings = await page.getByRole('region', { name: 'settings and credentials' }).textContent()
  const value = (name: string) => new RegExp(`^export ${name}=(\\S+)$`, 'm').exec(settings!)![1]!
  assert.equal(value('AWS_ENDPOINT_URL_CODEGURUPROFILER'), wick.url)
  for (const [language, command] of [
    ['Java', /-javaagent:\S+=profilingGroupName:my-app /],
    ['Python', /python -m wick_agent -p my-app /],
    ['Node.js', /GROUP_NAME=my-app node --import @wick\/agent /],
    ["Python, AWS's agent", /python -m codeguru_profiler_agent -p my-app /],
  ] as const) {
    await page.getByRole('radio', { name: language, exact: true }).check()
    const shown = page.getByRole('region', { name: `start a program: ${language}`, exact: true })
    assert.match((await shown.textContent())!, command)
  }
  await assertAccessible(page)
  const agent = await startCaller({
    ...wick,
    credentials: { accessKeyId: value('AWS_ACCESS_KEY_ID'), secretAccessKey: value('AWS_SECRET_ACCESS_KEY') },
  })
  assert.equal((await agent.send({ target: '/profilingGroups/my-app' })).status, 403)
  const end = Date.now()
  const profile = { start: end - 60_000, end, callgraph: { children: { main: { counts: { RUNNABLE: 3 } } } } }
  assert.equal((await agent.post('my-app', JSON.stringify(profile))).status, 204)
  await page.getByText('The first profile is here.').waitFor()
  await page.getByRole('link', { name: 'Open my-app' }).click()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  await page.close()
})
