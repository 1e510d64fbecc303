/** The picture as SVG: every visible box with its whole name as title. Names are foreign: they are text, nothing else. */
import { rowCount } from './layout.ts'
import { colourCount, makePalette, signOf, stripColour, type Theme } from './palette.ts'
import { findVisible, VisibleBoxes } from './visible-boxes.ts'
import { fileRowHeight, fileRows, fileWidth, type WholePicture } from './whole-picture.ts'

const fontSize = 12
/** Width of a character of the monospaced font, as a share of its size. */
const characterWidth = 0.6

export function svgOf(picture: WholePicture, theme: Theme): string {
  const palette = makePalette(theme)
  const rows = fileRows(picture)
  const height = rows * fileRowHeight
  const visible = new VisibleBoxes()
  const { layout, from, to } = picture
  findVisible(layout, { from, to, columns: fileWidth, firstRow: 0, rows }, visible)
  const all = layout.width[0]!
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fileWidth}" height="${height}" viewBox="0 0 ${fileWidth} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${fontSize}">`,
    `<rect width="100%" height="100%" fill="${hex(palette.surface)}"/>`,
  ]
  for (let k = 0; k < visible.length; k++) {
    const box = visible.box[k]!
    const isStrip = visible.strip[k] === 1
    const left = visible.left[k]!
    const wide = visible.right[k]! - left
    const row = visible.row[k]!
    const top = (picture.isFlipped ? Math.min(rows, rowCount(layout)) - 1 - row : row) * fileRowHeight
    const name = layout.name[box]!
    const isDimmed = picture.matches !== null && (isStrip || name < 0 || picture.matches[name] !== 1)
    const tone = isDimmed ? 1 : picture.matches === null && row < picture.zoomRow ? 2 : 0
    const colour = isStrip ? stripColour : picture.colours[box]!
    const fill = palette.fill[tone * colourCount + colour]!
    const gap = wide >= 3 ? 1 : 0
    const share = ((layout.width[box]! / all) * 100).toFixed(2)
    const title = isStrip
      ? 'frames too narrow to draw'
      : `${picture.title(box)} — ${layout.width[box]} samples, ${share} %`
    parts.push(
      `<g><title>${escaped(title)}</title><rect x="${left}" y="${top}" width="${wide - gap}" height="${fileRowHeight - 1}" fill="${hex(fill)}"/>`,
    )
    if (!isStrip && signOf(colour) !== 'none') {
      const dash = signOf(colour) === 'dotted' ? ' stroke-dasharray="2 2"' : ''
      parts.push(
        `<path d="M${left} ${top + fileRowHeight - 2}h${wide - gap}" stroke="${hex(palette.line[tone * colourCount + colour]!)}" stroke-width="2"${dash}/>`,
      )
    }
    const label = isStrip ? '' : picture.label(box, Math.floor((wide - 10) / (fontSize * characterWidth)))
    if (label !== '')
      parts.push(
        `<text x="${left + 5}" y="${top + 14}" fill="${palette.ink[tone]!}">${escaped(label)}</text>`,
      )
    parts.push('</g>')
  }
  parts.push('</svg>')
  return parts.join('')
}

/** Characters that XML gives a meaning, or does not allow at all, never come from a name. */
function escaped(text: string): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    const isForbidden =
      (code < 0x20 && code !== 9 && code !== 10 && code !== 13) ||
      (code >= 0xd800 && code < 0xe000) ||
      (code & 0xfffe) === 0xfffe
    out += isForbidden ? '\ufffd' : (entities[character] ?? character)
  }
  return out
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Of a little-endian RGBA word. */
function hex(word: number): string {
  const byte = (shift: number) => ((word >>> shift) & 255).toString(16).padStart(2, '0')
  return `#${byte(0)}${byte(8)}${byte(16)}`
}
