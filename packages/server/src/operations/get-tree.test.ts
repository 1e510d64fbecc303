import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { getDiff, getTree } from './get-tree.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

/** The heaviest call paths of a time, of two times, below a call path; in JSON here, the bytes are the codec's matter. */

let services: TestServices
before(async () => {
  services = await testServices()
  await createGroup(services)
  const hour = 60 * minute
  const morning = {
    main: {
      children: {
        parse: { counts: { RUNNABLE: 6 }, file: 'p.js', line: [7, 9] },
        wait: { counts: { WAITING: 3 } },
      },
    },
  }
  const later = { main: { counts: { RUNNABLE: 1 }, children: { parse: { counts: { RUNNABLE: 10 } } } } }
  await postProfile(services, body({ children: morning }, noon - hour))
  await postProfile(services, body({ children: later }, noon))
})
after(() => services.close())

interface TreeJson {
  sides: { start: number; end: number }[]
  names: string[]
  files: string[]
  parent: number[]
  frame: number[]
  file: number[]
  firstLine: number[]
  lastLine: number[]
  hidden: number[]
  columns: { side: number; counter: string; self: number[]; rest: number[] }[]
}

function time(start: number, end: number): { startTime: string; endTime: string } {
  return { startTime: formatTimestamp(start), endTime: formatTimestamp(end) }
}

const morning = time(noon - 65 * minute, noon - 60 * minute)
const atNoon = time(noon - 5 * minute, noon)
const both = time(noon - 65 * minute, noon)

async function ask(run: typeof getTree, input: object, accept?: string): Promise<TreeJson> {
  const headers: Record<string, string> = accept === undefined ? {} : { accept }
  const reply = await run(services.context(), requestParts({ body: input, headers }))
  assert.ok(reply.kind === 'profile')
  assert.equal(reply.contentType, 'application/json')
  return JSON.parse(Buffer.from(reply.body).toString())
}

/** `side COUNTER path` → self + rest. */
function samples(tree: TreeJson): Record<string, string> {
  const paths: string[] = []
  for (const [node, parent] of tree.parent.entries())
    paths.push(node === 0 ? '' : `${paths[parent]}/${tree.names[tree.frame[node]!]}`)
  const found: Record<string, string> = {}
  for (const { side, counter, self, rest } of tree.columns)
    for (const [node, path] of paths.entries())
      if (self[node]! + rest[node]! > 0) found[`${side} ${counter} ${path}`] = `${self[node]} + ${rest[node]}`
  return found
}

test('a tree holds the call paths of its time with their samples, files and lines', async () => {
  const tree = await ask(getTree, both)
  assert.deepEqual(samples(tree), {
    '0 RUNNABLE /main': '1 + 0',
    '0 RUNNABLE /main/parse': '16 + 0',
    '0 WAITING /main/wait': '3 + 0',
  })
  assert.deepEqual(tree.sides, [{ start: noon - 65 * minute, end: noon }])
  const parse = tree.frame.findIndex((frame) => tree.names[frame] === 'parse')
  assert.deepEqual(
    [tree.files[tree.file[parse]!], tree.firstLine[parse], tree.lastLine[parse]],
    ['p.js', 7, 9],
  )
})

test('sealed or not, the answer is the same', async () => {
  const before = samples(await ask(getTree, both))
  services.now = noon + 60 * minute
  await services.services.store.seal()
  assert.deepEqual(samples(await ask(getTree, both)), before)
})

test('what is left out is counted where it was', async () => {
  const tree = await ask(getTree, { ...morning, maxNodes: 2 })
  assert.deepEqual(samples(tree), { '0 RUNNABLE /main': '0 + 6', '0 WAITING /main': '0 + 3' })
  assert.deepEqual(tree.hidden, [0, 2])
})

test('a focus shows what is below a call path, as finely as there is room for', async () => {
  const tree = await ask(getTree, { ...morning, maxNodes: 1, focus: ['main', 'wait'] })
  assert.deepEqual(samples(tree), { '0 RUNNABLE /main': '0 + 6', '0 WAITING /main/wait': '3 + 0' })
})

test('a diff has both sides in one tree', async () => {
  const tree = await ask(getDiff, { before: morning, after: atNoon })
  assert.deepEqual(samples(tree), {
    '0 RUNNABLE /main/parse': '6 + 0',
    '0 WAITING /main/wait': '3 + 0',
    '1 RUNNABLE /main': '1 + 0',
    '1 RUNNABLE /main/parse': '10 + 0',
  })
  assert.deepEqual(tree.sides, [
    { start: noon - 65 * minute, end: noon - 60 * minute },
    { start: noon - 5 * minute, end: noon },
  ])
})

test('only the thread states asked for are counted', async () => {
  const tree = await ask(getTree, { ...both, filter: { counters: ['WAITING', 'BLOCKED'] } })
  assert.deepEqual(samples(tree), { '0 WAITING /main/wait': '3 + 0' })
})

test('a time without profiles, or an unknown call path, is no empty picture but an error that says so', async () => {
  const empty = time(noon - 180 * minute, noon - 120 * minute)
  await assert.rejects(ask(getTree, empty), apiError('ResourceNotFoundException', /in the requested time/))
  await assert.rejects(
    ask(getDiff, { before: morning, after: empty }),
    apiError('ResourceNotFoundException', /in the time of 'after'/),
  )
  await assert.rejects(
    ask(getTree, { ...both, focus: ['main', 'nowhere'] }),
    apiError('ResourceNotFoundException', /call path in 'focus'/),
  )
})

test('what cannot be understood is refused with the name of the field', async () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /Give period/],
    [{ ...both, maxNodes: 0 }, /'maxNodes'/],
    [{ ...both, maxNodes: 1.5 }, /'maxNodes'/],
    [{ ...both, focus: 'main' }, /'focus'/],
    [{ ...both, filter: [] }, /'filter'/],
    [{ ...both, filter: { instances: [''] } }, /'filter.instances'/],
    [{ ...both, filter: { labels: { version: 3 } } }, /'filter.labels'/],
  ]
  for (const [input, message] of wrong) await assert.rejects(ask(getTree, input), { message })
  await assert.rejects(ask(getDiff, { before: both }), { message: /'after'/ })
})
