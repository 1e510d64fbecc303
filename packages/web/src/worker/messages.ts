/** What the page asks the profile worker, and what it answers. One answer for each question, in any order. */
import type { NameTable } from '@wick/profile'
import type { StateChoice, StateCount } from '../explorer/thread-states.ts'
import type { FunctionTable } from '../flame-graph/functions.ts'
import type { FlameLayout } from '../flame-graph/layout.ts'
import type { SearchResult } from '../flame-graph/search.ts'

export interface Questions {
  /** Decodes a profile, keeps it and lays it out. The bytes are transferred. */
  readonly load: {
    readonly question: { body: Uint8Array; choice: StateChoice }
    readonly answer: LoadedProfile
  }
  /** Lays the kept profile out anew. */
  readonly choose: { readonly question: { choice: StateChoice }; readonly answer: Picture }
  /** Searches the picture below one box. */
  readonly search: { readonly question: { text: string; top: number }; readonly answer: SearchResult }
  /** Functions of the picture below one box. */
  readonly functions: { readonly question: { top: number }; readonly answer: FunctionTable }
}

export type QuestionKind = keyof Questions

export interface Picture {
  readonly layout: FlameLayout
  /** Colour number by box. */
  readonly colours: Uint8Array<ArrayBuffer>
}

export interface LoadedProfile extends Picture {
  /** Epoch milliseconds: first and last instant that hold data. */
  readonly start: number
  readonly end: number
  readonly names: NameTable
  readonly files: NameTable
  /** Every counter of the profile, whatever was chosen. */
  readonly states: readonly StateCount[]
}

export interface Asked<K extends QuestionKind = QuestionKind> {
  readonly id: number
  readonly kind: K
  readonly question: Questions[K]['question']
}

export type Answered =
  | { readonly id: number; readonly answer: Questions[QuestionKind]['answer'] }
  | { readonly id: number; readonly problem: string }
