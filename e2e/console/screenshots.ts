/**
 * Draws every page of the console in both themes into docs/images, on the sample group with two weeks of history:
 * `make screenshots`.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import {
  accessHref,
  accessSections,
  auditHref,
  groupHref,
  groupTabs,
  home,
} from '../../packages/web/src/app/routes.ts'
import { sampleProfile } from '../../packages/web/src/first-steps/sample-profile.ts'
import { settled, startBrowser } from '../support/browser.ts'
import { type Call, type Caller, startCaller } from '../support/caller.ts'
import { type OpenConsole, openConsole, openPage } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

const images = resolve(import.meta.dirname, '../../docs/images')
const root = resolve(images, '../..')
const mostBytes = 280_000
const group = 'sample-shop'
const user = `agent-${group}`
const team = 'developers'
const role = 'deployer'

/** Name of the picture → page. */
const pages: ReadonlyMap<string, string> = new Map([
  ['groups', home],
  ...groupTabs.map((tab) => [tab, groupHref(group, tab)] as const),
  ['hotspots', `${groupHref(group)}?v=2&view=hotspots`],
  ['inspect', `${groupHref(group)}?v=2&view=inspect#inspect=com.example.shop.PricingService.price`],
  ['table', `${groupHref(group)}?v=2&as=table`],
  // What is slower since today is seen against the day before.
  ['compare', `${groupHref(group, 'compare')}?range=1h&before=day`],
  ['compare-tree', `${groupHref(group, 'compare')}?range=1h&before=day&show=tree`],
  ...accessSections.map(
    (section) => [section === 'groups' ? 'user-groups' : section, accessHref(section)] as const,
  ),
  ['user', accessHref('users', user)],
  ['user-group', accessHref('groups', team)],
  ['role', accessHref('roles', role)],
  ['policy', accessHref('policies', 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess')],
  [
    'simulator',
    `${accessHref('simulator')}?who=arn:aws:iam::000000000000:user/${user}&action=codeguru-profiler:GetProfile&what=${group}`,
  ],
  ['audit', `${auditHref}?event=Create`],
  ['account', `${home}account`],
])

async function main(): Promise<void> {
  await mkdir(images, { recursive: true })
  const directory = await mkdtemp(join(tmpdir(), 'wick-screenshots-'))
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  const browser = await startBrowser(null)
  try {
    await drawSignIn(browser, wick)
    const signedIn = await openConsole(browser, wick)
    const first = await signedIn.open(home)
    await draw(first, 'first-steps')
    await fill(first, wick)
    await fillFurther(await startCaller(wick))
    await drawAll(signedIn, wick)
  } finally {
    await browser.close()
    await wick.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function drawSignIn(browser: Browser, { url }: Wick): Promise<void> {
  const context = await browser.newContext({ viewport })
  await draw(await openPage(context, url + home), 'sign-in')
  await context.close()
}

/** The sample group, and somebody for the pages of access. */
async function fill(page: Page, { url }: Wick): Promise<void> {
  await page.getByRole('button', { name: 'Load the sample group' }).click()
  await page.waitForURL((at) => at.pathname === groupHref(group, 'overview'))
  await page.goto(url + accessHref('users'))
  await page.getByRole('button', { name: 'Identity for an agent' }).click()
  const dialog = page.getByRole('dialog', { name: 'Identity for an agent' })
  await dialog.getByLabel('Profiling group').fill(group)
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
}

const hour = 3_600_000
/** What an agent reports at once. */
const window = 300_000
const historyHours = 15 * 24

/** The days before, so that there is something to find; and somebody for every page of access. */
async function fillFurther(caller: Caller): Promise<void> {
  const end = Math.floor((Date.now() - 11 * 60_000) / hour) * hour
  const ends = Array.from({ length: historyHours }, (_, i) => end - i * hour - hour / 2)
  // Of the last day each window: its lines are drawn by the five minutes.
  for (let at = Date.now() - 25 * window; at > Date.now() - 25 * hour; at -= window) ends.push(at)
  for (const at of ends) {
    const body = JSON.stringify(sampleProfile(at, 1, at > end - 6 * hour))
    await send(caller, `/v1/profilingGroups/${group}/import?format=profile`, { body })
  }
  for (const job of ['findings-reports', ...Array<string>(5).fill('anomalies')])
    await send(caller, `/v1/jobs/${job}/run`)
  const mayRead = statement({
    Action: ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup'],
    Resource: '*',
  })
  const account = { AWS: 'arn:aws:iam::000000000000:root' }
  await iam(caller, 'CreateGroup', { GroupName: team })
  await iam(caller, 'PutGroupPolicy', { GroupName: team, PolicyName: 'looks', PolicyDocument: mayRead })
  await iam(caller, 'CreateUser', { UserName: 'ada' })
  await iam(caller, 'AddUserToGroup', { GroupName: team, UserName: 'ada' })
  await iam(caller, 'CreateRole', {
    RoleName: role,
    Description: 'Creates groups when a service is deployed',
    AssumeRolePolicyDocument: statement({ Principal: account, Action: 'sts:AssumeRole' }),
  })
  await iam(caller, 'AttachRolePolicy', {
    RoleName: role,
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess',
  })
}

function statement(rest: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...rest } })
}

async function iam(
  caller: Caller,
  Action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  await send(caller, '/', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: '2010-05-08', ...parameters }).toString(),
    signature: { service: 'iam' },
  })
}

async function send(caller: Caller, target: string, call: Partial<Call> = {}): Promise<void> {
  const { status, body } = await caller.send({ method: 'POST', target, ...call })
  if (status >= 300) throw new Error(`${target} answers ${status}: ${body}`)
}

async function drawAll(signedIn: OpenConsole, { url }: Wick): Promise<void> {
  const page = await signedIn.open(home)
  for (const [name, path] of pages) {
    await page.goto(url + path)
    await draw(page, name)
  }
}

const viewport = { width: 1280, height: 800 }

async function draw(page: Page, name: string): Promise<void> {
  await page.setViewportSize(viewport)
  await filled(page)
  await page.setViewportSize({ ...viewport, height: await wholeHeight(page) })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await filled(page)
    // What is drawn on a canvas comes with the frame after the next.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur())
    const path = join(images, colorScheme === 'light' ? `${name}.png` : `${name}-dark.png`)
    await page.screenshot({ path })
    const { size } = await stat(path)
    if (size > mostBytes) throw new Error(`${relative(root, path)} has ${size} bytes, more than ${mostBytes}`)
    console.log(`${relative(root, path)} ${size}`)
  }
}

async function filled(page: Page): Promise<void> {
  await settled(page)
  await page.waitForLoadState('networkidle')
  // Rows of the list of groups ask one by one, once they are seen.
  await page.waitForFunction(() => document.querySelector('td.spark:empty') === null)
}

/** Longer than a long page of settings; a list may go on. */
const mostHeight = 2400

/** Pages scroll within the window: it is made as tall as what they hold. */
async function wholeHeight(page: Page): Promise<number> {
  const hidden = await page.evaluate(() =>
    Math.max(
      ...Array.from(
        document.querySelectorAll('main, .group-page'),
        ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight,
      ),
    ),
  )
  return Math.min(mostHeight, viewport.height + hidden)
}

await main()
