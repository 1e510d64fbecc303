/** One line for each change of state, however many periods pass in it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Log } from './log.ts'
import { ServerLog } from './server-log.ts'
import {
  type Answer,
  configuration,
  type Reply,
  refusal,
  reporting,
  until,
  welcome,
} from './testing/reporting.ts'

const both =
  (status: number, code: string): Answer =>
  () =>
    refusal(status, code)

const askedWell =
  (status: number, code: string): Answer =>
  ({ kind }) =>
    kind === 'configureAgent' ? configuration : refusal(status, code)

const page: Reply = { body: '<html>welcome</html>' }

const redirectTo =
  (location: string): Answer =>
  () => ({ status: 308, headers: { location } })

/** Lines while a server answers so for several periods, and those after it has become well. */
async function linesOf(
  t: TestContext,
  answer: Answer | null,
  least: number,
): Promise<{ bad: string[]; good: string[] }> {
  const scene = await reporting(t, { answer: answer ?? welcome })
  if (answer === null) scene.answer = null
  await until(() => scene.calls.length >= least, `the server was called ${least} times`)
  const bad = scene.lines.splice(0)
  scene.answer = welcome
  for (const kind of ['configureAgent', 'agentProfile'] as const) {
    const before = scene.count(kind)
    await until(() => scene.count(kind) >= before + 3, `${kind} is called again`)
  }
  return { bad, good: scene.lines }
}

const cases: [string, Answer | null, number, RegExp][] = [
  ['403', both(403, 'AccessDeniedException'), 8, /403 AccessDeniedException/],
  ['404', both(404, 'ResourceNotFoundException'), 5, /profiling group shop does not exist/],
  [
    '404 and no reason',
    () => ({ status: 404, body: 'not here' }),
    8,
    /answers 404\. Is http:\S+ the address of a Wick server\?/,
  ],
  ['429', both(429, 'ThrottlingException'), 4, /429 ThrottlingException.*are kept/],
  ['500', both(500, 'InternalServerException'), 4, /500 InternalServerException.*are kept/],
  ['nothing', null, 4, /cannot be reached.*are kept/],
  [
    'a page',
    () => page,
    8,
    /http:\S+ is not the profiling service: .* a proxy or sign-in page is in between/,
  ],
  [
    'a redirect to another server',
    redirectTo('https://user:secret@wick.example.com:8443/profilingGroups/shop'),
    8,
    /http:\S+ answers with a redirect to https:\/\/wick\.example\.com:8443, .* should be that address.*are kept/,
  ],
  ['a redirect within itself', redirectTo('/sign-in'), 8, /redirect to no other server.* sign-in page/],
  ['a redirect to nowhere', redirectTo('https://'), 8, /redirect to no other server/],
  [
    'a redirect without end',
    redirectTo(`http://${'a.'.repeat(500)}`),
    8,
    /redirect to http:\/\/(a\.){96}a, /,
  ],
]
for (const [name, answer, least, says] of cases) {
  test(`a server that answers everything with ${name}: a line, and one when it is well again`, async (t) => {
    const { bad, good } = await linesOf(t, answer, least)
    assert.equal(bad.length, 1, bad.join(''))
    assert.match(bad[0]!, says)
    assert.equal(good.filter((line) => line.includes('profiling group shop at')).length, 1, good.join(''))
    assert.ok(good.length <= 2, good.join(''))
    assert.equal(new Set(good).size, good.length, good.join(''))
  })
}

test('an answer that is no configuration is said once, though profiles are taken', async (t) => {
  const nonsense: Answer = ({ kind }) => (kind === 'configureAgent' ? page : { status: 204 })
  const { bad, good } = await linesOf(t, nonsense, 10)
  assert.equal(bad.length, 1, bad.join(''))
  assert.match(bad[0]!, /is not the profiling service: check AWS_ENDPOINT_URL_CODEGURUPROFILER/)
  assert.equal(good.length, 1, good.join(''))
  assert.match(good[0]!, /profiling group shop at/)
})

for (const [status, code] of [
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [429, 'ThrottlingException'],
  [500, 'InternalServerException'],
  [400, 'ValidationException'],
] as const) {
  test(`asked well, but profiles are refused with ${status}: a line for each, none each period`, async (t) => {
    const { bad, good } = await linesOf(t, askedWell(status, code), 8)
    assert.equal(bad.length, 2, bad.join(''))
    assert.match(bad[0]!, /profiling group shop at/)
    assert.match(bad[1]!, new RegExp(`${status} ${code}|does not exist`))
    assert.equal(good.length, 1, good.join(''))
    assert.match(good[0]!, /profiles are accepted by .* again/)
  })
}

test('profiles are answered with a page by a server that is asked well: a line, and its end', async (t) => {
  const { bad, good } = await linesOf(t, ({ kind }) => (kind === 'configureAgent' ? configuration : page), 6)
  assert.deepEqual(
    bad.map((line) => /profiling group shop at|is not the profiling service.*are kept/.test(line)),
    [true, true],
  )
  assert.match(good.join(''), /^[^\n]*profiles are accepted by .* again\n$/)
})

test('at the end of the agent no line promises that it is tried again', async (t) => {
  for (const reply of [page, { status: 308, headers: { location: 'https://wick' } }, { status: 500 }]) {
    const answer: Answer = ({ kind }) => (kind === 'configureAgent' ? configuration : reply)
    const scene = await reporting(t, { answer, periodMs: 60_000 })
    await until(() => scene.count('configureAgent') === 1)
    scene.work()
    await scene.finish()
    assert.equal(scene.lines.length, 2, scene.lines.join(''))
    assert.doesNotMatch(scene.lines[1]!, /kept|later|again/)
  }
})

function serverLog(): { log: ServerLog; lines: string[]; fill(): void; wait(minutes: number): void } {
  const lines: string[] = []
  let now = 0
  const log = new Log(
    'info',
    (line) => lines.push(line.replace('wick-agent: ', '').trim()),
    () => now,
  )
  return {
    log: new ServerLog(log),
    lines,
    fill: () => {
      while (log.say('something else'));
      lines.length = 0
    },
    wait: (minutes) => {
      now += minutes * 60_000
    },
  }
}

test('what both ways fail of ends once; if one still fails of it, that is said', () => {
  const { log, lines } = serverLog()
  log.succeeded('asking', 'on', 'hello')
  log.failed('asking', 'denied', 'denied')
  log.failed('sending', 'denied', 'denied')
  log.succeeded('asking', 'on', 'hello again')
  log.failed('sending', 'denied', 'still denied')
  log.succeeded('sending', 'accepted', 'accepted')
  assert.deepEqual(lines, ['hello', 'denied', 'hello again', 'still denied', 'accepted'])
})

test('a trouble that the log had no room for is said when it comes again, and so is its end', () => {
  const { log, lines, fill, wait } = serverLog()
  fill()
  log.failed('asking', 'no credentials', 'no credentials')
  log.failed('sending', 'no credentials', 'no credentials')
  assert.deepEqual(lines, [])
  wait(1)
  log.failed('asking', 'no credentials', 'no credentials')
  log.failed('sending', 'no credentials', 'no credentials')
  log.succeeded('asking', 'on', 'hello')
  assert.deepEqual(lines, ['no credentials'])
  wait(1)
  log.succeeded('asking', 'on', 'hello')
  log.succeeded('sending', 'accepted', 'accepted')
  wait(1)
  log.succeeded('asking', 'on', 'hello')
  assert.deepEqual(lines, ['no credentials', 'hello'])
})

test('a trouble that was over before there was room for it is not told', () => {
  const { log, lines, fill, wait } = serverLog()
  log.succeeded('asking', 'on', 'hello')
  fill()
  log.failed('sending', 'busy', 'busy')
  wait(5)
  log.succeeded('sending', 'accepted', 'accepted again')
  assert.deepEqual(lines, [])
})

test('a state of its own that the log had no room for is said when it comes again', () => {
  const lines: string[] = []
  let now = 0
  const log = new Log(
    'info',
    (line) => lines.push(line),
    () => now,
  )
  while (log.say('something else'));
  lines.length = 0
  log.state('kill switch', 'there', 'switched off')
  now += 60_000
  log.state('kill switch', 'there', 'switched off')
  log.recovered('kill switch', 'goes on')
  now += 60_000
  log.recovered('kill switch', 'goes on')
  log.recovered('kill switch', 'goes on')
  assert.deepEqual(lines, ['wick-agent: switched off\n', 'wick-agent: goes on\n'])
})

test('eight lines at once, then one a minute; control characters of others do not make more', () => {
  const lines: string[] = []
  const log = new Log('info', (line) => lines.push(line))
  for (let i = 0; i < 20; i++) log.say(`line ${i}\nwick-agent: forged`)
  assert.equal(lines.length, 8)
  assert.ok(lines.every((line) => line.indexOf('\n') === line.length - 1))
})

test('below its level nothing is said', () => {
  const lines: string[] = []
  const log = new Log('error', (line) => lines.push(line))
  log.say('by the way')
  log.say('look out', 'warning')
  log.say('broken', 'error')
  assert.deepEqual(lines, ['wick-agent: broken\n'])
})
