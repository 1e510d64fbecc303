import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameAt, selfCounts } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { restFrame } from '../call-shape/shape.ts'
import { colourOfState, coloursByPackage, coloursByState } from './colours.ts'
import { placed } from './layout.ts'
import { packageColour, packageHues, rootColour, stateColour, stripColour } from './palette.ts'

/** The boxes of a profile, with their names. @param isRest whether the last node stands for what is not told apart */
function boxesOf(text: string, isRest = false) {
  const tree = stacks(text)
  const names = Array.from({ length: tree.names.length }, (_, index) => nameAt(tree.names, index))
  const frame = tree.frame.slice()
  if (isRest) frame[frame.length - 1] = restFrame
  const { layout, boxOf } = placed({ ...tree, frame }, selfCounts(tree))
  const label = (box: number) => names[layout.name[box]!] ?? (layout.name[box] === restFrame ? '…' : 'ALL')
  const states = tree.counters.map(({ name, nodes, counts }) => ({
    state: name,
    addSelf: (samples: Float64Array) => {
      for (let k = 0; k < nodes.length; k++) samples[boxOf[nodes[k]!]!]! += counts[k]!
    },
  }))
  return {
    layout,
    names,
    states,
    colourOf: (colours: Uint8Array) => new Map(Array.from(colours, (colour, box) => [label(box), colour])),
  }
}

test('by package: all frames of one package have its hue, wherever they stand', () => {
  const { layout, names, colourOf } = boxesOf(
    'shop.Cart.add;org.json.A.read 3 | shop.Cart.price;org.json.A.write 2 | org.json.B.close 1',
  )
  const colour = colourOf(coloursByPackage(layout, names))
  const json = colour.get('org.json.A.read')!
  assert.deepEqual([colour.get('org.json.A.write'), colour.get('org.json.B.close')], [json, json])
  assert.equal(colour.get('shop.Cart.add'), colour.get('shop.Cart.price'))
  assert.notEqual(colour.get('shop.Cart.add'), json)
  for (const name of names) {
    const hue = colour.get(name)! - packageColour
    assert.ok(hue >= 0 && hue < packageHues, `${name} has colour ${colour.get(name)}`)
  }
})

test('by package: a package has the same hue in every picture', () => {
  const [one, other] = ['org.json.A.read 1', 'a.B.c 5 | org.json.A.read;d.E.f 2'].map((text) => {
    const { layout, names, colourOf } = boxesOf(text)
    return colourOf(coloursByPackage(layout, names))
  })
  assert.equal(one!.get('org.json.A.read'), other!.get('org.json.A.read'))
})

test('by package: the root and what is not told apart have colours of their own', () => {
  const { layout, names, colourOf } = boxesOf('a 5 | rest 1', true)
  const colour = colourOf(coloursByPackage(layout, names))
  assert.deepEqual([colour.get('ALL'), colour.get('…')], [rootColour, stripColour])
})

test('by thread state: that of most samples of a frame and all it calls', () => {
  const { layout, states, colourOf } = boxesOf(
    'main RUNNABLE=1 | main;wait WAITING=9 | main;run RUNNABLE=5 | main;run;lock BLOCKED=2 | other NATIVE=1',
  )
  const colour = colourOf(coloursByState(layout, states))
  assert.deepEqual(
    ['main', 'wait', 'run', 'lock', 'other', 'ALL'].map((name) => colour.get(name)),
    [...['WAITING', 'WAITING', 'RUNNABLE', 'BLOCKED', 'NATIVE'].map(colourOfState), rootColour],
  )
})

test('by thread state: only the states that are counted speak', () => {
  const { layout, states, colourOf } = boxesOf('main;wait WAITING=9 | main;run RUNNABLE=5 BLOCKED=4')
  const colour = colourOf(
    coloursByState(
      layout,
      states.filter(({ state }) => state !== 'WAITING'),
    ),
  )
  assert.equal(colour.get('main'), colourOfState('RUNNABLE'))
  assert.equal(colour.get('run'), colourOfState('RUNNABLE'))
})

test('by thread state: what is not told apart stays so, but counts for its caller', () => {
  const { layout, states, colourOf } = boxesOf('main;a RUNNABLE=2 | main;rest WAITING=5', true)
  const colour = colourOf(coloursByState(layout, states))
  assert.deepEqual([colour.get('main'), colour.get('…')], [colourOfState('WAITING'), stripColour])
})

test('each known thread state has a colour of its own, all others share one', () => {
  const known = ['RUNNABLE', 'NATIVE', 'BLOCKED', 'WAITING', 'TIMED_WAITING', 'IDLE', 'WALL_TIME']
  const colours = known.map(colourOfState)
  assert.equal(new Set(colours).size, known.length)
  assert.equal(colourOfState('PARKED'), colourOfState('made up'))
  assert.ok(colours.every((colour) => colour >= stateColour && colour !== colourOfState('PARKED')))
})
