/** What the page asks the profile worker, and what it answers. One answer for each question, in any order. */
import type { NameTable } from '@wick/profile'
import type { Step } from '../call-shape/steps.ts'
import type { StateChoice, StateCount } from '../explorer/thread-states.ts'
import type { KindRule } from '../flame-graph/colours.ts'
import type { FrameKind } from '../flame-graph/frame-kind.ts'
import type { FunctionTable } from '../flame-graph/functions.ts'
import type { FlameLayout, SiblingOrder } from '../flame-graph/layout.ts'
import type { SearchResult } from '../flame-graph/search.ts'

export interface Questions {
  /** Decodes a tree as the server sends it, and keeps it. The bytes are transferred. */
  readonly load: { readonly question: { body: Uint8Array }; readonly answer: LoadedProfile }
  /** Puts the subtree at `path` of a finer tree into the kept one. False where it does not fit; nothing changes then. */
  readonly refine: {
    readonly question: { body: Uint8Array; path: readonly string[] }
    readonly answer: LoadedProfile | null
  }
  /** Makes the pictures of a view, and keeps what later questions are about. */
  readonly draw: { readonly question: ViewQuestion; readonly answer: Drawn }
  /** Searches the main picture below one box. */
  readonly search: { readonly question: { text: Text; top: number }; readonly answer: SearchResult }
  /** Functions of the transformed tree; in the overview, of what is below one box. */
  readonly functions: { readonly question: { top: number }; readonly answer: FunctionTable }
  /** Samples of one box by thread state, all of them. */
  readonly states: {
    readonly question: { chart: ChartName; box: number }
    readonly answer: readonly StateCount[]
  }
  /** Where more detail would tell apart what a box of the main picture does not: see `Analyst.vaguePaths`. */
  readonly vaguePaths: {
    readonly question: { box: number }
    readonly answer: readonly (readonly string[])[]
  }
  /** Packages of the transformed tree, those with most self samples first. */
  readonly packages: {
    readonly question: { rules: readonly KindRule[] }
    readonly answer: readonly PackageShare[]
  }
  /** The main picture's tree as a file. */
  readonly encode: {
    readonly question: { format: FileFormat; title: string; start: number; end: number }
    readonly answer: Uint8Array<ArrayBuffer>
  }
}

export type QuestionKind = keyof Questions

export type ViewKind = 'overview' | 'hotspots' | 'inspect'
export type ChartName = 'main' | 'callers'
export type ColourMode = 'code' | 'package' | 'state'
export type FileFormat = 'pprof' | 'speedscope' | 'collapsed'

/** What is looked for: part of a name, or a regular expression. Capitals do not matter. */
export interface Text {
  readonly text: string
  readonly isPattern: boolean
}

export interface ViewQuestion {
  readonly states: StateChoice
  readonly view: ViewKind
  /** The function that is inspected. */
  readonly inspected: string
  readonly steps: readonly Step[]
  readonly colour: ColourMode
  readonly order: SiblingOrder
  readonly rules: readonly KindRule[]
  /** Where callers are told apart as finely as if nothing else were shown. */
  readonly finer: { readonly chart: ChartName; readonly path: readonly string[] } | null
}

export interface Picture {
  readonly layout: FlameLayout
  /** Colour number by box. */
  readonly colours: Uint8Array<ArrayBuffer>
}

export interface Drawn {
  readonly main: Picture
  /** Of the inspected function; null in other views. */
  readonly callers: Picture | null
  /** Names that steps made; their indices follow those of the tree. */
  readonly addedNames: readonly string[]
  /** All samples of the chosen states, whatever steps left out. */
  readonly samples: number
}

export interface LoadedProfile {
  /** Epoch milliseconds: first and last instant that hold data. */
  readonly start: number
  readonly end: number
  readonly names: NameTable
  readonly files: NameTable
  /** Every counter of the profile, whatever was chosen. */
  readonly states: readonly StateCount[]
}

export interface PackageShare {
  readonly prefix: string
  /** Of all self samples of the picture, 0 … 1. */
  readonly share: number
  /** What it counts as now. */
  readonly kind: FrameKind
}

export interface Asked<K extends QuestionKind = QuestionKind> {
  readonly id: number
  readonly kind: K
  readonly question: Questions[K]['question']
}

export type Answered =
  | { readonly id: number; readonly answer: Questions[QuestionKind]['answer'] }
  | { readonly id: number; readonly problem: string }
