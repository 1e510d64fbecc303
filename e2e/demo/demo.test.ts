/** `wick demo` as a newcomer runs it: a link, a browser, and the hot function of a program that really runs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { access, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Locator } from 'playwright-core'
import {
  assertAccessible,
  selectedFrame,
  serverCertificate,
  startBrowser,
  walkTo,
} from '../support/browser.ts'
import { runWick, temporaryDirectory } from '../support/wick.ts'

const minute = 60_000

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

/** All rest half of their time: in Node.js that is the event loop, which has no work then; a thread that sleeps has. */
const programs = [
  { group: 'demo-checkout', agent: 'wick-agent-node', rests: 'without work' },
  { group: 'demo-orders', agent: 'wick-agent-python', rests: 'in its work' },
  { group: 'demo-stock', agent: 'wick-agent-java', rests: 'in its work' },
]

test('what each program does, who it says it is and what lives on its heap is in the console', async (t) => {
  await promisify(execFile)('sh', [join(import.meta.dirname, '../../scripts/build-agent-java.sh')])
  const demo = await startDemo(['--insecure-http'])
  t.after(() => demo.stop())
  const browser = await startBrowser(null)
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(demo.link)
  await page.getByRole('link', { name: 'demo-stock' }).waitFor()
  const console = new URL(page.url()).origin
  const open = (group: string, tab: string) => page.goto(`${console}/console/groups/${group}/${tab}?range=1h`)
  const named = (title: string) =>
    page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
  /** A page shows what was there when it was asked for: it is opened again until there is enough. */
  const opened = async (
    group: string,
    tab: string,
    what: Locator,
    isEnough: () => Promise<boolean> = async () => true,
  ): Promise<void> => {
    for (const deadline = Date.now() + 3 * minute; ; ) {
      await open(group, tab)
      const isThere = await what.waitFor({ timeout: 5000 }).then(isEnough, () => false)
      if (isThere) return
      assert.ok(Date.now() < deadline, `${group} shows no ${what} on its ${tab} page, or not enough of it`)
    }
  }
  const share = async (state: string): Promise<number> => {
    const figure = page.locator('.figures > div').filter({ has: page.getByText(state, { exact: true }) })
    return Number.parseFloat((await figure.locator('.figure-value').textContent())!)
  }

  for (const { group, agent, rests } of programs)
    await t.test(`${group} runs and rests ${rests}, and has its labels`, async () => {
      const row = named('Fleet').getByRole('row').filter({ hasText: 'environment=demo version=1' })
      const isBetween = (state: string, low: number, high: number) => async (): Promise<boolean> => {
        const found = await share(state)
        return found >= low && found <= high
      }
      // The first report may be of a time in which it only ran.
      await opened(group, 'overview', row, rests === 'in its work' ? isBetween('Waiting', 5, 95) : undefined)
      const said = (await row.textContent())!
      assert.ok(said.includes(agent), said)
      if (rests === 'without work') assert.equal(Math.round(await share('Running')), 100)
      else assert.ok(await isBetween('Running', 5, 95)(), `it runs ${await share('Running')} %`)
    })

  for (const [group, types] of [
    ['demo-checkout', []],
    ['demo-stock', ['int[]', 'Stock$Count']],
  ] as const)
    await t.test(`${group} has a heap`, async () => {
      await opened(group, 'heap', named('Used and capacity').getByText('Peak'))
      for (const type of types)
        await opened(group, 'heap', named('Types').getByRole('rowheader', { name: type, exact: true }))
    })

  await t.test('the hot method of the Java program is the most expensive one or below it', async () => {
    await open('demo-stock', 'flame-graph')
    await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('Stock.parse')
    await page.locator('.match-share').waitFor()
    const inParse = Number.parseFloat((await page.locator('.match-share').textContent())!)
    assert.ok(inParse > 50, `${inParse} % of the CPU samples are in Stock.parse`)
  })
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
