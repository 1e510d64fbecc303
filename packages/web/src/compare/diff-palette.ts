/**
 * Colours of a comparison, in the numbering of the flame graph's palette, whose second signs it keeps: unchanged is grey and
 * has none, more is orange with a line, less is blue with dots. Blue and orange are told apart by everybody.
 */
import { oklch, type Rgb } from '../flame-graph/oklch.ts'
import {
  colourCount,
  makePalette,
  type Palette,
  type Theme,
  tones,
  variants,
} from '../flame-graph/palette.ts'

const hues = { more: 52, less: 250 } as const

/** Lightness by theme: of the weakest and the strongest change, of the quiet tones, and what the line adds. */
const looks: Readonly<
  Record<
    Theme,
    { readonly weak: number; readonly strong: number; readonly quiet: number; readonly line: number }
  >
> = {
  light: { weak: 0.92, strong: 0.8, quiet: 0.95, line: -0.2 },
  dark: { weak: 0.38, strong: 0.5, quiet: 0.29, line: 0.16 },
}

export function makeDiffPalette(theme: Theme): Palette {
  const usual = makePalette(theme)
  const fill = usual.fill.slice()
  const line = usual.line.slice()
  const look = looks[theme]
  for (const [toneIndex, tone] of tones.entries()) {
    const isQuiet = tone !== 'normal'
    for (let colour = 0; colour < 3 * variants; colour++) {
      const at = toneIndex * colourCount + colour
      const strength = (colour % variants) / (variants - 1)
      const lightness = isQuiet ? look.quiet : look.weak + (look.strong - look.weak) * strength
      const chroma = (0.04 + 0.1 * strength) * (isQuiet ? 0.35 : 1)
      const [hue, colourfulness] =
        colour < variants ? [80, 0.004] : [colour < 2 * variants ? hues.more : hues.less, chroma]
      fill[at] = word(oklch(lightness, colourfulness, hue))
      line[at] = word(oklch(lightness + look.line, colourfulness, hue))
    }
  }
  return { ...usual, fill, line }
}

function word({ red, green, blue }: Rgb): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
}
