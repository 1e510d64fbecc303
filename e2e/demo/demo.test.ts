/** `wick demo` as a newcomer runs it: a link, a browser, and the hot function of a program that really runs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { access, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  assertAccessible,
  selectedFrame,
  serverCertificate,
  startBrowser,
  walkTo,
} from '../support/browser.ts'
import { runWick, temporaryDirectory } from '../support/wick.ts'

const hotPath = ['orders:<module>', 'orders:main', 'shop.pricing:price_order']

test('the demo shows the hot function of a live program within a minute', async (t) => {
  const demo = await startDemo([])
  t.after(() => demo.stop())
  const browser = await startBrowser(await serverCertificate(demo.directory))
  t.after(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } })
  await page.goto(demo.link)
  await page.getByRole('link', { name: 'demo-orders' }).click()
  await page.getByRole('link', { name: 'Flame graph' }).click()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor({ timeout: 60_000 })

  await t.test('found by search', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('price_order')
    await page.locator('.match-share').waitFor()
    const share = Number.parseFloat((await page.locator('.match-share').textContent())!)
    // In the CPU view, which leaves the rest out; what is left is start-up and the making of orders.
    assert.ok(share > 50, `${share} % of the samples are in price_order`)
    await page.keyboard.press('Escape')
  })

  await t.test('found by keyboard', async () => {
    await walkTo(page, hotPath)
    assert.match(await selectedFrame(page), /^shop\.pricing:price_order, [\d.]+ percent of CPU time/)
  })

  await t.test('and axe finds no violation', () => assertAccessible(page))

  await t.test('at the end nothing is left running', async () => {
    assert.equal(await demo.stop(), 0)
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'])
    const left = stdout
      .split('\n')
      .filter((line) => /wick_agent orders\.py|checkout\.mjs|Stock\.java/.test(line))
    assert.deepEqual(left, [])
    await assert.rejects(access(demo.directory), 'the temporary directory is still there')
  })
})

test('the Node.js program is profiled too, in states of its own, and what is missing is left out by name', async (t) => {
  const PATH = await pathWith(t, ['sh', 'dirname', 'find'])
  const demo = await startDemo(['--insecure-http'], { PATH })
  t.after(() => demo.stop())
  assert.match(demo.said(), /demo-orders is left out: there is no Python 3\.9 or newer/)
  assert.match(demo.said(), /demo-stock is left out: there is no JDK/)
  const browser = await startBrowser(null)
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(demo.link)
  await page.getByRole('link', { name: 'demo-checkout' }).click()
  await page.getByRole('link', { name: 'Flame graph' }).click()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor({ timeout: 60_000 })
  await page.keyboard.press('/')
  await page.keyboard.type('formatPrice')
  await page.locator('.match-share').waitFor()
  const share = Number.parseFloat((await page.locator('.match-share').textContent())!)
  assert.ok(share > 50, `${share} % of the CPU samples are in formatPrice`)
})

/** A directory with these programs and no others. */
async function pathWith(t: TestContext, programs: readonly string[]): Promise<string> {
  const directory = await temporaryDirectory(t)
  for (const program of programs) {
    const { stdout } = await promisify(execFile)('sh', ['-c', `command -v ${program}`])
    await symlink(stdout.trim(), join(directory, program))
  }
  return directory
}

async function startDemo(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = runWick(['demo', '--listen', '127.0.0.1:0', ...flags], environment)
  let output = ''
  let errors = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  // The first run builds the agents: that is not the demo's minute.
  for (let tries = 0; !output.includes('Stop: Ctrl+C'); tries++) {
    if (child.exitCode !== null || tries > 1800) throw new Error(`the demo did not start: ${errors}`)
    await wait(100)
  }
  return {
    link: /https?:\S+\/console\/sign-in#\S+/.exec(output)![0],
    directory: /Data and credentials: (\S+)/.exec(output)![1]!,
    said: () => errors,
    stop: async () => {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      return child.exitCode
    },
  }
}
