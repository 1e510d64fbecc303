/**
 * The console over a real server and real HTTP, in Chromium: until a page shows something, until the explorer of a large
 * profile can be used, and how long the page is busy at one go while somebody explores. The server is warm: it has answered
 * the same question before, which is what a person who comes back meets.
 *
 *     PATHS=190000 node bench/explorer.ts
 */
import { Agent } from 'node:http'
import { settled, startBrowser } from '../e2e/support/browser.ts'
import { openConsole } from '../e2e/support/console.ts'
import { postedIon, syntheticProfile, syntheticProgram } from './synthetic-profile.ts'
import { send, withWick } from './wick-server.ts'

const paths = Number(process.env.PATHS ?? 190_000)
const rounds = 9
const group = 'bench'

type Browser = Awaited<ReturnType<typeof startBrowser>>
type Context = Awaited<ReturnType<typeof openConsole>>['context']
type Page = Awaited<ReturnType<Context['newPage']>>

/** What a page notes of itself. */
interface Noted {
  /** Milliseconds since the address was entered. */
  firstPaint: number
  explorer: number
  longTasks: number[]
  shift: number
}

/** Runs in the page before any script of its own. The explorer can be used once its picture stands and nothing is busy. */
function takeNotes(): void {
  const noted: Noted = { firstPaint: 0, explorer: 0, longTasks: [], shift: 0 }
  Object.assign(globalThis, { noted })
  const observe = (type: string, each: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true })
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') noted.firstPaint = startTime
  })
  observe('longtask', ({ duration }) => noted.longTasks.push(duration))
  observe('layout-shift', (entry) => {
    noted.shift += (entry as unknown as { value: number }).value
  })
  const look = () => {
    const isThere = document.querySelector('[role=tree] [role=treeitem]') !== null
    if (isThere && document.querySelector('[aria-busy=true]') === null) noted.explorer = performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

const notes = (page: Page) => page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted)

const explorerKeys = [
  ...['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'Enter', 'ArrowDown', 'ArrowDown', 'Enter'],
  ...['2', 'ArrowDown', 'ArrowDown', 'Enter', '1', 'ArrowDown', 'ArrowDown', '3', '1', '0', 'ArrowDown', 'h'],
]

function print(metric: string, values: readonly number[], unit: string): void {
  const sorted = [...values].sort((a, b) => a - b)
  const round = (value: number) => Number(value.toPrecision(3))
  const value = round(sorted[sorted.length >> 1] ?? 0)
  const range = { least: round(sorted[0] ?? 0), most: round(sorted.at(-1) ?? 0) }
  console.log(JSON.stringify({ bench: 'explorer', metric, value, unit, baseline: null, ...range }))
}

async function visit(context: Context, url: string, isDone: (page: Page) => Promise<unknown>) {
  const page = await context.newPage()
  await page.goto(url)
  await isDone(page)
  return page
}

async function measure(browser: Browser, url: string, directory: string): Promise<void> {
  const { context } = await openConsole(browser, { url, directory })
  await context.addInitScript(takeNotes)
  const groups: Noted[] = []
  const explorers: Noted[] = []
  const afterwards: Noted[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await visit(context, `${url}/console/`, settled)
    groups.push(await notes(first))
    await first.close()
    const explorer = await visit(context, `${url}/console/groups/${group}?v=2`, (page) =>
      page.waitForFunction(() => (globalThis as unknown as { noted: Noted }).noted.explorer > 0),
    )
    const until = await notes(explorer)
    explorers.push(until)
    await explorer.getByRole('tree', { name: 'Flame graph' }).focus()
    for (const key of explorerKeys) {
      await explorer.keyboard.press(key)
      await settled(explorer)
    }
    const { longTasks, shift } = await notes(explorer)
    afterwards.push({ ...until, longTasks: longTasks.slice(until.longTasks.length), shift })
    await explorer.close()
  }
  const longest = (some: readonly Noted[]) => some.map(({ longTasks }) => Math.max(0, ...longTasks))
  print(
    'groups_first_paint',
    groups.map(({ firstPaint }) => firstPaint),
    'ms',
  )
  print(
    'explorer_first_paint',
    explorers.map(({ firstPaint }) => firstPaint),
    'ms',
  )
  print(
    'explorer_interactive',
    explorers.map(({ explorer }) => explorer),
    'ms',
  )
  print('longest_task_until_then', longest(explorers), 'ms')
  print('longest_task_exploring', longest(afterwards), 'ms')
  print(
    'layout_shift',
    afterwards.map(({ shift }) => shift),
    'of the view',
  )
}

await withWick({ isTls: false, group }, async (server, target, directory) => {
  const profile = syntheticProfile(syntheticProgram('jvm', { paths }), { seed: 1, nodes: paths - 1000 })
  const end = Date.now()
  const body = postedIon({ ...profile, start: end - 300_000, end })
  const agent = new Agent()
  const { status } = await send(
    target,
    agent,
    'POST',
    `/profilingGroups/${group}/agentProfile`,
    body,
    'application/x-amzn-ion',
  )
  if (status !== 204) throw new Error(`the profile was answered ${status}`)
  const browser = await startBrowser(null)
  try {
    await measure(browser, server.url, directory)
  } finally {
    await browser.close()
    agent.destroy()
  }
})
