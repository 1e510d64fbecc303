/** Everything the explorer can do, by name: what the command palette lists. */
import { announce } from '../app/announce.tsx'
import { chooseTheme } from '../app/theme.ts'
import { frameSteps } from '../call-shape/steps.ts'
import { pageSpans } from '../range/page-range.ts'
import type { ColourMode, FileFormat, ViewKind } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'
import type { PanelName } from './explorer-page.tsx'
import { frameActions } from './frame-actions.ts'
import { viewWords } from './view-picker.tsx'

export interface Command {
  readonly label: string
  readonly key?: string
  run(): void
}

const colourWords: Readonly<Record<ColourMode, string>> = {
  code: 'Colour by whose code it is',
  package: 'Colour by package',
  state: 'Colour by thread state',
}

const formatWords: Readonly<Record<FileFormat, string>> = {
  pprof: 'Save as pprof (.pb.gz)',
  speedscope: 'Save for speedscope (.json)',
  collapsed: 'Save as collapsed stacks (.txt)',
}

export function allCommands(explorer: Explorer, open: (panel: PanelName) => () => void): Command[] {
  return [
    ...frameCommands(explorer),
    ...(Object.keys(viewWords) as ViewKind[]).map((kind, at) => ({
      label: viewWords[kind].label,
      key: String(at + 1),
      run: () => explorer.showView(kind, kind === 'inspect' ? (explorer.selectedName() ?? '') : undefined),
    })),
    { label: 'Show as graph', key: 't', run: () => explorer.show({ shows: 'graph' }) },
    { label: 'Show as table', key: 't', run: () => explorer.show({ shows: 'table' }) },
    { label: 'CPU', run: () => explorer.show({ states: { kind: 'cpu' } }) },
    { label: 'Latency', run: () => explorer.show({ states: { kind: 'latency' } }) },
    ...pageSpans.map(({ span, words }) => ({
      label: `Time: ${words}`,
      run: () => explorer.show({ range: { kind: 'last', span } }),
    })),
    ...searchCommands(explorer),
    {
      label: 'Collapse all direct recursion',
      run: () => explorer.addStep({ kind: 'direct-recursion' }),
    },
    { label: 'Undo', key: 'u', run: () => explorer.steps.undo() },
    { label: 'Redo', key: 'U', run: () => explorer.steps.redo() },
    { label: 'Take back all changes', run: () => explorer.steps.clear() },
    { label: 'Reset the zoom', key: '0', run: () => explorer.resetZoom() },
    {
      label: 'Root at the bottom, or at the top',
      key: 'i',
      run: () => explorer.show({ isFlipped: !explorer.view.value.isFlipped }, true),
    },
    { label: 'Heaviest first, or by name', key: 'o', run: () => explorer.changeOrder() },
    ...(Object.keys(colourWords) as ColourMode[]).map((colour) => ({
      label: colourWords[colour],
      run: () => explorer.show({ colour }, true),
    })),
    { label: 'Correct whose code it is…', run: open('code') },
    { label: 'Copy a link to this view', run: () => void copyLink() },
    { label: 'Save as picture (.svg)', run: () => void save(explorer, 'svg') },
    { label: 'Save as picture (.png)', run: () => void save(explorer, 'png') },
    ...(Object.keys(formatWords) as FileFormat[]).map((format) => ({
      label: formatWords[format],
      run: () => void save(explorer, format),
    })),
    { label: 'Light theme', run: () => chooseTheme('light') },
    { label: 'Dark theme', run: () => chooseTheme('dark') },
    { label: 'Theme of the system', run: () => chooseTheme('system') },
    { label: 'Keys', key: '?', run: open('keys') },
  ]
}

/** What can be done with the selected frame. */
function frameCommands(explorer: Explorer): Command[] {
  const box = explorer.main.selected.value
  const drawing = explorer.main.drawing.value
  if (box === null || drawing === null || drawing.layout.name[box]! < 0) return []
  const name = drawing.label(box)
  return frameActions(explorer, { chart: 'main', box })
    .flat()
    .map(({ label, key, run }) => ({ label: `${label}: ${name}`, ...(key !== undefined && { key }), run }))
}

const searchWords = {
  focus: 'Focus on all matches',
  hide: 'Hide all matches',
  drop: 'Drop stacks with a match',
  merge: 'Merge all matches into their callers',
  recursion: 'Collapse recursion of all matches',
} as const

/** What is searched for can be changed, too. */
function searchCommands(explorer: Explorer): Command[] {
  const { search, isPattern } = explorer.view.value
  if (search === '' || explorer.found.value === null) return []
  const pattern = isPattern ? search : search.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return frameSteps.map((kind) => ({
    label: `${searchWords[kind]}: ${search}`,
    run: () => explorer.addStep({ kind, frames: { kind: 'pattern', pattern } }),
  }))
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(window.location.href)
    announce('Copied the link.')
  } catch {
    announce('Copying is not allowed here: the address bar has the link.')
  }
}

async function save(explorer: Explorer, format: FileFormat | 'svg' | 'png'): Promise<void> {
  const { saveView } = await import('./save-view.ts')
  try {
    await saveView(explorer, format)
  } catch (error) {
    explorer.viewProblem.value = `saving failed: ${error instanceof Error ? error.message : String(error)}`
  }
}
