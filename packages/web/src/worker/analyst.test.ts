/** The numbers of every view in every choice of thread states: what the picture, the table and the search say of one profile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTree, encodePrunedTree, nameAt } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import type { StateChoice } from '../explorer/thread-states.ts'
import { colourOfState } from '../flame-graph/colours.ts'
import { Analyst } from './analyst.ts'
import type { Picture, ViewQuestion } from './messages.ts'

const profile = stacks(
  [
    'main;checkout RUNNABLE=10',
    'main;checkout;price RUNNABLE=40 WAITING=20',
    'main;browse RUNNABLE=20 BLOCKED=1',
    'main;browse;price NATIVE=15 TIMED_WAITING=4',
    'main;browse;price;json RUNNABLE=3 WAITING=2',
    'pool IDLE=100',
  ].join(' | '),
)

const question: ViewQuestion = {
  states: { kind: 'cpu' },
  view: 'overview',
  inspected: '',
  steps: [],
  colour: 'code',
  order: 'weight',
  rules: [],
  finer: null,
}

/** An analyst that has the profile loaded, as the server sends it. @param rest samples that it left out below a path */
function analyst(rest: Readonly<Record<string, number>> = {}): Analyst {
  const size = profile.parent.length
  const paths: string[] = ['']
  for (let node = 1; node < size; node++)
    paths.push(`${paths[profile.parent[node]!]};${nameAt(profile.names, profile.frame[node]!)}`)
  const made = new Analyst(async (names, pattern) =>
    Uint8Array.from(names, (name) => (new RegExp(pattern).test(name) ? 1 : 0)),
  )
  made.load(
    encoded(
      profile,
      Float64Array.from(paths, (path) => rest[path.slice(1)] ?? 0),
    ),
  )
  return made
}

/** As the server sends it. @param rest by node: samples of RUNNABLE that it left out */
function encoded(tree: CallTree, rest = new Float64Array(tree.parent.length)): Uint8Array {
  return encodePrunedTree({
    ...tree,
    sides: [{ start: 0, end: 1 }],
    hidden: new Int32Array(tree.parent.length),
    columns: tree.counters.map(({ name, nodes, counts }) => {
      const self = new Float64Array(tree.parent.length)
      nodes.forEach((node, k) => {
        self[node] = counts[k]!
      })
      return { side: 0, counter: name, self, rest: name === 'RUNNABLE' ? rest : rest.map(() => 0) }
    }),
  })
}

/** `path total` of each box, and what of it is its own where that is another number. */
function said({ layout }: Picture): string[] {
  const paths: string[] = []
  return Array.from(layout.name, (name, box) => {
    const above = paths[layout.parent[box]!]
    const label = name < 0 ? 'ALL' : nameAt(profile.names, name)
    paths.push(above === undefined ? label : `${above};${label}`)
    const [total, self] = [layout.width[box]!, layout.self[box]!]
    return `${paths[box]} ${total}${self === total ? '' : ` (${self})`}`
  })
}

const cpu: StateChoice = { kind: 'cpu' }
const latency: StateChoice = { kind: 'latency' }
const waiting: StateChoice = { kind: 'custom', states: ['WAITING', 'TIMED_WAITING'] }

const hotspots: readonly { name: string; states: StateChoice; picture: readonly string[] }[] = [
  {
    name: 'CPU',
    states: cpu,
    picture: [
      'ALL 89 (0)',
      ...['ALL;price 55 (0)', 'ALL;price;checkout 40 (0)', 'ALL;price;checkout;main 40'],
      ...['ALL;price;browse 15 (0)', 'ALL;price;browse;main 15'],
      ...['ALL;browse 21 (0)', 'ALL;browse;main 21', 'ALL;checkout 10 (0)', 'ALL;checkout;main 10'],
      ...['ALL;json 3 (0)', 'ALL;json;price 3 (0)', 'ALL;json;price;browse 3 (0)'],
      'ALL;json;price;browse;main 3',
    ],
  },
  {
    name: 'latency',
    states: latency,
    picture: [
      'ALL 115 (0)',
      ...['ALL;price 79 (0)', 'ALL;price;checkout 60 (0)', 'ALL;price;checkout;main 60'],
      ...['ALL;price;browse 19 (0)', 'ALL;price;browse;main 19'],
      ...['ALL;browse 21 (0)', 'ALL;browse;main 21', 'ALL;checkout 10 (0)', 'ALL;checkout;main 10'],
      ...['ALL;json 5 (0)', 'ALL;json;price 5 (0)', 'ALL;json;price;browse 5 (0)'],
      'ALL;json;price;browse;main 5',
    ],
  },
  {
    name: 'chosen states',
    states: waiting,
    picture: [
      'ALL 26 (0)',
      ...['ALL;price 24 (0)', 'ALL;price;checkout 20 (0)', 'ALL;price;checkout;main 20'],
      ...['ALL;price;browse 4 (0)', 'ALL;price;browse;main 4'],
      ...['ALL;json 2 (0)', 'ALL;json;price 2 (0)', 'ALL;json;price;browse 2 (0)'],
      'ALL;json;price;browse;main 2',
    ],
  },
]

for (const { name, states, picture } of hotspots) {
  test(`hotspots of ${name}: who has the samples, and below each its callers`, async () => {
    const { main, samples } = await analyst().draw({ ...question, view: 'hotspots', states })
    assert.deepEqual(said(main), picture)
    assert.equal(samples, main.layout.width[0])
  })
}

const inspected: readonly {
  name: string
  states: StateChoice
  callees: readonly string[]
  callers: readonly string[]
  /** Of the whole profile in these states. */
  samples: number
}[] = [
  {
    name: 'CPU',
    states: cpu,
    callees: ['price 58 (55)', 'price;json 3'],
    callers: callersOfPrice(40, 18),
    samples: 89,
  },
  {
    name: 'latency',
    states: latency,
    callees: ['price 84 (79)', 'price;json 5'],
    callers: callersOfPrice(60, 24),
    samples: 115,
  },
  {
    name: 'chosen states',
    states: waiting,
    callees: ['price 26 (24)', 'price;json 2'],
    callers: callersOfPrice(20, 6),
    samples: 26,
  },
  {
    name: 'idle threads, which never call it',
    states: { kind: 'custom', states: ['IDLE'] },
    callees: ['price 0'],
    callers: ['price 0'],
    samples: 100,
  },
]

function callersOfPrice(checkout: number, browse: number): string[] {
  return [
    `price ${checkout + browse} (0)`,
    ...[`price;checkout ${checkout} (0)`, `price;checkout;main ${checkout}`],
    ...[`price;browse ${browse} (0)`, `price;browse;main ${browse}`],
  ]
}

for (const { name, states, callees, callers, samples } of inspected) {
  test(`inspect in ${name}: what all calls of a function cost, who calls it, whom it calls`, async () => {
    const drawn = await analyst().draw({ ...question, view: 'inspect', inspected: 'price', states })
    assert.deepEqual(said(drawn.main), callees)
    assert.deepEqual(said(drawn.callers!), callers)
    assert.equal(drawn.samples, samples)
  })
}

test('whatever is counted, a box tells all of its thread states that are', async () => {
  const made = analyst()
  await made.draw({ ...question, view: 'inspect', inspected: 'price', states: latency })
  assert.deepEqual(made.statesOf('main', 0), [
    { name: 'RUNNABLE', samples: 43 },
    { name: 'NATIVE', samples: 15 },
    { name: 'WAITING', samples: 22 },
    { name: 'TIMED_WAITING', samples: 4 },
  ])
  assert.deepEqual(made.statesOf('callers', 1), [
    { name: 'RUNNABLE', samples: 40 },
    { name: 'WAITING', samples: 20 },
  ])
})

test('the table of hotspots and of inspect has the same functions as that of the overview', async () => {
  const made = analyst()
  for (const view of ['overview', 'hotspots', 'inspect'] as const) {
    await made.draw({ ...question, view, inspected: 'price', states: waiting })
    const { name, self, total } = made.functions(0)
    const rows = Array.from(name, (index, row) => [nameAt(profile.names, index), self[row], total[row]])
    assert.deepEqual(rows.sort(), [
      ['browse', 0, 6],
      ['checkout', 0, 20],
      ['json', 2, 2],
      ['main', 0, 26],
      ['price', 24, 26],
    ])
  }
})

test('a search in hotspots counts the chosen states', async () => {
  const made = analyst()
  await made.draw({ ...question, view: 'hotspots', states: waiting })
  const { samples, boxes } = await made.search({ text: 'checkout', isPattern: false }, 0)
  assert.deepEqual([samples, boxes.length], [20, 1])
})

test('hotspots and callers are coloured by the state of most samples', async () => {
  const drawn = await analyst().draw({
    ...question,
    view: 'inspect',
    inspected: 'price',
    states: latency,
    colour: 'state',
  })
  // 40 run and 20 wait below checkout; 15 are native, 3 run and 6 wait below browse.
  assert.deepEqual(Array.from(drawn.callers!.colours), [
    drawn.callers!.colours[0],
    ...[colourOfState('RUNNABLE'), colourOfState('RUNNABLE')],
    ...[colourOfState('NATIVE'), colourOfState('NATIVE')],
  ])
})

test('what is not told apart below a box is told by its paths in the profile, whatever steps were taken', async () => {
  const made = analyst({ 'main;browse;price': 5, 'main;checkout;price': 50, 'main;checkout': 7, pool: 3 })
  const steps = (...kinds: ('focus' | 'hide' | 'merge' | 'drop')[]) =>
    kinds.map((kind) => ({
      kind,
      frames: { kind: 'name', name: kind === 'focus' ? 'price' : 'browse' } as const,
    }))
  const vague = async (change: Partial<ViewQuestion>, name: string) => {
    const { main } = await made.draw({ ...question, ...change })
    const box = main.layout.name.findIndex((index) => index >= 0 && nameAt(profile.names, index) === name)
    return made.vaguePaths(Math.max(0, box)).map((path) => path.join(';'))
  }
  assert.deepEqual(await vague({}, 'main'), ['main'])
  assert.deepEqual(await vague({}, 'checkout'), ['main;checkout'])
  assert.deepEqual(await vague({}, 'browse'), ['main;browse'])
  assert.deepEqual(await vague({}, 'json'), [])
  // One function in two places: the heavier one first.
  const both = ['main;checkout;price', 'main;browse;price']
  assert.deepEqual(await vague({ steps: steps('focus') }, 'ALL'), both)
  assert.deepEqual(await vague({ view: 'inspect', inspected: 'price' }, 'price'), both)
  assert.deepEqual(await vague({ steps: steps('drop', 'focus') }, 'price'), ['main;checkout;price'])
  assert.deepEqual(await vague({ steps: steps('merge') }, 'main'), ['main'])
})

test('a finer subtree that was asked for in a focused picture tells it apart', async () => {
  const made = analyst({ 'main;browse;price': 5 })
  const focused: ViewQuestion = {
    ...question,
    steps: [{ kind: 'focus', frames: { kind: 'name', name: 'price' } }],
  }
  await made.draw(focused)
  const [path] = made.vaguePaths(0)
  const finer = stacks(
    'main;browse;price NATIVE=15 | main;browse;price;json RUNNABLE=3 | main;browse;price;new RUNNABLE=5',
  )
  made.refine(encoded(finer), path!)
  const { main, addedNames } = await made.draw(focused)
  assert.deepEqual([addedNames.length, made.vaguePaths(0)], [0, []])
  // price: 40 below checkout; 15 and what it calls below browse.
  assert.deepEqual(Array.from(main.layout.width), [63, 63, 5, 3])
})

test('siblings stand by name in every picture where that is asked for', async () => {
  const order = 'name' as const
  const made = analyst()
  const { callers } = await made.draw({ ...question, view: 'inspect', inspected: 'price', order })
  assert.deepEqual(said(callers!), [
    'price 58 (0)',
    ...['price;browse 18 (0)', 'price;browse;main 18', 'price;checkout 40 (0)', 'price;checkout;main 40'],
  ])
  const { main } = await made.draw({ ...question, view: 'hotspots', order })
  const top = said(main).filter((line) => line.split(';').length === 2)
  assert.deepEqual(top, ['ALL;browse 21 (0)', 'ALL;checkout 10 (0)', 'ALL;json 3 (0)', 'ALL;price 55 (0)'])
})
