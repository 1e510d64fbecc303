/**
 * Names are data: whatever an agent calls a frame, a file, a thread state or a group, it comes back as it came. Only what
 * runtimes number is left out of frames' names, unless the operator wants it.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import ion from 'ion-js'
import { type CallNode, callPathSums, type ProfileBody } from '../support/call-paths.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { startWick, type Wick } from '../support/wick.ts'

const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '0',
  '-0',
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0001\u001b[31mred\u001b[0m\u007f\u0085',
  'one line\r\n{"level":"error","event":"store.damage"}',
  '\ud800',
  'a\udfffb',
  '\udc00\ud800',
  '😀',
  'e\u0301',
  'é',
  '\u202eright to left',
  '\ufeff',
  '\uffff',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE groups; --",
  '../../../etc/passwd',
  '%2e%2e%2f%00',
  '{{7*7}}',
  '=cmd|calc',
  'a;b c"d\\e',
  '$ion_1_0',
  'null.string',
  'x'.repeat(4096),
]

let directory: string
let wick: Wick
let caller: Caller

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  await start()
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function start(flags: readonly string[] = []): Promise<void> {
  wick = await startWick({ directory, flags: ['--insecure-http', ...flags] })
  caller = await startCaller(wick)
}

/** Each name as a frame beside all others, as a file, as a thread state, and as a frame below the one before. */
function graphOf(all: readonly string[]): CallNode {
  const beside = all.map((name, i): [string, CallNode] => [
    name,
    { counts: own(name, i + 1), file: name, line: [i + 1] },
  ])
  const below = all.reduceRight<CallNode>((child, name) => ({ children: own(name, child) }), {
    counts: { WAITING: 7 },
  })
  return { children: Object.fromEntries([...beside, ['below', below]]) }
}

/** `{ [name]: value }` would set the prototype where the name is `__proto__`. */
function own<T>(name: string, value: T): Record<string, T> {
  return Object.fromEntries([[name, value]])
}

function bodyOf(callgraph: CallNode): string {
  const end = Date.now()
  return JSON.stringify({ start: end - 1000, end, callgraph })
}

test('in JSON every name comes back as it came, also after a restart', async () => {
  await caller.createGroup('json')
  const body = bodyOf(graphOf(names))
  assert.equal((await caller.post('json', body)).status, 204)
  const sent: CallNode = JSON.parse(body).callgraph
  assert.deepEqual((await caller.profile('json'))?.callgraph, sent)
  await wick.stop()
  await start()
  assert.deepEqual((await caller.profile('json'))?.callgraph, sent)
})

test('in Ion every name comes back as it came, and a lone surrogate, which Ion cannot hold, as U+FFFD', async () => {
  const { status, body } = await caller.send({
    target: '/profilingGroups/json/profile?period=PT5M',
    headers: { accept: 'application/x-amzn-ion' },
  })
  assert.equal(status, 200)
  const reader = ion.makeReader(body)
  reader.next()
  const { callgraph } = readValue(reader) as ProfileBody
  assert.deepEqual(callgraph, graphOf(names.map((name) => name.toWellFormed())))
})

/** What `load` of the library would give, were it proof against `__proto__`. */
function readValue(reader: ion.Reader): unknown {
  const type = reader.type()
  if (type === ion.IonTypes.INT) return reader.numberValue()
  if (type === ion.IonTypes.STRING || type === ion.IonTypes.SYMBOL) return reader.stringValue()
  const entries: [string, unknown][] = []
  reader.stepIn()
  while (reader.next() !== null) entries.push([reader.fieldName() ?? '', readValue(reader)])
  reader.stepOut()
  return type === ion.IonTypes.LIST ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

test('a name is one name in JSON, in Ion text and in Ion binary', async () => {
  await caller.createGroup('forms')
  const wellFormed = names.filter((name) => name.isWellFormed())
  const body = bodyOf(graphOf(wellFormed))
  const binary = ion.makeBinaryWriter()
  binary.writeValues(ion.makeReader(body))
  binary.close()
  const text = ion.makeTextWriter()
  text.writeValues(ion.makeReader(body))
  text.close()
  for (const form of [body, binary.getBytes(), text.getBytes()])
    assert.equal((await caller.post('forms', form)).status, 204)
  const held = callPathSums((await caller.profile('forms'))!)
  const once = callPathSums(JSON.parse(body))
  assert.deepEqual(held, new Map([...once].map(([path, count]) => [path, 3 * count])))
})

test('names that look alike are different names', async () => {
  await caller.createGroup('alike')
  const alike = ['é', 'e\u0301', 'E\u0301', 'é ', '\u200bé']
  const children = Object.fromEntries(
    alike.map((name, i): [string, CallNode] => [name, { counts: { R: i + 1 } }]),
  )
  assert.equal((await caller.post('alike', bodyOf({ children }))).status, 204)
  assert.deepEqual((await caller.profile('alike'))?.callgraph, { children })
})

test('what a JVM numbers is left out of frame names, unless the operator wants it', async () => {
  await caller.createGroup('lambdas')
  const file = 'Cart$$Lambda$14/0x0000000800c0a440'
  const first = { 'a.Cart$$Lambda$14/0x0000000800c0a440.run': { counts: { R: 1 }, file } }
  const second = { 'a.Cart$$Lambda$15/0x0000000800c0a880.run': { counts: { R: 2 } } }
  const body = bodyOf({ children: { ...first, ...second } })
  assert.equal((await caller.post('lambdas', body)).status, 204)
  const together = { 'a.Cart$$Lambda.run': { counts: { R: 3 }, file } }
  assert.deepEqual((await caller.profile('lambdas'))?.callgraph, { children: together })
  await wick.stop()
  await start(['--normalise-names=false'])
  assert.equal((await caller.post('lambdas', body)).status, 204)
  assert.deepEqual((await caller.profile('lambdas'))?.callgraph, {
    children: { ...together, ...first, ...second },
  })
  await wick.stop()
  await start()
})

const groupNames = [
  '..',
  '../..',
  'a/b',
  'a b',
  'a.b',
  '\0',
  'a\0',
  'é',
  '<b>',
  '__proto__ ',
  'x'.repeat(256),
  '',
]

test('a group has a name of letters, digits, - and _, and no other becomes a file', async () => {
  const before = await readdir(directory, { recursive: true })
  for (const profilingGroupName of groupNames) {
    const body = JSON.stringify({ profilingGroupName })
    const { status, headers } = await caller.send({
      method: 'POST',
      target: '/profilingGroups?clientToken=t',
      body,
    })
    assert.deepEqual([status, headers['x-amzn-errortype']], [400, 'ValidationException'], profilingGroupName)
  }
  for (const raw of ['%2e%2e', '..%2f..%2fmaster.key', '%00', 'a%2Fb', '%', '%ff', 'a%00b']) {
    const { status } = await caller.send({ target: `/profilingGroups/${raw}` })
    assert.ok(status === 400 || status === 403 || status === 404, `${raw}: ${status}`)
  }
  assert.deepEqual(await readdir(directory, { recursive: true }), before)
})

for (const name of ['__proto__', 'constructor', 'toString', 'x'.repeat(255), '-', '_', '0']) {
  test(`a group may be called ${name.slice(0, 20)}`, async () => {
    const body = JSON.stringify({ profilingGroupName: name, tags: own('__proto__', 'a') })
    const { status } = await caller.send({
      method: 'POST',
      target: `/profilingGroups?clientToken=t${name.slice(0, 20)}`,
      body,
    })
    assert.equal(status, 201)
    const posted = bodyOf({ counts: { R: 1 } })
    assert.equal((await caller.post(name, posted, { token: '__proto__' })).status, 204)
    assert.deepEqual((await caller.profile(name))?.callgraph, { counts: { R: 1 } })
  })
}
