/** Bodies that are no profile: each is refused with the reason, nothing of it is kept, and the server goes on. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import ion from 'ion-js'
import type { CallNode } from '../support/call-paths.ts'
import { type Answer, type Caller, startCaller } from '../support/caller.ts'
import { ionField, ionInt, ionMarker, ionSymbols, ionType, ionValue } from '../support/raw-ion.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let caller: Caller
/** What the group `kept` holds before anything bad comes. */
let kept: unknown

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  // With as many names as nodes allowed, the second limit could not be reached without the first.
  wick = await startWick({
    directory,
    flags: ['--insecure-http'],
    environment: { WICK_MAX_PROFILE_NAMES: '100000' },
  })
  caller = await startCaller(wick)
  for (const group of ['kept', 'empty']) await caller.createGroup(group)
  assert.equal((await caller.post('kept', profile({ children: { main: count(7) } }))).status, 204)
  kept = await caller.profile('kept')
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const now = Date.now()
const minute = 60_000
const hour = 60 * minute

function profile(callgraph: CallNode, { start = now - minute, end = now } = {}): string {
  return JSON.stringify({ start, end, callgraph })
}

function count(samples: unknown): CallNode {
  return { counts: { RUNNABLE: samples as number } }
}

/** A chain of `depth` frames, as text: building it as objects would overflow what writes them. */
function chain(depth: number): string {
  const open = '{"children":{"f":'.repeat(depth)
  return `{"start":${now - minute},"end":${now},"callgraph":${open}{"counts":{"R":1}}${'}}'.repeat(depth)}}`
}

/** So many nodes, with so many different names among them. */
function wide(nodes: number, names: number): string {
  const siblings = (length: number): string => Array.from({ length }, (_, i) => `"f${i}":{}`).join()
  const first = siblings(names)
  const rest = nodes - names - 1
  const callgraph =
    rest <= 0 ? `{"children":{${first}}}` : `{"children":{${first},"f0":{"children":{${siblings(rest)}}}}}`
  return `{"start":${now - minute},"end":${now},"callgraph":${callgraph}}`
}

/** Ion binary of JSON or Ion text. */
function binary(text: string): Buffer {
  const writer = ion.makeBinaryWriter()
  writer.writeValues(ion.makeReader(text))
  writer.close()
  return Buffer.from(writer.getBytes())
}

/** A profile in Ion binary by hand: the value of its one count, and what stands beside the call graph. */
function rawIon(samples: Uint8Array, beside: Uint8Array = Buffer.alloc(0)): Buffer {
  const [start, end, callgraph, counts, counter] = [10, 11, 12, 13, 14]
  return Buffer.concat([
    ionMarker,
    ionSymbols('start', 'end', 'callgraph', 'counts', 'RUNNABLE', 'beside'),
    ionValue(
      ionType.struct,
      ionField(start!, ionInt(now - minute)),
      ionField(end!, ionInt(now)),
      ionField(
        callgraph!,
        ionValue(ionType.struct, ionField(counts!, ionValue(ionType.struct, ionField(counter!, samples)))),
      ),
      beside,
    ),
  ])
}

function longIonInt(bytes: number): Buffer {
  return ionValue(ionType.int, Buffer.alloc(bytes, 0x5a))
}

function nestedIonLists(depth: number): Buffer {
  let value = ionValue(ionType.list)
  for (let i = 1; i < depth; i++) value = ionValue(ionType.list, value)
  return value
}

const sound = profile({ children: { main: count(1) } })
const times = `"start":${now - minute},"end":${now}`
const graph = '"callgraph":{"counts":{"RUNNABLE":1}}'

interface Bad {
  readonly body: string | Uint8Array
  readonly says: RegExp
  readonly headers?: Readonly<Record<string, string>>
}

const bad: Readonly<Record<string, Bad>> = {
  'nothing at all': { body: '', says: /malformed at byte 0: the body ends too early/ },
  'white space': { body: ' \n\t ', says: /the body ends too early/ },
  'plain words': { body: 'I am not a profile', says: /malformed at byte 0: expected a struct/ },
  'a list': { body: `[${sound}]`, says: /malformed at byte 0: expected a struct/ },
  null: { body: 'null', says: /malformed at byte 0: expected a struct/ },
  'JSON that ends in the middle': { body: sound.slice(0, sound.length / 2), says: /the body ends too early/ },
  'JSON without its last brace': { body: sound.slice(0, -1), says: /the body ends too early/ },
  'two profiles': { body: sound + sound, says: /expected nothing after the profile/ },
  'a number that is none': { body: `{"start":1x,"end":2,${graph}}`, says: /malformed at byte 10/ },
  'an open string': {
    body: `{"start":1,"end":2,"callgraph":{"children":{"main`,
    says: /the body ends too early/,
  },
  'a raw control character in a name': {
    body: profile({ children: { 'a\u0001': count(1) } }).replace('\\u0001', '\u0001'),
    says: /a control character in a string must be escaped/,
  },
  'bytes that are no UTF-8': {
    body: Buffer.from(profile({ children: { 'a\xff': count(1) } }), 'latin1'),
    says: /invalid UTF-8/,
  },

  'Ion without a value': { body: ionMarker, says: /the body ends too early; expected a struct/ },
  'Ion of a later version': { body: Buffer.from([0xe0, 0x02, 0x00, 0xea]), says: /malformed at byte 0/ },
  'Ion that ends in the middle': {
    body: binary(sound).subarray(0, -10),
    says: /malformed at byte \d+: a value is longer/,
  },
  'Ion with a value longer than its container': {
    body: rawIon(Buffer.from([0x2e, 0x0f, 0xff])),
    says: /a value is longer than what holds it/,
  },
  'Ion with a length of 35 bits': {
    body: rawIon(Buffer.from([0x2e, 0x7f, 0x7f, 0x7f, 0x7f, 0xff])),
    says: /a length or symbol id is too large|longer than what holds it/,
  },
  'Ion with a symbol that is not declared': {
    body: rawIon(ionInt(1), ionField(999, ionInt(1))),
    says: /the symbol 999 is not in the symbol table/,
  },
  'Ion with a reserved type': { body: rawIon(Buffer.from([0xf0])), says: /a reserved type/ },
  'Ion with a count of nine bytes': {
    body: rawIon(longIonInt(9)),
    says: /The field counts\.\S+ is too large/,
  },
  'Ion with a count of 192 KiB': {
    body: rawIon(longIonInt(192 * 1024)),
    says: /The field counts\.\S+ is too large/,
  },
  'Ion with a count of 16 MiB': {
    body: rawIon(longIonInt(16 * 1024 * 1024)),
    says: /The field counts\.\S+ is too large/,
  },
  'Ion lists 2,000 deep beside the call graph': {
    body: rawIon(ionInt(1), ionField(15, nestedIonLists(2000))),
    says: /Values nested deeper than \d+ levels/,
  },
  'a megabyte of values beside the call graph, five times': {
    body: `{${times},${graph},"beside":"${'x'.repeat(5 * 1024 * 1024)}"}`,
    says: /The fields beside the call graph take more than 4194304 bytes/,
  },

  'no start': { body: `{"end":${now},${graph}}`, says: /The field start is required/ },
  'no end': { body: `{"start":${now},${graph}}`, says: /The field end is required/ },
  'no call graph': { body: `{${times}}`, says: /The field callgraph is required/ },
  'a null in place of the call graph': {
    body: `{${times},"callgraph":null}`,
    says: /The field callgraph is required/,
  },
  'a list in place of the call graph': {
    body: `{${times},"callgraph":[]}`,
    says: /The field callgraph must be/,
  },
  'a list in place of children': {
    body: `{${times},"callgraph":{"children":[]}}`,
    says: /The field children must be/,
  },
  'a text in place of start': {
    body: `{"start":"1","end":${now},${graph}}`,
    says: /The field start must be a number/,
  },
  'two starts': { body: `{"start":1,${times},${graph}}`, says: /The field start appears twice/ },
  'two call graphs': { body: `{${times},${graph},${graph}}`, says: /The field callgraph appears twice/ },
  'counts given twice for one frame': {
    body: `{${times},"callgraph":{"counts":{"R":1},"counts":{"R":1}}}`,
    says: /The field counts appears twice/,
  },
  'children given twice for one frame': {
    body: `{${times},"callgraph":{"children":{},"children":{}}}`,
    says: /The field children appears twice/,
  },
  'half a sample': { body: profile(count(0.5)), says: /The field counts\.\S+ must be a whole number/ },
  'a fraction hidden by an exponent': {
    body: profile(count(15)).replace(':15', ':15e-1'),
    says: /The field counts\.\S+ must be a whole number/,
  },
  'fewer than no samples': { body: profile(count(-1)), says: /The field counts\.\S+ must not be negative/ },
  'samples in words': { body: profile(count('many')), says: /The field counts\.\S+ must be a number/ },
  'samples as true': { body: profile(count(true)), says: /The field counts\.\S+ must be a number/ },
  'one sample more than 2^53': { body: profile(count(2 ** 53)), says: /The field counts\.\S+ is too large/ },
  'a count of 1e400': {
    body: profile(count(1)).replace(':1}', ':1e400}'),
    says: /The field counts\.\S+ is too large/,
  },
  'a count of 100,000 digits': {
    body: profile(count(1)).replace(':1}', `:${'9'.repeat(100_000)}}`),
    says: /The field counts\.\S+ is too large/,
  },
  'counts that add up to more than 2^32': {
    body: profile({ children: { a: count(2 ** 32), b: count(1) } }),
    says: /The counts of the profile add up to more than 4294967296/,
  },
  'a start after its end': {
    body: profile(count(1), { start: now + 1 }),
    says: /The field start must not be later than end/,
  },
  'a start before 1970': {
    body: profile(count(1), { start: -1 }),
    says: /The field start must not be negative/,
  },
  'an end 25 hours ago': {
    body: profile(count(1), { start: now - 25 * hour, end: now - 25 * hour }),
    says: /The profile's end, \S+Z, is more than 86400 seconds in the past/,
  },
  'an end 11 minutes ahead': {
    body: profile(count(1), { end: now + 11 * minute }),
    says: /The profile's end, \S+Z, is more than 600 seconds ahead of the server's clock/,
  },
  'an end beyond the calendar': {
    body: profile(count(1), { end: 9e15 }),
    says: /The field end is too large/,
  },

  'one frame more than 1,024 on one path': {
    body: chain(1025),
    says: /The profile is deeper than 1024 frames/,
  },
  '100,000 frames on one path': { body: chain(100_000), says: /The profile is deeper than 1024 frames/ },
  'one node more than 200,000': {
    body: wide(200_001, 100_000),
    says: /The profile has more than 200000 nodes/,
  },
  'one name more than 100,000': {
    body: wide(100_001, 100_001),
    says: /more than 100000 distinct frame names/,
  },
  'a name of 4,097 bytes': {
    body: profile({ children: { ['x'.repeat(4097)]: count(1) } }),
    says: /A frame name is longer than 4096 bytes/,
  },
  'a name of 2,049 letters that take two bytes each': {
    body: profile({ children: { ['é'.repeat(2049)]: count(1) } }),
    says: /A frame name is longer than 4096 bytes/,
  },
  'a file name of 4,097 bytes': {
    body: profile({ children: { main: { file: 'x'.repeat(4097), ...count(1) } } }),
    says: /A file name is longer than 4096 bytes/,
  },
  'a counter name of 4,097 bytes': {
    body: profile({ counts: { ['x'.repeat(4097)]: 1 } }),
    says: /A counter name is longer than 4096 bytes/,
  },
  '65 counters': {
    body: profile({ counts: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, 1])) }),
    says: /more than 64 distinct counters/,
  },
  'lists 100,000 deep beside the call graph': {
    body: `{${times},${graph},"beside":${'['.repeat(100_000)}}`,
    says: /Values nested deeper than \d+ levels/,
  },

  'gzip that is none': {
    body: sound,
    headers: { 'content-encoding': 'gzip' },
    says: /The body is not valid gzip/,
  },
  'gzip that ends in the middle': {
    body: gzipSync(sound).subarray(0, -9),
    says: /The body is not valid gzip/,
  },
  'gzip of half a profile': { body: gzipSync(sound.slice(0, -20)), says: /the body ends too early/ },
  'an encoding that is not known': {
    body: sound,
    headers: { 'content-encoding': 'br' },
    says: /The Content-Encoding of a profile must be gzip or identity/,
  },
  'a type that is neither JSON nor Ion': {
    body: sound,
    headers: { 'content-type': 'text/plain' },
    says: /The Content-Type of a profile must be application\/json or application\/x-amzn-ion/,
  },
}

for (const [what, { body, says, headers = {} }] of Object.entries(bad)) {
  test(`${what}: refused with the reason, and nothing of it is kept`, async () => {
    for (const group of ['kept', 'empty']) {
      const answer = await caller.post(group, body, { headers, token: 'a-token' })
      assert.equal(answer.status, 400)
      assert.equal(answer.headers['x-amzn-errortype'], 'ValidationException')
      assert.match(messageOf(answer), says)
    }
    assert.deepEqual(await caller.profile('kept'), kept)
    assert.equal(await caller.profile('empty'), null)
  })
}

test('a body in Ion that is cut anywhere is refused', async () => {
  const whole = binary(profile({ children: { main: { file: 'm.py', line: [1, 2], ...count(300) } } }))
  for (let length = 1; length < whole.length; length++) {
    const answer = await caller.post('empty', whole.subarray(0, length))
    assert.equal(answer.status, 400, `cut at ${length}`)
  }
  assert.equal(await caller.profile('empty'), null)
})

for (const token of ['two%20words', 'x'.repeat(65), '', '%00']) {
  test(`the token '${token}' is refused by name`, async () => {
    const answer = await caller.post('empty', sound, { token })
    assert.equal(answer.status, 400)
    assert.match(messageOf(answer), /profileToken/)
    assert.equal(await caller.profile('empty'), null)
  })
}

test('the token of a refused body is free for a sound one, and then for no other', async () => {
  await caller.createGroup('tokens')
  assert.equal((await caller.post('tokens', `${sound}x`, { token: 'mine' })).status, 400)
  assert.equal((await caller.post('tokens', sound, { token: 'mine' })).status, 204)
  assert.equal((await caller.post('tokens', sound, { token: 'mine' })).status, 204)
  // The same profile, packed otherwise, is the same body.
  assert.equal((await caller.post('tokens', gzipSync(sound), { token: 'mine' })).status, 204)
  const other = await caller.post('tokens', profile({ children: { main: count(2) } }), { token: 'mine' })
  assert.equal(other.status, 400)
  assert.match(messageOf(other), /The profileToken was used before with another profile/)
  assert.deepEqual((await caller.profile('tokens'))?.callgraph, {
    children: { main: { counts: { RUNNABLE: 1 } } },
  })
})

const accepted: Readonly<Record<string, { body: string | Uint8Array; headers?: Record<string, string> }>> = {
  'whole numbers written as 5.0 and 5e0': {
    body: profile(count(55)).replace(':55', ':5.0').replace('}}', ',"W":5e0}}'),
  },
  '1,024 frames on one path': { body: chain(1024) },
  '200,000 nodes': { body: wide(200_000, 100_000) },
  '100,000 names': { body: wide(100_000, 100_000) },
  'a name of 4,096 bytes': { body: profile({ children: { ['x'.repeat(4096)]: count(1) } }) },
  'counts that add up to 2^32': { body: profile({ children: { a: count(2 ** 32 - 1), b: count(1) } }) },
  'no samples at all': { body: profile({}) },
  'an end almost 24 hours ago': {
    body: profile(count(1), { start: now - 24 * hour, end: now - 24 * hour + minute }),
  },
  'an end nine minutes ahead': { body: profile(count(1), { end: now + 9 * minute }) },
  'Ion binary': { body: binary(sound), headers: { 'content-type': 'application/x-amzn-ion' } },
  'Ion binary that calls itself JSON': {
    body: binary(sound),
    headers: { 'content-type': 'application/json' },
  },
  'Ion text': { body: `{start:${now - minute},end:${now},callgraph:{counts:{RUNNABLE:1}}}` },
  'gzip that says so': { body: gzipSync(sound), headers: { 'content-encoding': 'gzip' } },
  'gzip that does not': { body: gzipSync(sound) },
  'heap data and metadata nobody knows': {
    body: JSON.stringify({
      start: now - minute,
      end: now,
      callgraph: count(1),
      heapSummary: {
        time: now,
        capacityBytes: 2 ** 40,
        usedBytes: 7,
        types: [{ name: '[B', bytes: 3, count: 1 }],
      },
      agentMetadata: {
        sampleWeights: { WALL_TIME: 1 },
        numTimesSampled: 0.5,
        nothing: null,
        labels: { zone: 'a' },
      },
      somethingNew: [[], {}, -1.5e300, false],
    }),
  },
  'an integer of 192 KiB beside the call graph': {
    body: rawIon(ionInt(1), ionField(15, longIonInt(192 * 1024))),
  },
}

for (const [what, { body, headers = {} }] of Object.entries(accepted)) {
  test(`${what}: accepted`, async () => {
    const group = what.replaceAll(/\W+/g, '-')
    await caller.createGroup(group)
    const answer = await caller.post(group, body, { headers })
    assert.equal(answer.status, 204, answer.body.toString())
  })
}

test('siblings repeated under one name are added up', async () => {
  await caller.createGroup('siblings')
  const twice = '{"children":{"main":{"counts":{"R":1}},"main":{"counts":{"R":2,"R":4}}}}'
  assert.equal((await caller.post('siblings', `{${times},"callgraph":${twice}}`)).status, 204)
  assert.deepEqual((await caller.profile('siblings'))?.callgraph, {
    children: { main: { counts: { R: 7 } } },
  })
})

test('after all this the server is sound: nothing was logged, nothing is damaged, no answer was a 5xx', async () => {
  const { body } = await caller.send({ target: '/metrics', signature: null })
  assert.doesNotMatch(body.toString(), /wick_requests_total\{[^}]*status="5/)
  assert.equal(await caller.metric('wick_store_damage_total'), 0)
  assert.doesNotMatch(wick.said(), /^\{/m)
  assert.deepEqual(await caller.profile('kept'), kept)
})

function messageOf({ body }: Answer): string {
  return JSON.parse(body.toString()).message
}
