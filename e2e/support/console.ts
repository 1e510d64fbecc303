/** A signed-in console in a browser. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Wick } from './wick.ts'

const cli = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')

export interface OpenConsole {
  readonly context: BrowserContext
  /** A page of its own, with a heading. Errors of scripts and of the content security policy fail the test. */
  open(path: string): Promise<Page>
}

/** As the administrator. */
export async function openConsole(
  browser: Browser,
  wick: Pick<Wick, 'url' | 'directory'>,
  options: BrowserContextOptions = {},
): Promise<OpenConsole> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 760 }, ...options })
  const page = await context.newPage()
  await page.goto(await signInLink(wick.directory))
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.close()
  return { context, open: (path) => openPage(context, wick.url + path) }
}

/** @param context signed in or not */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  page.on('pageerror', (error) => assert.fail(error))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      assert.fail(message.text())
  })
  await page.goto(url)
  await page.locator('h1').waitFor()
  return page
}

export async function signInLink(directory: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'console', '--data', directory])
  return /https?:\S+/.exec(stdout)![0]
}
