/** What the explorer does with a large profile, in a browser. `bench/flame-graph.ts` builds, serves and drives it. */

import { Profile, ProfileNames } from '../../packages/web/src/explorer/profile.ts'
import { Painter, type Scene } from '../../packages/web/src/flame-graph/paint.ts'
import { makePalette } from '../../packages/web/src/flame-graph/palette.ts'
import { fitName } from '../../packages/web/src/format/short-name.ts'
import type { Drawn, LoadedProfile, ViewQuestion } from '../../packages/web/src/worker/messages.ts'
import { ProfileClient } from '../../packages/web/src/worker/profile-client.ts'

const client = new ProfileClient()
const rowHeight = 20

const plain: ViewQuestion = {
  states: { kind: 'latency' },
  view: 'overview',
  inspected: '',
  steps: [],
  colour: 'code',
  order: 'weight',
  rules: [],
  finer: null,
}

let loaded: LoadedProfile
let drawn: Drawn
let profile: Profile

async function load(): Promise<{ boxes: number; rows: number }> {
  const body = new Uint8Array(await (await fetch('/tree')).arrayBuffer())
  loaded = await client.ask('load', { body }, [body.buffer])
  await draw(plain)
  const { layout } = profile.main
  return { boxes: layout.name.length, rows: layout.rowStart.length - 1 }
}

async function draw(question: ViewQuestion): Promise<void> {
  drawn = await client.ask('draw', question)
  profile = new Profile(loaded, drawn, new ProfileNames(loaded))
}

/** Frames of a person zooming and moving about, each until its pixels are there. */
function frames(count: number): { times: number[]; visited: number } {
  const canvas = document.querySelector('canvas')!
  const context = canvas.getContext('2d', { alpha: false })!
  const painter = new Painter(canvas)
  const { main } = profile
  const all = main.layout.width[0]!
  const times: number[] = []
  let visited = 0
  let at = 1
  const next = () => {
    at = (Math.imul(at, 1_103_515_245) + 12_345) >>> 0
    return (at >>> 8) / 2 ** 24
  }
  for (let k = 0; k < count; k++) {
    const wide = all * 10 ** (-4 * next())
    const from = next() * (all - wide)
    const scene: Scene = {
      layout: main.layout,
      colours: main.colours,
      palette: makePalette('light'),
      from: k % 4 === 0 ? 0 : from,
      to: k % 4 === 0 ? all : from + wide,
      scrollTop: Math.floor(next() * 20) * rowHeight,
      rowHeight,
      zoomRow: 0,
      isFlipped: false,
      matches: null,
      devicePixelRatio: 1,
      label: (box, characters) => fitName(main.label(box), characters),
    }
    const start = performance.now()
    painter.paint(scene)
    // Reading a pixel waits for the raster.
    context.getImageData(0, 0, 1, 1)
    times.push(performance.now() - start)
    visited = Math.max(visited, painter.visible.visited)
  }
  return { times, visited }
}

async function timed(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let k = 0; k < count; k++) {
    const start = performance.now()
    await act()
    times.push(performance.now() - start)
  }
  return times
}

const name = (index: number) => profile.nameOf(profile.main.layout.name[index]!)

function questions(): Record<string, ViewQuestion> {
  const heavy = name(1)
  const common = name(Math.floor(profile.main.layout.name.length / 2))
  const frame = (kind: 'hide' | 'focus' | 'drop' | 'merge' | 'recursion', which: string) => ({
    ...plain,
    steps: [{ kind, frames: { kind: 'name', name: which } } as const],
  })
  return {
    hide: frame('hide', common),
    drop: frame('drop', common),
    focus: frame('focus', common),
    merge: frame('merge', common),
    merge_heaviest: frame('merge', heavy),
    collapse_recursion: frame('recursion', common),
    collapse_package: { ...plain, steps: [{ kind: 'package', prefix: 'com.example.a' }] },
    hotspots: { ...plain, view: 'hotspots' },
    inspect: { ...plain, view: 'inspect', inspected: common },
    colour_by_state: { ...plain, colour: 'state' },
  }
}

const bench = {
  load,
  frames,
  search: (text: string, isPattern: boolean) =>
    timed(9, () => client.ask('search', { text: { text, isPattern }, top: 0 })),
  table: () => timed(5, () => client.ask('functions', { top: 0 })),
  views: (): string[] => Object.keys(questions()),
  plain: () => draw(plain),
  /** After `plain`, so that the worker has not made it before. */
  view: async (what: string): Promise<number> => (await timed(1, () => draw(questions()[what]!)))[0]!,
  memory: async (): Promise<number> => {
    const measure = (
      performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory
    return (await measure.call(performance)).bytes
  },
}

export type Bench = typeof bench

Object.assign(globalThis, { bench })
