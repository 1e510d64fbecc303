/**
 * The colours of the boxes. Hue says whose code it is; lightness is the same for all, so only width speaks of weight.
 * Inside a kind a few close hues, chosen by name, keep neighbours apart. Each kind has a second sign, a line at the
 * bottom of the box: none for my code, unbroken for dependencies, dotted for the runtime.
 */
import { type FrameKind, frameKinds } from './frame-kind.ts'
import { contrast, oklch, type Rgb } from './oklch.ts'

export type Theme = 'light' | 'dark'

/** normal; dimmed: does not match the search; faded: a caller of the zoomed frame. */
export const tones = ['normal', 'dimmed', 'faded'] as const
export type Tone = (typeof tones)[number]

/**
 * Colour numbers of a box: kind × 8 + variant; the root; strips of many narrow frames, and what is not told apart;
 * packages; thread states; then differences, from much less over none to much more, and what is new.
 */
export const variants = 8
export const rootColour = frameKinds.length * variants
export const stripColour = rootColour + 1
export const packageColour = stripColour + 1
export const packageHues = 16
export const stateColour = packageColour + packageHues
/** In the order of their colours; any other state is the last one. */
export const colouredStates = [
  'RUNNABLE',
  'NATIVE',
  'BLOCKED',
  'WAITING',
  'TIMED_WAITING',
  'IDLE',
  'WALL_TIME',
  '',
] as const
export const differenceColour = stateColour + colouredStates.length
/** Steps of a difference on each side of none. */
export const differenceSteps = 4
/** Only after; only before. */
export const newColour = differenceColour + 2 * differenceSteps + 1
export const goneColour = newColour + 1
export const colourCount = goneColour + 1

/** @param change relative: -1 is gone, 0 as before, 1 twice as much and everything beyond. @param isNoise within what is normal */
export function colourOfChange(change: number, isNoise = false): number {
  if (isNoise || !(Math.abs(change) >= 0.02)) return differenceColour + differenceSteps
  const step = Math.min(differenceSteps, Math.max(1, Math.ceil(Math.abs(change) * differenceSteps)))
  return differenceColour + differenceSteps + (change > 0 ? step : -step)
}

/** The second sign of a colour, at the bottom of its boxes. */
export type Sign = 'none' | 'line' | 'dotted'

export function signOf(colour: number): Sign {
  if (colour < rootColour) return colour < variants ? 'none' : colour < 2 * variants ? 'line' : 'dotted'
  if (colour >= stateColour && colour < differenceColour) return stateLooks[colour - stateColour]!.sign
  return colour === newColour || colour === goneColour
    ? 'dotted'
    : colour > differenceColour + differenceSteps
      ? 'line'
      : 'none'
}

/** Hues of thread states: what runs is warm, what waits is cool. */
const stateLooks: readonly { readonly hue: number; readonly chroma: number; readonly sign: Sign }[] = [
  { hue: 55, chroma: 1, sign: 'none' },
  { hue: 95, chroma: 1, sign: 'none' },
  { hue: 10, chroma: 1, sign: 'dotted' },
  { hue: 250, chroma: 0.8, sign: 'line' },
  { hue: 300, chroma: 0.7, sign: 'line' },
  { hue: 200, chroma: 0.25, sign: 'dotted' },
  { hue: 150, chroma: 0.7, sign: 'none' },
  { hue: 150, chroma: 0.1, sign: 'none' },
]

export interface Palette {
  /** By tone × colourCount + colour: fill and bottom line, as little-endian RGBA words. */
  readonly fill: Uint32Array
  readonly line: Uint32Array
  /** CSS colours of labels, by tone. */
  readonly ink: readonly string[]
  /** Between and behind the boxes. */
  readonly surface: number
}

interface Look {
  readonly surface: Rgb
  readonly lightness: Readonly<Record<Tone, number>>
  /** Share of a kind's chroma that a tone keeps. */
  readonly chroma: Readonly<Record<Tone, number>>
  readonly ink: Readonly<Record<Tone, Rgb>>
  /** Added to the lightness for the bottom line. */
  readonly line: number
  readonly kinds: Readonly<
    Record<FrameKind, { readonly chroma: number; readonly hue: number; readonly spread: number }>
  >
}

/** `surface` is the --sheet of styles/tokens.css. */
const looks: Readonly<Record<Theme, Look>> = {
  light: {
    surface: { red: 255, green: 255, blue: 255 },
    lightness: { normal: 0.86, dimmed: 0.955, faded: 0.93 },
    chroma: { normal: 1, dimmed: 0.12, faded: 0.4 },
    ink: { normal: oklch(0.24, 0.02, 60), dimmed: oklch(0.5, 0.01, 60), faded: oklch(0.42, 0.015, 60) },
    line: -0.16,
    kinds: {
      mine: { chroma: 0.115, hue: 72, spread: 22 },
      dependency: { chroma: 0.058, hue: 232, spread: 30 },
      runtime: { chroma: 0.01, hue: 280, spread: 60 },
    },
  },
  dark: {
    surface: { red: 26, green: 25, blue: 24 },
    lightness: { normal: 0.45, dimmed: 0.285, faded: 0.33 },
    chroma: { normal: 1, dimmed: 0.12, faded: 0.45 },
    ink: { normal: oklch(0.965, 0.01, 80), dimmed: oklch(0.7, 0.01, 80), faded: oklch(0.82, 0.01, 80) },
    line: 0.15,
    kinds: {
      mine: { chroma: 0.092, hue: 58, spread: 20 },
      dependency: { chroma: 0.062, hue: 240, spread: 30 },
      runtime: { chroma: 0.012, hue: 280, spread: 60 },
    },
  },
}

export function makePalette(theme: Theme): Palette {
  const look = looks[theme]
  const fill = new Uint32Array(tones.length * colourCount)
  const line = new Uint32Array(fill.length)
  for (const [toneIndex, tone] of tones.entries()) {
    for (let colour = 0; colour < colourCount; colour++) {
      const at = toneIndex * colourCount + colour
      fill[at] = word(boxColour(look, tone, colour, 0))
      line[at] = word(boxColour(look, tone, colour, look.line))
    }
  }
  return { fill, line, ink: tones.map((tone) => css(look.ink[tone])), surface: word(look.surface) }
}

/** Worst contrast of a label on any box of a tone. */
export function labelContrast(theme: Theme, tone: Tone): number {
  const look = looks[theme]
  const all = Array.from({ length: colourCount }, (_, colour) => boxColour(look, tone, colour, 0))
  return Math.min(...all.map((colour) => contrast(colour, look.ink[tone])))
}

function boxColour(look: Look, tone: Tone, colour: number, lighter: number): Rgb {
  const lightness = look.lightness[tone] + lighter
  const most = look.kinds.mine.chroma * look.chroma[tone]
  if (colour >= differenceColour) {
    // Blue is less, orange more; grey is no real change. The two hues differ for every kind of colour blindness.
    const step =
      colour === newColour
        ? differenceSteps
        : colour === goneColour
          ? -differenceSteps
          : colour - differenceColour - differenceSteps
    return oklch(lightness, 0.006 + (Math.abs(step) / differenceSteps) * most, step < 0 ? 245 : 60)
  }
  if (colour >= stateColour) {
    const { hue, chroma } = stateLooks[colour - stateColour]!
    return oklch(lightness, most * chroma, hue)
  }
  if (colour >= packageColour) {
    const at = colour - packageColour
    // Far apart for neighbours in number: the golden angle.
    return oklch(lightness, most * (at % 2 === 0 ? 0.85 : 0.55), (at * 137.5) % 360)
  }
  if (colour >= rootColour) return oklch(lightness, 0.004, 80)
  const { chroma, hue, spread } = look.kinds[frameKinds[Math.floor(colour / variants)]!]
  const turn = ((colour % variants) / (variants - 1) - 0.5) * spread
  return oklch(lightness, chroma * look.chroma[tone], hue + turn)
}

function word({ red, green, blue }: Rgb): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
}

function css({ red, green, blue }: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}
