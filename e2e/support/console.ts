/** A signed-in console in a browser. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { startBrowser } from './browser.ts'
import { type Caller, startCaller } from './caller.ts'
import { startWick, type Wick } from './wick.ts'

const cli = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')

export interface OpenConsole {
  readonly context: BrowserContext
  /** A page of its own, with a heading. Errors of scripts and of the content security policy fail the test. */
  open(path: string): Promise<Page>
}

/** A server of its own over plain HTTP, and its console in a browser. */
export interface StartedConsole {
  readonly wick: Wick
  readonly caller: Caller
  readonly browser: Browser
  /** As the administrator. */
  readonly signedIn: OpenConsole
  /** All of it, the server's directory too. */
  stop(): Promise<void>
}

export async function startConsole(options: BrowserContextOptions = {}): Promise<StartedConsole> {
  const parts = new AsyncDisposableStack()
  try {
    const directory = await mkdtemp(join(tmpdir(), 'wick-e2e-console-'))
    parts.defer(() => rm(directory, { recursive: true, force: true }))
    const wick = await startWick({ directory, flags: ['--insecure-http'] })
    parts.defer(async () => void (await wick.stop()))
    const browser = await startBrowser(null)
    parts.defer(() => browser.close())
    const caller = await startCaller(wick)
    const signedIn = await openConsole(browser, wick, options)
    return { wick, caller, browser, signedIn, stop: () => parts.disposeAsync() }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
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
