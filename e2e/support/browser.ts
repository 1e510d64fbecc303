/** Chromium against a real server; nothing of the console is stubbed. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import axe, { type RunOptions } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

/** @param certificate the server's, PEM: the only one that is trusted beside the public authorities; null for plain HTTP */
export async function startBrowser(certificate: string | null): Promise<Browser> {
  const pin = certificate === null ? [] : [`--ignore-certificate-errors-spki-list=${keyPin(certificate)}`]
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', ...pin] })
}

function findChromium(): string {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    } catch {
      // The next name may be there.
    }
  }
  throw new Error('There is no chromium: scripts/setup-system.sh installs it.')
}

function keyPin(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}

export const serverCertificate = (directory: string): Promise<string> =>
  readFile(`${directory}/tls/server.pem`, 'utf8')

/** Fails with what axe finds wrong on the page as it is now. */
export function assertAccessible(page: Page): Promise<void> {
  return assertNoViolation(page, {})
}

/** The same of what another theme can change: colours. */
export function assertContrast(page: Page): Promise<void> {
  return assertNoViolation(page, { runOnly: ['color-contrast'] })
}

async function assertNoViolation(page: Page, options: RunOptions): Promise<void> {
  // Evaluated by the debugger, so that the page's content security policy stays as strict as it is.
  await page.evaluate(axe.source)
  const { violations, passes } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: typeof axe }).axe.run(given),
    { ...options, resultTypes: ['violations'] } satisfies RunOptions,
  )
  assert.ok(passes.length > 0, 'axe has looked at nothing')
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.html)})`)
  assert.deepEqual(found, [])
}

/** What the focused tree says about its selected frame. */
export function selectedFrame(page: Page): Promise<string> {
  return page.evaluate(() => {
    const id = document.querySelector('[role=tree]')?.getAttribute('aria-activedescendant')
    return (id && document.getElementById(id)?.getAttribute('aria-label')) ?? ''
  })
}

/** Until nothing of the page is on its way: a picture of before stays until the next one is there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], [aria-label=Loading]') === null)
}

/** How far what stood on the page moved by itself since it was opened: the sum of Chromium's layout shifts. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let sum = 0
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
      })[])
        if (!entry.hadRecentInput) sum += entry.value
    })
    observer.observe({ type: 'layout-shift', buffered: true })
    // The last ones are told after the frame that they are of.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))
    observer.disconnect()
    return sum
  })
}

/** Walks the flame graph, once it stands, with the arrow keys from the root along a call path. */
export async function walkTo(page: Page, path: readonly string[]): Promise<void> {
  await settled(page)
  const tree = page.getByRole('tree', { name: 'Flame graph' })
  await tree.focus()
  await tree.press('0')
  while (!(await selectedFrame(page)).startsWith('ALL,')) await tree.press('ArrowUp')
  for (const name of path) {
    await tree.press('ArrowDown')
    for (let sibling = 0; !(await selectedFrame(page)).startsWith(`${name},`); sibling++) {
      assert.ok(sibling < 50, `${name} is not among the callees; at ${await selectedFrame(page)}`)
      await tree.press('ArrowRight')
    }
  }
}
