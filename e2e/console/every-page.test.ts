/**
 * Every page of the console as it is when there is something on it: axe in both themes, for everybody who may see all of
 * it and for somebody who may see one group, with hostile names, when the server is gone and when the session is over.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  accessHref,
  accessSections,
  auditHref,
  groupHref,
  groupTabs,
} from '../../packages/web/src/app/routes.ts'
import { sampleProfile } from '../../packages/web/src/first-steps/sample-profile.ts'
import { assertAccessible, assertContrast, layoutShift, settled, startBrowser } from '../support/browser.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { callCloudWatch } from '../support/cloudwatch.ts'
import { type OpenConsole, openConsole, openPage } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let caller: Caller
let browser: Browser
/** As the administrator. */
let signedIn: OpenConsole

/** What markup, scripts, templates and terminals would take for theirs. */
const hostile = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>\u202e\u0000'
/** The same where a NUL is refused. */
const hostileText = hostile.replace('\0', '')

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-pages-'))
  wick = await startWick({ directory, flags: ['--insecure-http'] })
  caller = await startCaller(wick)
  await caller.createGroup('shop')
  await post({
    main: { counts: { RUNNABLE: 5 }, children: { [hostile]: { counts: { RUNNABLE: 7, WAITING: 3 } } } },
  })
  await caller.createGroup(full)
  const now = Date.now()
  for (let i = 0; i < 24; i++) {
    const body = JSON.stringify(sampleProfile(now - (i >> 1) * 300_000, i & 1, true))
    assert.equal((await caller.post(full, body)).status, 204)
  }
  await iam('CreateUser', { UserName: 'viewer' })
  await iam('PutUserPolicy', { UserName: 'viewer', PolicyName: 'looks', PolicyDocument: viewerPolicy })
  const password = { Password: 'correct horse battery staple', UserName: 'viewer' }
  await iam('CreateLoginProfile', password)
  await iam('CreateGroup', { GroupName: 'team' })
  await iam('AddUserToGroup', { GroupName: 'team', UserName: 'viewer' })
  await iam('CreateRole', {
    RoleName: 'worker',
    AssumeRolePolicyDocument: trustPolicy,
    Description: hostile.slice(0, 40),
  })
  await iam('CreatePolicy', { PolicyName: 'readers', PolicyDocument: viewerPolicy })
  await callCloudWatch(caller, 'PutMetricAlarm', alarmRule)
  const alarmed = { AlarmName: hostileText, StateValue: 'ALARM', StateReason: hostileText }
  await callCloudWatch(caller, 'SetAlarmState', alarmed)
  browser = await startBrowser(null)
  signedIn = await openConsole(browser, wick)
})

after(async () => {
  await browser?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const account = 'arn:aws:iam::000000000000'
const viewerPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup'],
    Resource: 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/shop',
  },
})
const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: `${account}:root` }, Action: 'sts:AssumeRole' },
})

/** One of each kind that has pages of its own. A new kind of page, too, has its place here. */
const names: Readonly<Record<(typeof accessSections)[number], readonly (string | null)[]>> = {
  users: [null, 'viewer'],
  groups: [null, 'team'],
  roles: [null, 'worker'],
  policies: [null, `${account}:policy/readers`, 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess'],
  simulator: [null],
}

/** From the lists that the console is made of: what is added there is looked at here. */
const paths: readonly string[] = [
  '/console/',
  ...groupTabs.map((tab) => groupHref('shop', tab)),
  ...accessSections.flatMap((section) => names[section].map((name) => accessHref(section, name))),
  `${accessHref('simulator')}?who=${account}:user/viewer&action=codeguru-profiler:PutPermission&what=shop`,
  auditHref,
  '/console/account',
  '/console/nothing',
]

/** A group with hosts, prices, heaps and findings. */
const full = 'full'

/** Every page of it, and what else its flame graph shows. */
const fullPaths: readonly string[] = [
  ...groupTabs.map((tab) => groupHref(full, tab)),
  ...['view=hotspots', 'view=inspect', 'as=table', 'view=hotspots&as=table'].map(
    (query) => `${groupHref(full)}?v=2&${query}`,
  ),
  `${groupHref(full, 'compare')}?show=tree`,
]

async function iam(Action: string, parameters: Readonly<Record<string, string>>): Promise<void> {
  const { status, body } = await caller.send({
    method: 'POST',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: '2010-05-08', ...parameters }).toString(),
    signature: { service: 'iam' },
  })
  assert.equal(status, 200, body.toString())
}

const alarmRule = {
  AlarmName: hostileText,
  ...{ Namespace: 'Wick', MetricName: hostileText, Statistic: 'Sum', Period: 300, EvaluationPeriods: 3 },
  ...{ ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'ignore' },
  Dimensions: [{ Name: 'ProfilingGroupName', Value: 'shop' }],
}

async function post(children: object): Promise<void> {
  const end = Date.now()
  const body = JSON.stringify({ start: end - 60_000, end, callgraph: { children } })
  assert.equal((await caller.post('shop', body)).status, 204)
}

test('axe finds nothing wrong on any page, in light and dark', async () => {
  const page = await signedIn.open('/console/')
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(wick.url + path)
    await settled(page)
    await assertAccessible(page).catch((error: Error) => assert.fail(`${path}: ${error.message}`))
    await page.emulateMedia({ colorScheme: 'dark' })
    await assertContrast(page).catch((error: Error) => assert.fail(`${path}, dark: ${error.message}`))
  }
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false)
  await page.close()
})

/** What a person does not notice. */
const unnoticed = 0.005

test('on no page does anything jump while it loads, or reach beyond the window', async () => {
  const page = await signedIn.open('/console/')
  for (const path of [...paths, ...fullPaths]) {
    await page.goto(wick.url + path)
    await settled(page)
    await page.waitForLoadState('networkidle')
    const shift = await layoutShift(page)
    assert.ok(shift < unnoticed, `${path} moves by ${shift}`)
    assert.ok(Math.max(...(await widths(page))) <= 1280, `${path} is ${await widths(page)} pixels wide`)
  }
  await page.close()
})

test('the tools of the flame graph stand in one row, with what a search found too', async () => {
  const page = await signedIn.open(groupHref(full))
  await settled(page)
  const height = async () => (await page.locator('.explorer-tools').boundingBox())!.height
  assert.ok((await height()) < 40)
  await page.getByRole('searchbox', { name: 'Search functions' }).fill('shop')
  await page.getByRole('button', { name: 'Next match' }).waitFor()
  assert.ok((await height()) < 40)
  await page.close()
})

/** Of what must not scroll sideways; tables and policies scroll within their frames. */
function widths(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('html, main, .group-page'), ({ scrollWidth }) => scrollWidth),
  )
}

test('every panel, figure and chart says what it is; no term is explained to the mouse alone', async () => {
  const page = await signedIn.open('/console/')
  for (const path of [...paths, ...fullPaths]) {
    await page.goto(wick.url + path)
    await settled(page)
    const silent = await page.evaluate(() => {
      const said = (element: Element | null): boolean => (element?.textContent ?? '').trim().length > 10
      const isDescribed = (element: Element): boolean =>
        said(document.getElementById(element.getAttribute('aria-describedby') ?? '')) ||
        said(element.querySelector(':scope > p'))
      const panels = [...document.querySelectorAll('section.panel')].filter((one) => !isDescribed(one))
      const figures = [...document.querySelectorAll('.figures > div')].filter(
        (one) => !said(one.querySelector('.figure-about')),
      )
      const charts = [...document.querySelectorAll('.chart')].filter(
        (one) => one.closest('section.panel') === null,
      )
      const hints = document.querySelectorAll('thead th[title], .state[title]')
      return [...panels, ...figures, ...charts, ...hints].map((one) => one.outerHTML.slice(0, 200))
    })
    assert.deepEqual(silent, [], path)
  }
  await page.close()
})

test('terms are explained by a button beside them, for keys and touch too', async () => {
  const page = await signedIn.open(`${groupHref(full)}?v=2&as=table`)
  await settled(page)
  await page.getByRole('button', { name: 'About Self' }).press('Enter')
  await page.getByRole('note').filter({ hasText: 'nothing it called' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('note').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'About colours' }).press('Enter')
  await page.getByRole('note').filter({ hasText: 'what it builds on' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^\d of \d states$/ }).press('Enter')
  await page.getByRole('group', { name: 'Single thread states' }).getByText('waiting for a lock').waitFor()
  await assertAccessible(page)
  await page.close()
})

test('no page is wider than a phone', async () => {
  const page = await signedIn.open('/console/')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of paths) {
    await page.goto(wick.url + path)
    await settled(page)
    assert.ok(Math.max(...(await widths(page))) <= 390, `${path} is ${await widths(page)} pixels wide`)
  }
  await page.close()
})

test('whoever may see one group opens it by its link, and every page says which right is missing for more', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${wick.url}${groupHref('shop')}`)
  await page.getByLabel('User name').fill('viewer')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  const missing: readonly (readonly [string, string])[] = [
    ['/console/', 'codeguru-profiler:ListProfilingGroups'],
    [accessHref('users'), 'iam:ListUsers'],
    [accessHref('users', 'viewer'), 'iam:ListAccessKeys'],
    [accessHref('groups'), 'iam:ListGroups'],
    [accessHref('roles'), 'iam:ListRoles'],
    [accessHref('policies'), 'iam:ListPolicies'],
    [auditHref, 'cloudtrail:LookupEvents'],
    [auditHref, 'wick:GetAuditState'],
  ]
  for (const [path, action] of missing) {
    await page.goto(wick.url + path)
    await page.locator('code').filter({ hasText: action }).first().waitFor()
  }
  await page.goto(`${wick.url}${accessHref('users', 'viewer')}`)
  await settled(page)
  await assertAccessible(page)
  await context.close()
})

test('a search of the audit trail finds who was denied what; its link finds it again', async () => {
  const page = await signedIn.open(auditHref)
  await page.getByLabel('User').fill('viewer')
  await page.getByRole('checkbox', { name: 'Denied only' }).check()
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.waitForURL((url) => url.search === '?user=viewer&denied=1')
  await settled(page)
  const row = page.getByRole('row').filter({ hasText: 'ListUsers' }).first()
  await row.getByText('AccessDenied').waitFor()
  assert.equal(await page.getByRole('row').filter({ hasText: 'wick-admin' }).count(), 0)
  await row.getByRole('button').click()
  const record = page.getByRole('dialog', { name: 'ListUsers' })
  await record.getByText('is not authorized to perform: iam:ListUsers').first().waitFor()
  await assertAccessible(page)
  await record.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  await settled(page)
  assert.equal(await page.getByRole('checkbox', { name: 'Denied only' }).isChecked(), true)
  await row.waitFor()
  await page.close()
})

test('while the next search is on its way, what the last one found stays', async () => {
  const page = await signedIn.open(auditHref)
  await settled(page)
  let answer = (): void => {}
  await page.route('**/v1/audit/search', async (route) => {
    await new Promise<void>((done) => {
      answer = done
    })
    await route.continue()
  })
  const rows = page.locator('table.audit tbody tr')
  const found = await rows.count()
  assert.ok(found > 0)
  await page.getByLabel('User').fill('viewer')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.locator('.results[aria-busy=true]').waitFor()
  assert.equal(await rows.count(), found)
  answer()
  await settled(page)
  assert.equal(await rows.filter({ hasText: 'wick-admin' }).count(), 0)
  await page.close()
})

test('the audit page says how far the trail is signed, and how to check it', async () => {
  const page = await signedIn.open(auditHref)
  const panel = page.getByRole('region', { name: 'Is the trail whole?' })
  await panel.getByText(/number \d+, .* of \d+ records?; \d+ came after it/).waitFor()
  await panel.getByText('no digest; --audit-copy-directory').waitFor()
  await panel.getByText('Check it').click()
  await panel.getByText(/wick audit verify --data DIR --noted \d+:[0-9a-f]{64}/).waitFor()
  await page.close()
})

test('the simulator says which statement allows, and what would have to be different', async () => {
  const page = await signedIn.open(accessHref('users', 'viewer'))
  await page.getByRole('link', { name: 'What may this user do?' }).click()
  await page.getByLabel('Does what').fill('GetProfile')
  await page.getByLabel('On what').fill('shop')
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('heading', { name: 'Allowed' }).waitFor()
  await page.getByText('user_viewer_looks').waitFor()
  await page.getByLabel('On what').fill('billing')
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('heading', { name: 'Denied' }).waitFor()
  await page.getByText('does not match: Resource').waitFor()
  await page.close()
})

test('a policy gets versions; an older one is put in force again', async () => {
  const page = await signedIn.open(accessHref('policies', `${account}:policy/readers`))
  const editor = page.getByRole('textbox', { name: 'readers' })
  await editor.fill((await editor.inputValue()).replace('GetProfile', 'GetPolicy'))
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.locator('summary').filter({ hasText: 'v2' }).getByText('in force').waitFor()
  await page.locator('summary').filter({ hasText: 'v1' }).click()
  await page.getByRole('button', { name: 'Put v1 in force' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click()
  await page.locator('summary').filter({ hasText: 'v1' }).getByText('in force').waitFor()
  await page.close()
})

test('without the server what was shown stays, and the next page says so', async () => {
  const page = await signedIn.open(accessHref('users'))
  await page.getByRole('link', { name: 'viewer' }).waitFor()
  await signedIn.context.setOffline(true)
  await page.getByRole('link', { name: 'viewer' }).click()
  await page.getByText('The server does not answer.').first().waitFor()
  await page.getByText('Is it running, and can this machine reach it?').first().waitFor()
  await assertAccessible(page)
  await signedIn.context.setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await page.getByText(`${account}:user/viewer`).waitFor()
  await page.close()
})

test('when the session is over, signing in leads back to the same page', async () => {
  const own = await openConsole(browser, wick)
  const page = await own.open(`${auditHref}?user=viewer`)
  await settled(page)
  await own.context.clearCookies()
  await page.getByRole('button', { name: 'Look again' }).click()
  await page.getByRole('heading', { name: /Your session has ended|Sign in to Wick/ }).waitFor()
  await assertAccessible(page)
  const again = await openConsole(browser, wick)
  await own.context.addCookies(await again.context.cookies())
  await page.reload()
  await settled(page)
  assert.equal(new URL(page.url()).search, '?user=viewer')
  await page.getByRole('heading', { name: 'Audit' }).waitFor()
  await again.context.close()
  await own.context.close()
})

test('threat 4: five hundred hostile names are shown as text, wherever they stand', async () => {
  const hacks = Array.from({ length: 500 }, (_, i) => hack(i))
  await post(Object.fromEntries(hacks.map((name) => [name, { counts: { RUNNABLE: 1 } }])))
  const page = await openPage(signedIn.context, `${wick.url}/console/groups/shop?view=table&states=latency`)
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs++
    void dialog.dismiss()
  })
  await settled(page)
  for (const tab of groupTabs) {
    await page.goto(`${wick.url}${groupHref('shop', tab)}`)
    await settled(page)
    assert.equal(await page.evaluate(() => 'hacked' in globalThis), false, tab)
    assert.equal(await page.locator('main img, main script, main iframe').count(), 0, tab)
  }
  // Names that the server refuses still stand in its records, and in the addresses of pages.
  for (const name of hacks.slice(0, 20)) {
    await caller.send({ target: `/profilingGroups/${encodeURIComponent(name.replaceAll('\0', ''))}` })
    await page.goto(`${wick.url}${accessHref('users', name)}`)
    await settled(page)
  }
  await page.goto(wick.url + auditHref)
  await settled(page)
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false)
  assert.equal(dialogs, 0)
  await page.close()
})

/** All of them different, of the kinds that pages were broken with. */
function hack(i: number): string {
  const kinds = [
    `<img src=x onerror="globalThis.hacked=${i}">`,
    `"><script>globalThis.hacked=${i}</script>`,
    `<svg onload=globalThis.hacked=${i}>`,
    `javascript:globalThis.hacked=${i}`,
    `'-(globalThis.hacked=${i})-'`,
    `{{globalThis.hacked=${i}}}`,
    `\${globalThis.hacked=${i}}`,
    `</title><iframe srcdoc="<script>parent.hacked=${i}</script>">`,
    `<a href="javascript:globalThis.hacked=${i}" autofocus onfocus=globalThis.hacked=${i}>`,
    `\u202e\u0000=cmd|' /C calc'!A${i}`,
  ]
  return kinds[i % kinds.length]!
}
