/** The view as a file: pictures drawn here, formats of other tools by the worker. Loaded when somebody asks for one. */
import { announce } from '../app/announce.tsx'
import { theme } from '../app/theme.ts'
import { paintWhole } from '../flame-graph/paint-whole.ts'
import { svgOf } from '../flame-graph/svg.ts'
import { fitName } from '../format/short-name.ts'
import type { FileFormat } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'

const extensions: Readonly<Record<FileFormat | 'svg' | 'png', string>> = {
  svg: 'svg',
  png: 'png',
  pprof: 'pb.gz',
  speedscope: 'speedscope.json',
  collapsed: 'txt',
}

/** @throws Error where it cannot be made */
export async function saveView(explorer: Explorer, format: FileFormat | 'svg' | 'png'): Promise<void> {
  const blob = await blobOf(explorer, format)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  const { view } = explorer.view.value
  // Nothing that a file system could take for a path.
  const stem = `${explorer.group}-${view}`.replace(/[^\w.-]+/g, '_')
  link.download = `${stem}.${extensions[format]}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  announce(`Saved ${link.download}`)
}

async function blobOf(explorer: Explorer, format: FileFormat | 'svg' | 'png'): Promise<Blob> {
  if (format !== 'svg' && format !== 'png') {
    return new Blob([await explorer.encode(format)], { type: 'application/octet-stream' })
  }
  const drawing = explorer.main.drawing.value
  if (drawing === null) throw new Error('there is no picture yet')
  const zoom = explorer.main.zoom.value.box
  const { x, width } = drawing.layout
  const span = explorer.main.freeSpan.value ?? { from: x[zoom]!, to: x[zoom]! + width[zoom]! }
  const picture = {
    layout: drawing.layout,
    colours: drawing.colours,
    matches: explorer.main.matches.value,
    ...span,
    zoomRow: drawing.layout.depth[zoom]!,
    isFlipped: explorer.view.value.isFlipped && explorer.view.value.view !== 'inspect',
    label: (box: number, characters: number) => fitName(drawing.label(box), characters),
    title: (box: number) => drawing.label(box),
  }
  if (format === 'png') return paintWhole(picture, theme.value)
  return new Blob([svgOf(picture, theme.value)], { type: 'image/svg+xml' })
}
