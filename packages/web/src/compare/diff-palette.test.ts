import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, type Rgb } from '../flame-graph/oklch.ts'
import { colourCount, variants } from '../flame-graph/palette.ts'
import { makeDiffPalette } from './diff-palette.ts'

const rgb = (word: number): Rgb => ({ red: word & 255, green: (word >> 8) & 255, blue: (word >> 16) & 255 })
const inkOf = (css: string): Rgb => {
  const [red, green, blue] = css.match(/\d+/g)!.map(Number)
  return { red: red!, green: green!, blue: blue! }
}

for (const theme of ['light', 'dark'] as const) {
  test(`labels can be read on every colour of a comparison, ${theme}`, () => {
    const { fill, ink } = makeDiffPalette(theme)
    for (let tone = 0; tone < ink.length; tone++)
      for (let colour = 0; colour < 3 * variants; colour++) {
        const ratio = contrast(rgb(fill[tone * colourCount + colour]!), inkOf(ink[tone]!))
        assert.ok(ratio >= 4.5, `tone ${tone}, colour ${colour}: ${ratio}`)
      }
  })

  test(`more and less are told apart by blue alone, which every eye sees, ${theme}`, () => {
    const { fill } = makeDiffPalette(theme)
    for (let step = 2; step < variants; step++) {
      const more = rgb(fill[variants + step]!)
      const less = rgb(fill[2 * variants + step]!)
      assert.ok(less.blue - more.blue > 30, `step ${step}: ${less.blue} and ${more.blue}`)
    }
  })
}
