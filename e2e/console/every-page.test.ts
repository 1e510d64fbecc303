/**
 * Every page of the console as it is when there is something on it: axe in both themes, for everybody who may see all of
 * it and for somebody who may see one group, with hostile names, when the server is gone and when the session is over.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import {
  accessHref,
  accessSections,
  auditHref,
  groupHref,
  groupTabs,
} from '../../packages/web/src/app/routes.ts'
import { assertAccessible, assertContrast, settled, startBrowser } from '../support/browser.ts'
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

test('no page is wider than a phone', async () => {
  const page = await signedIn.open('/console/')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of paths) {
    await page.goto(wick.url + path)
    await settled(page)
    // Tables and policies scroll within their frames; what holds them must not.
    const widths = await page.evaluate(() =>
      Array.from(document.querySelectorAll('html, main, .group-page'), ({ scrollWidth }) => scrollWidth),
    )
    assert.ok(Math.max(...widths) <= 390, `${path} is ${widths} pixels wide`)
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
