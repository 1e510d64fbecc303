/** The pages of a group in a real browser, on profiles whose numbers are known. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { assertAccessible, assertContrast } from '../support/browser.ts'
import type { Caller } from '../support/caller.ts'
import { callCloudWatch } from '../support/cloudwatch.ts'
import { type OpenConsole, openConsole, openPage, startConsole } from '../support/console.ts'
import { ended, runWick, type Wick } from '../support/wick.ts'

const minute = 60_000
const mebibyte = 1024 * 1024
const hostile = '<img src=x onerror="document.title=1">'

let wick: Wick
let caller: Caller
let browser: Browser
/** As the administrator. */
let signedIn: OpenConsole
let stop: (() => Promise<void>) | undefined

before(async () => {
  // Without motion: a colour on its way from one to the other is none of either theme's.
  ;({ wick, caller, browser, signedIn, stop } = await startConsole({ reducedMotion: 'reduce' }))
  for (const group of ['shop', 'silent', 'doomed']) await caller.createGroup(group)
  const now = Date.now()
  // Two m5.xlarge at $0.192 an hour: $3,366 a year. Half of their threads' time runs.
  for (const host of ['web-1', 'web-2']) {
    await post(host, now - 90 * minute, { checkout: 4000, price: 4000, log: 2000 }, 100)
    await post(host, now - minute, { checkout: 2000, price: 7000, log: 1000 }, 300)
  }
})

after(() => stop?.())

async function post(
  hostName: string,
  end: number,
  self: Readonly<Record<string, number>>,
  usedMebibytes: number,
): Promise<void> {
  const children = Object.fromEntries(
    Object.entries(self).map(([name, RUNNABLE]) => [name, { counts: { RUNNABLE } }]),
  )
  const sum = Object.values(self).reduce((all, count) => all + count, 0)
  const body = {
    start: end - 4 * minute,
    end,
    agentMetadata: {
      durationInMs: 4 * minute,
      fleetInfo: { computeType: 'aws_ec2_instance', hostName, hostType: 'm5.xlarge' },
      agentInfo: { type: 'test-agent', version: '1.0' },
      agentOverhead: { timeInMs: 480, memoryInMB: 7 },
      labels: { version: hostName === 'web-1' ? 'blue' : 'green' },
      ...(hostName === 'web-1' && { sampler: { engine: 'current-frames', bias: 'gil-biased' } }),
    },
    heapSummary: {
      time: end,
      capacityBytes: 400 * mebibyte,
      usedBytes: usedMebibytes * mebibyte,
      types: [
        { name: 'byte[]', bytes: 10 * mebibyte, count: 100 },
        { name: hostile, bytes: (usedMebibytes / 2) * mebibyte, count: 5 },
      ],
    },
    callgraph: {
      children: {
        main: { children: { ...children, [hostile]: { counts: { WAITING: sum } } } },
        pool: { counts: { IDLE: 5000 } },
      },
    },
  }
  assert.equal((await caller.post('shop', JSON.stringify(body))).status, 204)
}

/** What the page says, with ordinary spaces. */
async function textOf(locator: Locator): Promise<string> {
  // As it is laid out: cells of a table stand apart.
  // biome-ignore lint/performance/useDomNodeTextContent: the text content would join them
  return (await locator.innerText()).replaceAll(/\s+/g, ' ').trim()
}

const panel = (page: Page, title: string): Locator =>
  page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

async function figure(page: Page, label: string): Promise<string> {
  const term = page.locator('.figures > div').filter({ has: page.getByText(label, { exact: true }) })
  return textOf(term.locator('.figure-value').first())
}

test('the list of groups shows who is well, how busy and how many', async () => {
  const page = await signedIn.open('/console/')
  const row = page.getByRole('row').filter({ hasText: 'shop' })
  await row.getByText('Reporting').waitFor()
  await row.getByRole('img', { name: /^Load over the last day/ }).waitFor()
  assert.equal(await textOf(row.getByRole('cell').nth(3)), '2')
  const silent = page.getByRole('row', { name: /^silent/ })
  await silent.getByText('no profile').waitFor()
  await page.close()
})

test('the overview says where the time goes, what it costs and who reports', async () => {
  const page = await signedIn.open('/console/groups/shop/overview')
  await page.getByText('about $1,850 a year').waitFor()
  assert.match(
    await textOf(page.locator('.headline')),
    /ran 50\.0 % of their time\. The most expensive function is price with 55\.0 % of the time on CPU/,
  )
  assert.equal(await figure(page, 'Running'), '50.0 %')
  assert.equal(await figure(page, 'Waiting'), '50.0 %')
  assert.equal(await figure(page, "Agent's own time"), '0.2 %')
  assert.equal(await figure(page, 'A year'), '$3,370')
  assert.equal(await figure(page, 'Average used'), '200 MiB')
  assert.equal(await figure(page, 'Peak'), '300 MiB')
  const top = panel(page, 'Most expensive functions')
  assert.match(await textOf(top.getByRole('row').nth(1)), /^price 55\.0 % 55\.0 % \$1,850 a year$/)
  await top.getByText('2 × m5.xlarge at $0.19 an hour; prices: AWS on demand').waitFor()
  const fleet = panel(page, 'Fleet')
  assert.match(
    await textOf(fleet.getByRole('row').filter({ hasText: 'web-2' })),
    /version=green m5\.xlarge test-agent 1\.0/,
  )
  assert.match(
    await textOf(fleet.getByRole('row').filter({ hasText: 'gil-biased' })),
    /^web-1 version=blue gil-biased m5\.xlarge/,
  )
  await fleet.getByText('shares of code that releases the GIL are too large on 1 instance').waitFor()
  await assertAccessible(page)
  await top.getByRole('link', { name: 'price' }).click()
  await page.getByRole('tree', { name: 'Callers' }).waitFor()
  await page.close()
})

test('a chart is read and a time chosen with the keyboard; the time stays from page to page', async () => {
  const page = await signedIn.open('/console/groups/shop/overview')
  const keys = page.getByRole('slider')
  await keys.focus()
  await page.keyboard.press('ArrowRight')
  assert.match((await keys.getAttribute('aria-valuetext'))!, /Running 50\.0.%, Waiting 50\.0.%/)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.searchParams.has('from'))
  const { searchParams } = new URL(page.url())
  const from = Date.parse(searchParams.get('from')!)
  const to = Date.parse(searchParams.get('to')!)
  assert.deepEqual([from % (5 * minute), to % (5 * minute)], [0, 0])
  assert.ok(to - from >= 85 * minute && to - from <= 105 * minute, `${(to - from) / minute} minutes`)
  await page.getByRole('link', { name: 'Heap', exact: true }).click()
  await page.getByRole('heading', { name: 'Used and capacity' }).waitFor()
  assert.equal(Date.parse(new URL(page.url()).searchParams.get('from')!), from)
  await page.close()
})

test('the table of functions has what each costs by the year and the month, and sorts by it', async () => {
  const page = await signedIn.open('/console/groups/shop?v=2&range=1h&as=table')
  const functions = page.getByRole('region', { name: 'Functions' })
  const price = functions.getByRole('row').filter({ hasText: 'price' })
  await price.getByText('$2,360 / year').waitFor()
  await price.getByText('$196 / month').waitFor()
  await functions.getByRole('button', { name: 'Cost' }).first().click()
  await page.waitForURL(/sort=cost/)
  const costs = functions.getByRole('columnheader', { name: /^Cost/ })
  assert.equal(await costs.getAttribute('aria-sort'), 'descending')
  assert.match(await textOf(functions.getByRole('rowheader').first()), /main/)
  await costs.getByRole('button').first().click()
  await page.waitForURL(/sort=-cost/)
  assert.match(await textOf(functions.getByRole('rowheader').first()), /log/)
  await page.getByText('2 × m5.xlarge at $0.19 an hour').waitFor()
  await page.close()
})

test('times are those of the viewer, and say UTC where one points', async () => {
  const elsewhere = await openConsole(browser, wick, { timezoneId: 'Asia/Kolkata' })
  const shown = async (path: string) => {
    const page = await elsewhere.open(path)
    const time = page
      .locator('main time[title$=" UTC"]')
      .filter({ hasText: /\d\d:\d\d/ })
      .first()
    await time.waitFor()
    const [, local] = /(\d\d:\d\d)/.exec(await textOf(time))!
    const [, utc] = /(\d\d:\d\d)/.exec((await time.getAttribute('title'))!)!
    await page.close()
    return { local: minutesOf(local!), utc: minutesOf(utc!) }
  }
  for (const path of ['/console/groups/shop?v=2&range=1h', '/console/groups/shop/compare?range=1h']) {
    const { local, utc } = await shown(path)
    assert.equal((local - utc + 1440) % 1440, 330, path)
  }
  await elsewhere.context.close()
})

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number)
  return hours! * 60 + minutes!
}

test('two times are compared: what grew most comes first, with what it costs', async () => {
  const page = await signedIn.open('/console/groups/shop/compare?range=1h')
  const table = panel(page, 'What changed')
  const first = table.getByRole('row').nth(1)
  await first.getByText('price').waitFor()
  await first.getByText('+$1,010').waitFor()
  assert.equal(await textOf(first), 'price 40.0 % 70.0 % ▲ +30.0 points +$1,010')
  const rows = await table.getByRole('rowheader').allInnerTexts()
  assert.deepEqual(rows, ['price', 'checkout', 'log'])
  await assertAccessible(page)
  await page.getByRole('radio', { name: 'Flame graph' }).check()
  const tree = page.getByRole('tree', { name: 'Flame graph of both sides' })
  await tree.focus()
  await tree.press('ArrowDown')
  await tree.press('ArrowDown')
  await page.getByRole('treeitem', { name: 'price, 40.0 percent before, 70.0 percent after' }).waitFor()
  assert.match(page.url(), /show=tree/)
  await assertAccessible(page)
  await page.close()
})

test('by keyboard alone: which function got slower, who calls it, what does it cost', async () => {
  const page = await signedIn.open('/console/')
  const follow = async (target: Locator) => {
    await target.focus()
    await page.keyboard.press('Enter')
  }
  await follow(page.getByRole('link', { name: 'shop' }))
  await page.getByRole('heading', { name: 'shop · Overview' }).waitFor()
  await follow(page.getByRole('link', { name: 'Compare', exact: true }))
  const slower = panel(page, 'What changed').getByRole('row').nth(1)
  await slower.getByText('+$1,010').waitFor()
  await follow(slower.getByRole('link', { name: 'price' }))
  const callers = page.getByRole('tree', { name: 'Callers' })
  await callers.focus()
  await callers.press('ArrowUp')
  await page.getByRole('treeitem', { name: /^main, .* a year|^main, .*year/ }).waitFor({ state: 'attached' })
  await page.getByText('2 × m5.xlarge at $0.19 an hour').waitFor()
  await page.close()
})

test('two parts of a fleet are compared at the same time', async () => {
  const page = await signedIn.open('/console/groups/shop/compare?range=1h')
  await page.getByLabel('Time before').selectOption('same')
  await page.getByLabel('Fleet before').selectOption({ label: 'version=blue' })
  await page.getByLabel('Fleet after').selectOption({ label: 'version=green' })
  await page.waitForURL((url) => url.searchParams.get('b') === 'label:version=green')
  const row = panel(page, 'What changed').getByRole('row').filter({ hasText: 'price' })
  await row.getByText('≈').waitFor()
  assert.match(await textOf(row), /^price 70\.0 % 70\.0 % ≈/)
  await page.close()
})

test('a comparison with a time without data says which side has none', async () => {
  const page = await signedIn.open('/console/groups/shop/compare?range=1h&before=week')
  await page.getByText("in the time of 'before'").waitFor()
  await page.close()
})

test('functions are followed over time: found by name, added and removed with the keyboard', async () => {
  const page = await signedIn.open('/console/groups/shop/timeline')
  const shown = panel(page, 'Share of CPU time')
  await shown.getByRole('rowheader', { name: 'price' }).waitFor()
  await shown.getByRole('button', { name: 'Remove log' }).click()
  await shown.getByRole('rowheader', { name: 'log' }).waitFor({ state: 'detached' })
  await page.getByRole('combobox').fill('MAI')
  await page.getByRole('option', { name: /^main/ }).waitFor()
  await assertAccessible(page)
  await page.keyboard.press('Enter')
  await shown.getByRole('rowheader', { name: 'main' }).waitFor()
  assert.match(page.url(), /#frames=price;checkout;main$/)
  const price = await textOf(shown.getByRole('row').filter({ hasText: 'price' }))
  assert.match(price, /^price 55\.0 %/)
  await shown.getByText('As a table').click()
  await shown.getByRole('cell', { name: '70.0' }).waitFor()
  await page.close()
})

test('a drag over a chart chooses the time', async () => {
  const page = await signedIn.open('/console/groups/shop/timeline')
  const chart = page.locator('.chart svg[role=img]').first()
  await chart.waitFor()
  const { x, y, width } = (await chart.boundingBox())!
  await page.mouse.move(x + width * 0.5, y + 60)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.9, y + 60, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL((url) => url.searchParams.has('from'))
  await page.getByRole('radio', { name: 'Custom' }).waitFor()
  await page.close()
})

test('the heap: what is used, which types take it, and which of them grow', async () => {
  const page = await signedIn.open('/console/groups/shop/heap')
  await page.getByRole('heading', { name: 'Types over time' }).waitFor()
  assert.equal(await figure(page, 'Average used'), '200 MiB')
  assert.equal(await figure(page, 'Of capacity'), '50.0 %')
  const types = panel(page, 'Types')
  assert.deepEqual(await types.getByRole('rowheader').allInnerTexts(), [hostile, 'byte[]'])
  await types.getByRole('button', { name: 'Objects' }).click()
  assert.deepEqual(await types.getByRole('rowheader').allInnerTexts(), ['byte[]', hostile])
  assert.equal(await page.locator('main img').count(), 0)
  await assertAccessible(page)
  await page.close()
})

test('pages without data say why, and what to do', async () => {
  const page = await signedIn.open('/console/groups/silent/heap')
  await page.getByText('heapSummaryEnabled:true').waitFor()
  for (const [tab, words] of [
    ['Recommendations', 'No recommendations yet'],
    ['Anomalies', 'No anomalies yet'],
    ['Timeline', 'No agent sent a profile'],
    ['Overview', 'No agent sent a profile'],
  ] as const) {
    await page.getByRole('link', { name: tab, exact: true }).click()
    await page.getByText(words).first().waitFor()
  }
  await assertAccessible(page)
  await page.close()
})

test('a group that does not exist is said to be none', async () => {
  const page = await signedIn.open('/console/groups/nothing/overview')
  await page.getByRole('heading', { name: 'There is no group “nothing”' }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.close()
})

test('settings: permissions, tags, retention and channels are changed, mistakes explained', async () => {
  const page = await signedIn.open('/console/groups/silent/settings')
  const permissions = panel(page, 'Permissions')
  await permissions.getByLabel('ARN of a user').fill('not an ARN')
  await permissions.getByRole('button', { name: 'Allow' }).click()
  await permissions.getByRole('alert').getByText('is not the ARN of an IAM user').waitFor()
  await permissions.getByLabel('ARN of a user').fill('arn:aws:iam::123456789012:role/agents')
  await permissions.getByRole('button', { name: 'Allow' }).click()
  await permissions.getByRole('button', { name: /^Remove arn/ }).click()
  await permissions.getByText('Nobody').waitFor()

  const tags = panel(page, 'Tags')
  await tags.getByLabel('Key').fill('stage')
  await tags.getByLabel('Value').fill('beta')
  await tags.getByRole('button', { name: 'Set tag' }).click()
  await tags.getByText('stage = beta').waitFor()

  const retention = panel(page, 'Retention')
  await retention.getByLabel('Every five minutes').fill('90')
  await retention.getByRole('button', { name: 'Save' }).click()
  await retention.getByRole('alert').getByText('must not become smaller').waitFor()
  await retention.getByLabel('Every five minutes').fill('7')
  await retention.getByRole('button', { name: 'Save' }).click()
  await retention.getByText('a rule of its own').waitFor()
  await retention.getByRole('button', { name: "Use the server's settings" }).click()
  await retention.getByText("The server's settings hold").waitFor()

  const channels = panel(page, 'Notification channels')
  await channels.getByLabel('ARN of a topic').fill('arn:aws:sns:us-east-1:123456789012:alarm')
  await channels.getByRole('button', { name: 'Add' }).click()
  await channels.getByRole('button', { name: /^Remove the channel/ }).click()
  await channels.getByText('No channels.').waitFor()

  const notifications = panel(page, 'Notifications')
  await panel(page, 'Webhooks, chats and mail').getByText('None.').waitFor()
  const receivers = panel(page, 'Webhooks, chats and mail')
  await receivers.getByLabel('URL, by HTTPS').fill('https://127.0.0.1:9/hook?key=s3cret')
  await receivers.getByRole('button', { name: 'Add' }).click()
  await receivers
    .getByRole('region', { name: 'the secret of the receiver' })
    .getByText(/^whsec_/)
    .waitFor()
  await receivers.getByText('https://127.0.0.1:9/…').waitFor()
  await notifications.getByRole('button', { name: 'Send a test' }).click()
  await notifications.getByText(/did not take the test: 127\.0\.0\.1 is no public address/).waitFor()
  await assertAccessible(page)
  await receivers.getByRole('button', { name: /^Remove the receiver at/ }).click()
  await receivers.getByText('None.').waitFor()

  const profiling = panel(page, 'Profiling')
  await profiling.getByRole('button', { name: 'Switch off' }).click()
  await profiling.getByRole('button', { name: 'Switch on' }).waitFor()
  await assertAccessible(page)
  await page.close()
})

test('settings: without alarms there is the command that makes one; with some, what each says, why and since when', async () => {
  const page = await signedIn.open('/console/groups/silent/settings')
  const alarms = panel(page, 'Alarms')
  const command = alarms.getByRole('region', { name: 'add an alarm on recommendations' })
  assert.equal(await textOf(command), 'wick alarms add recommendations --data DIR --group silent')
  await signedIn.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await alarms.getByRole('button', { name: /^Copy/ }).click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(copied, await textOf(command))

  const { exitCode, stderr } = await ended(runWick(copied.replace('DIR', wick.directory).split(' ').slice(1)))
  assert.equal(exitCode, 0, stderr)
  const overhead = { Namespace: 'Wick', MetricName: 'AgentOverhead', Statistic: 'Average', Period: 300 }
  const often = { EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 2.5 }
  // Without data it stays in the state that it was set to.
  const rule = {
    ...overhead,
    ...often,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'ignore',
  }
  const Dimensions = [{ Name: 'ProfilingGroupName', Value: 'silent' }]
  for (const AlarmName of [hostile, 'new', 'quiet'])
    await callCloudWatch(caller, 'PutMetricAlarm', {
      ...rule,
      AlarmName,
      Dimensions,
      ActionsEnabled: AlarmName !== 'quiet',
    })
  await callCloudWatch(caller, 'SetAlarmState', {
    AlarmName: hostile,
    StateValue: 'ALARM',
    StateReason: `why: ${hostile}`,
  })
  await callCloudWatch(caller, 'SetAlarmState', {
    AlarmName: 'quiet',
    StateValue: 'OK',
    StateReason: 'to see',
  })
  await page.reload()
  await alarms.getByRole('heading', { level: 3 }).first().waitFor()
  const [first, ...others] = await alarms.getByRole('listitem').all()
  const told = await textOf(first!)
  assert.ok(
    told.startsWith(`${hostile} In alarm Goes off when the average of AgentOverhead (Wick) in 5`),
    told,
  )
  assert.ok(
    told.includes(` minutes is more than 2.5, in 2 of the last 3 such periods. why: ${hostile} Since `),
    told,
  )
  assert.ok(told.endsWith('Actions are on.'), told)
  assert.match(
    (await first!.getByRole('time').getAttribute('title')) ?? '',
    /^\d.* · \d{4}-\d\d-\d\d \S+ UTC$/,
  )
  const words = await Promise.all(others.map(textOf))
  const about = (name: string) => words.find((text) => text.startsWith(name)) ?? ''
  assert.match(about('new'), /^new Not enough data .*Unchecked: Initial alarm creation/)
  assert.match(about('quiet'), /^quiet OK .*Actions are off: nobody is told\.$/)
  assert.match(
    about('recommendations-silent'),
    /the maximum of Recommendations .* in 1 hour is more than 5\. /,
  )
  await assertAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await assertContrast(page)
  assert.equal(await page.locator('main img').count(), 0)
  await page.close()
})

test('a group is deleted once its name is typed', async () => {
  const page = await signedIn.open('/console/groups/doomed/settings')
  const remove = page.getByRole('button', { name: 'Delete', exact: true })
  await page.getByLabel("Type the group's name").fill('doome')
  assert.equal(await remove.isDisabled(), true)
  await page.getByLabel("Type the group's name").fill('doomed')
  await remove.click()
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  await page.getByRole('link', { name: 'shop' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'doomed' }).count(), 0)
  await page.close()
})

test('with GetProfile and DescribeProfilingGroup on one group, that group opens, and the rest says what is missing', async () => {
  await iam('CreateUser', { UserName: 'reader' })
  await iam('CreateLoginProfile', { UserName: 'reader', Password: 'correct horse battery staple' })
  await iam('PutUserPolicy', {
    UserName: 'reader',
    PolicyName: 'one-group',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['codeguru-profiler:GetProfile', 'codeguru-profiler:DescribeProfilingGroup'],
          Resource: 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/shop',
        },
      ],
    }),
  })
  const context = await browser.newContext({ viewport: { width: 1280, height: 760 } })
  const page = await openPage(context, `${wick.url}/console/`)
  await page.getByLabel('User name').fill('reader')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('codeguru-profiler:ListProfilingGroups').waitFor()

  await page.getByLabel('Name of a group').fill('shop')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('about $1,850 a year').waitFor()
  assert.equal(await figure(page, 'Peak'), '300 MiB')
  await panel(page, 'Fleet').getByRole('rowheader', { name: 'web-1' }).waitFor()
  // What Wick found by itself is a right of its own; all else of the overview is seen.
  await panel(page, 'Findings').locator('.missing-action').waitFor()
  assert.deepEqual(await page.locator('.missing-action code').allInnerTexts(), [
    'codeguru-profiler:GetRecommendations',
  ])

  await page.getByRole('link', { name: 'Flame graph', exact: true }).click()
  await page.getByRole('tree', { name: 'Flame graph' }).waitFor()
  // Only when there is data is a right of its own: the picture is whole.
  await page
    .getByText('When there is data is not shown: that needs codeguru-profiler:ListProfileTimes.')
    .waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await assertAccessible(page)
  await page.getByRole('link', { name: 'Heap', exact: true }).click()
  await panel(page, 'Types').getByRole('rowheader', { name: 'byte[]' }).waitFor()
  await page.getByRole('link', { name: 'Compare', exact: true }).click()
  await panel(page, 'What changed').getByRole('rowheader', { name: 'price' }).waitFor()

  for (const [tab, action] of [
    ['Timeline', 'codeguru-profiler:BatchGetFrameMetricData'],
    ['Recommendations', 'codeguru-profiler:GetRecommendations'],
    ['Anomalies', 'codeguru-profiler:GetRecommendations'],
    ['Settings', 'codeguru-profiler:GetPolicy'],
  ] as const) {
    await page.getByRole('link', { name: tab, exact: true }).click()
    await page.locator('.missing-action').getByText(action).first().waitFor()
  }
  for (const action of [
    'codeguru-profiler:ListTagsForResource',
    'wick:GetRetention',
    'cloudwatch:DescribeAlarms',
  ])
    await page.locator('.missing-action').getByText(action).waitFor()
  for (const title of ['Notification channels', 'Webhooks, chats and mail', 'Notifications'])
    await panel(page, title)
      .locator('.missing-action')
      .getByText('codeguru-profiler:GetNotificationConfiguration')
      .waitFor()
  await page.getByLabel("Type the group's name").fill('shop')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.locator('.missing-action').getByText('codeguru-profiler:DeleteProfilingGroup').waitFor()
  await assertAccessible(page)

  await page.goto(`${wick.url}/console/groups/silent/overview`)
  await page.locator('.missing-action').getByText('codeguru-profiler:GetProfile').first().waitFor()
  await context.close()
})

test('what was shown stays when the server is gone, and a retry is offered', async () => {
  const page = await signedIn.open('/console/groups/shop/overview')
  await page.getByText('about $1,850 a year').waitFor()
  await signedIn.context.setOffline(true)
  await page.getByRole('radio', { name: 'Week' }).check()
  const activity = panel(page, 'Activity')
  await activity.getByText('These figures are from before.').waitFor()
  assert.equal(await figure(page, 'Running'), '50.0 %')
  await signedIn.context.setOffline(false)
  await activity.getByRole('button', { name: 'Try again' }).click()
  await activity.getByText('These figures are from before.').waitFor({ state: 'detached' })
  await page.close()
})

test('on a phone nothing is wider than the screen', async () => {
  const page = await signedIn.open('/console/groups/shop/overview')
  await page.setViewportSize({ width: 390, height: 800 })
  for (const tab of ['Overview', 'Compare', 'Timeline', 'Heap', 'Recommendations', 'Settings']) {
    await page.getByRole('link', { name: tab, exact: true }).click()
    await page.getByRole('heading', { name: `shop · ${tab}` }).waitFor()
    await page.locator('section.panel').first().waitFor()
    const width = await page.evaluate(() => document.querySelector('.group-page')!.scrollWidth)
    assert.ok(width <= 390, `${tab} is ${width} wide`)
  }
  await page.close()
})

/** A call of IAM as the administrator. */
async function iam(action: string, parameters: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
  const { status, body: answer } = await caller.send({
    method: 'POST',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    signature: { service: 'iam' },
  })
  assert.equal(status, 200, answer.toString())
}
