/** What can be done with a frame: the context menu, the keys of the graph and the command palette all read this. */

import { visibleText } from '@wick/wire/visible-text'
import { announce } from '../app/announce.tsx'
import { packagesAround } from '../call-shape/packages.ts'
import type { FrameStep } from '../call-shape/steps.ts'
import type { ChartName } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'

/** A frame on view. */
export interface FrameTarget {
  readonly chart: ChartName
  readonly box: number
}

export interface FrameAction {
  readonly label: string
  /** What it does to the picture; where the label does not say it all. */
  readonly about?: string
  /** The key in the graph. */
  readonly key?: string
  run(): void
}

const stepWords: Readonly<Record<FrameStep, { label: string; key: string; about: string }>> = {
  focus: { label: 'Focus on it', key: 'f', about: 'Only stacks through it, from it on' },
  hide: { label: 'Hide it', key: 'h', about: 'With all it calls; its callers keep the time' },
  drop: { label: 'Drop its stacks', key: 'd', about: 'Every sample with it on the stack is left out' },
  merge: { label: 'Merge into its caller', key: 'm', about: 'What it calls moves up' },
  recursion: { label: 'Collapse its recursion', key: 'r', about: 'All its rounds become one' },
}

/** @returns in groups, as a menu has them; empty for a frame without name */
export function frameActions(explorer: Explorer, { chart, box }: FrameTarget): FrameAction[][] {
  const drawing = explorer[chart].drawing.value
  if (drawing === null) return []
  const zoom: FrameAction = { label: 'Zoom to it', key: 'Enter', run: () => explorer[chart].zoomTo(box) }
  const frame = drawing.layout.name[box]!
  if (frame < 0) return [[zoom]]
  const name = drawing.nameOf(frame)
  const frames = { kind: 'name', name } as const
  const steps = (Object.keys(stepWords) as FrameStep[]).map((kind) => ({
    ...stepWords[kind],
    run: () => explorer.addStep({ kind, frames }),
  }))
  const packages = packagesAround(name, 3).map((prefix, at, all) => ({
    label: `Collapse package ${visibleText(prefix)}`,
    about: 'Its frames that call each other become one',
    ...(at === all.length - 1 && { key: 'c' }),
    run: () => explorer.addStep({ kind: 'package', prefix }),
  }))
  return [
    [
      zoom,
      { label: 'Inspect callers and callees', key: '3', run: () => explorer.inspect(name) },
      {
        label: 'Search for its name',
        run: () => explorer.show({ search: name, isPattern: false }),
      },
    ],
    steps,
    packages,
    [
      { label: 'Copy name', key: 'y', run: () => void copy(name, 'name') },
      { label: 'Copy stack', key: 'Y', run: () => void copy(stackText(explorer, { chart, box }), 'stack') },
    ],
  ].filter((group) => group.length > 0)
}

/** Runs the action of a key of the graph. @returns whether there is one */
export function runFrameKey(explorer: Explorer, target: FrameTarget, key: string): boolean {
  const action = frameActions(explorer, target)
    .flat()
    .find((one) => one.key === key)
  if (action === undefined || key === 'Enter') return false
  action.run()
  return true
}

/** One line for each frame, outermost first. */
function stackText(explorer: Explorer, { chart, box }: FrameTarget): string {
  return explorer[chart].pathOf(box).join('\n')
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    announce(`Copied the ${what}.`)
  } catch {
    // Without a secure context there is no clipboard.
    announce('Copying is not allowed here.')
  }
}
