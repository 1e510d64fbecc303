/** What Wick finds by itself, in a real browser: two weeks of profiles, a function that costs more since this morning. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from '../support/browser.ts'
import type { Caller } from '../support/caller.ts'
import { type OpenConsole, startConsole } from '../support/console.ts'
import type { Wick } from '../support/wick.ts'

const hour = 3_600_000
const day = 24 * hour
const hostile = '<img src=x onerror="document.title=1">:parse'
/** Of the last whole hour: whether the server takes it for settled by now or during the test, there is one to judge. */
const end = Math.floor(Date.now() / hour) * hour
const begin = end - 15 * day
const changeAt = end - 6 * hour

let wick: Wick
let caller: Caller
let signedIn: OpenConsole
let stop: (() => Promise<void>) | undefined

before(async () => {
  ;({ wick, caller, signedIn, stop } = await startConsole({ reducedMotion: 'reduce' }))
  for (const group of ['shop', 'silent']) await caller.createGroup(group)
  const hours = Array.from({ length: (end - begin) / hour }, (_, i) => begin + i * hour)
  for (let i = 0; i < hours.length; i += 24) await Promise.all(hours.slice(i, i + 24).map(post))
  await run('findings-reports')
  for (let i = 0; i < 5; i++) await run('anomalies')
})

after(() => stop?.())

async function run(job: string): Promise<void> {
  const { status, body } = await caller.send({ method: 'POST', target: `/v1/jobs/${job}/run` })
  assert.equal(status, 200, body.toString())
}

/** One profile an hour: a rhythm, a little noise, a pattern that everybody knows, and from some hour on more of one function. */
async function post(at: number): Promise<void> {
  const noise = (of: number): number => ((at / hour) * 7919 * of) % 11
  const counts = (RUNNABLE: number) => ({ counts: { RUNNABLE } })
  const parse = (500 + noise(1)) * (at >= changeAt ? 3 : 1)
  const serve = {
    [hostile]: counts(parse),
    'shop:price': counts(4000 + noise(2)),
    'shop:find': {
      children: { 're:compile': { children: { 're._compiler:compile': counts(900 + noise(3)) } } },
    },
  }
  const body = {
    start: at + 50 * 60_000,
    end: at + 55 * 60_000,
    agentMetadata: {
      agentInfo: { type: 'test', version: '1' },
      labels: { version: at >= changeAt ? '2.5' : '2.4' },
      fleetInfo: { type: 'EC2', id: 'web-1', hostName: 'web-1', hostType: 'm5.xlarge' },
    },
    callgraph: { children: { 'shop:serve': { ...counts(1000 + noise(4)), children: serve } } },
  }
  // An import may be of any age.
  const target = '/v1/profilingGroups/shop/import?format=profile'
  const { status, body: said } = await caller.send({ method: 'POST', target, body: JSON.stringify(body) })
  assert.equal(status, 200, said.toString())
}

const inDark = (page: Page) => page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })

test('a function that costs more stands on the overview, and leads to when, why, how much and by which version', async () => {
  const page = await signedIn.open('/console/groups/shop/overview')
  await page.getByText(/^Costs: the share of the time/).waitFor()
  await page.getByRole('link', { name: /costs more$/ }).click()
  const card = page.locator('.finding').first()
  await card.getByText('still so, with version 2.5').waitFor()
  await card.getByText(/takes .* of CPU time since .* UTC, where .* were usual/).waitFor()
  await card.getByText(/\$[\d,.]+ a year/).waitFor()
  await page.getByText(/^Costs: the share by which a function grew.* at \$[\d.]+ an hour; prices: /).waitFor()
  await card.locator('svg .mark').getByText('began').waitFor()
  assert.equal(await page.locator('main img').count(), 0)
  await assertAccessible(page)
  await inDark(page)
  await assertAccessible(page)
  await page.close()
})

test('before and after lie beside each other as one flame graph', async () => {
  const page = await signedIn.open('/console/groups/shop/anomalies')
  await page.getByRole('link', { name: 'Before and after, as flame graphs' }).click()
  await page.waitForURL(/\/compare\?/)
  await page.getByText(/^Before: .* samples\. After: .* samples\.$/).waitFor()
  assert.equal(await page.getByRole('radio', { name: 'Flame graph' }).isChecked(), true)
  await page.close()
})

test('what somebody thinks of it is kept, told to others, and may be changed', async () => {
  const page = await signedIn.open('/console/groups/shop/anomalies')
  const thumbs = (name: string) => page.getByRole('button', { name })
  await thumbs('No').click()
  await page.locator('button[aria-pressed="true"]', { hasText: 'No' }).waitFor()
  await page.reload()
  await page.locator('button[aria-pressed="true"]', { hasText: 'No' }).waitFor()
  await thumbs('Yes').click()
  await page.locator('button[aria-pressed="true"]', { hasText: 'Yes' }).waitFor()
  await page.close()
})

test('a pattern that costs too much is named, priced, explained, and leads to its place in the flame graph', async () => {
  const page = await signedIn.open('/console/groups/shop/recommendations?range=1d')
  const card = page.locator('.finding', { has: page.getByRole('heading', { name: /egular expression/ }) })
  await card.getByText(/\$[\d,.]+ a year/).waitFor()
  await page.getByText(/^Costs: the share of the time.* at \$[\d.]+ an hour; prices: /).waitFor()
  await card.getByText('What to do.').waitFor()
  await page.getByRole('cell', { name: 'an hour' }).first().waitFor()
  await assertAccessible(page)
  await inDark(page)
  await assertAccessible(page)
  await card.locator('.finding-places a').first().click()
  await page.waitForURL(/#zoom=.*re(%3A|:)compile/)
  await page.close()
})

test('what nobody wants to hear of is muted, and heard of again', async () => {
  const page = await signedIn.open('/console/groups/shop/recommendations?range=1d')
  const card = page.locator('.finding', { has: page.getByRole('heading', { name: /egular expression/ }) })
  await card.getByRole('button', { name: /^Mute/ }).click()
  await card.getByText('Muted.').waitFor()
  await page.reload()
  await card.getByRole('button', { name: /^Unmute/ }).click()
  await card.getByRole('button', { name: /^Mute/ }).waitFor()
  await page.close()
})

test('where there is too little to say anything, it is said how much is missing', async () => {
  const page = await signedIn.open('/console/groups/silent/anomalies')
  await page
    .getByText('There are 0 hours with profiles in the last four weeks; it takes about 240 hours')
    .waitFor()
  await page.goto(`${wick.url}/console/groups/silent/recommendations`)
  await page.getByText('There is no profile in').waitFor()
  await assertAccessible(page)
  await page.close()
})
