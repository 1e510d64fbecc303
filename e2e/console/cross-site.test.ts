/** What pages of somebody else can do with the browser of a person who is signed in to the console: nothing. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { BrowserContext, Page, Request } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

/** Runs in the foreign page: every way to make a browser ask, with its cookies. */
async function attack(origin: string): Promise<void> {
  const group = '{"profilingGroupName":"forged"}'
  const ask = (path: string, options: RequestInit): Promise<unknown> =>
    fetch(`${origin}${path}`, { credentials: 'include', ...options }).catch(() => null)
  const create = '/profilingGroups?clientToken=forged'
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
    for (const mode of ['no-cors', 'cors'] as const)
      await ask(create, { method: 'POST', mode, headers: { 'content-type': type }, body: group })
  await ask(create, { method: 'POST', headers: { 'x-wick-console': '1', 'x-wick-csrf': 'x' }, body: group })
  await ask('/v1/console/session', { method: 'DELETE' })
  await ask('/v1/console/session', { method: 'POST', mode: 'no-cors', body: '{"ticket":"x"}' })
  navigator.sendBeacon(`${origin}${create}`, group)
  const frame = Object.assign(document.createElement('iframe'), { name: 'there' })
  const form = Object.assign(document.createElement('form'), {
    ...{ method: 'post', enctype: 'text/plain', target: 'there', action: `${origin}${create}` },
  })
  const field = Object.assign(document.createElement('input'), { name: group.slice(0, -1), value: '"}' })
  form.append(field)
  document.body.append(frame, form)
  const done = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  form.submit()
  await done
}

async function signedIn(wick: Wick, context: BrowserContext): Promise<Page> {
  const caller = await startCaller(wick)
  const made = await caller.send({ method: 'POST', target: '/v1/console/sign-in-links' })
  const page = await context.newPage()
  await page.goto(JSON.parse(made.body.toString()).url)
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
  return page
}

const cookieOf = async (context: BrowserContext): Promise<string | undefined> =>
  (await context.cookies()).find(({ name }) => name === 'wick-session')?.value

test('threat 19: a page of the same site, to which the browser sends the session, changes nothing with it', async (t) => {
  const wick = await startWick({ directory: await temporaryDirectory(t), flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  // Another port is another origin, and the same site: SameSite alone keeps nothing from it.
  const foreign = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<body>')
  })
  await new Promise<void>((resolve) => void foreign.listen(0, '127.0.0.1', resolve))
  t.after(() => void foreign.close())
  const browser = await startBrowser(null)
  t.after(() => browser.close())
  const context = await browser.newContext()
  const own = await signedIn(wick, context)

  const page = await context.newPage()
  const sent: Request[] = []
  page.on('request', (request) => sent.push(request))
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`)
  await page.evaluate(attack, wick.url)
  const cookies = await Promise.all(sent.map(async (request) => (await request.allHeaders()).cookie ?? ''))
  assert.ok(
    cookies.some((cookie) => cookie.includes('wick-session=')),
    'the attack has the session',
  )

  const caller = await startCaller(wick)
  const groups = await caller.send({ target: '/profilingGroups' })
  assert.deepEqual(JSON.parse(groups.body.toString()).profilingGroupNames, [])
  const status = await own.evaluate(
    async () => (await fetch('/v1/console/session', { headers: { 'x-wick-console': '1' } })).status,
  )
  assert.equal(status, 200, 'and the person is still signed in')
})

test('threat 19: a session that was planted before signing in is worth nothing after', async (t) => {
  const wick = await startWick({ directory: await temporaryDirectory(t), flags: ['--insecure-http'] })
  t.after(() => wick.stop())
  const browser = await startBrowser(null)
  t.after(() => browser.close())
  const context = await browser.newContext()
  const planted = 'planted-by-somebody-else-aaaaaaaaaaaaaaaaaa'
  await context.addCookies([{ name: 'wick-session', value: planted, url: wick.url }])
  await signedIn(wick, context)
  const cookie = await cookieOf(context)
  assert.match(cookie ?? '', /^[\w-]{43}$/)
  assert.notEqual(cookie, planted)
  const caller = await startCaller(wick)
  const headers = { 'x-wick-console': '1', cookie: `wick-session=${planted}` }
  const asPlanted = await caller.send({ target: '/v1/console/session', headers, signature: null })
  assert.equal(asPlanted.status, 403)
})
