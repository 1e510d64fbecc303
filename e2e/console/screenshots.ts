/** Draws every page of the console in both themes into docs/images, on the sample group: `make screenshots`. */
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
import { settled, startBrowser } from '../support/browser.ts'
import { type OpenConsole, openConsole, openPage } from '../support/console.ts'
import { startWick, type Wick } from '../support/wick.ts'

const images = resolve(import.meta.dirname, '../../docs/images')
const root = resolve(images, '../..')
const mostBytes = 150_000
const group = 'sample-shop'
const user = `agent-${group}`

/** Name of the picture → page. */
const pages: ReadonlyMap<string, string> = new Map([
  ['groups', home],
  ...groupTabs.map((tab) => [tab, groupHref(group, tab)] as const),
  ...accessSections.map(
    (section) => [section === 'groups' ? 'user-groups' : section, accessHref(section)] as const,
  ),
  ['user', accessHref('users', user)],
  ['policy', accessHref('policies', 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess')],
  [
    'simulator',
    `${accessHref('simulator')}?who=arn:aws:iam::000000000000:user/${user}&action=codeguru-profiler:GetProfile&what=${group}`,
  ],
  ['audit', auditHref],
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
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settled(page)
    await page.waitForLoadState('networkidle')
    // What is drawn on a canvas comes with the frame after the next.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    const path = join(images, colorScheme === 'light' ? `${name}.png` : `${name}-dark.png`)
    await page.screenshot({ path })
    const { size } = await stat(path)
    if (size > mostBytes) throw new Error(`${relative(root, path)} has ${size} bytes, more than ${mostBytes}`)
    console.log(`${relative(root, path)} ${size}`)
  }
}

await main()
