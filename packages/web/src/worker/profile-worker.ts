/**
 * Everything about a profile that takes longer than a frame: decoding, layout, search, the function table. Keeps the
 * latest profile and its picture; the page gets copies.
 */
import { type CallTree, type NameTable, nameAt, ProfileDecoder, type ProfileLimits } from '@wick/profile'
import { chosenStates, type StateCount, sortStates } from '../explorer/thread-states.ts'
import { coloursOf } from '../flame-graph/colours.ts'
import { functionTable } from '../flame-graph/functions.ts'
import { type FlameLayout, layOut } from '../flame-graph/layout.ts'
import { matchNames, searchBoxes } from '../flame-graph/search.ts'
import type { Answered, Asked, LoadedProfile, Picture, QuestionKind, Questions } from './messages.ts'

/** What the server sends has been within its limits once for each profile; the sum of many is larger. */
const limits: ProfileLimits = {
  maxDepth: 20_000,
  maxNodes: 20_000_000,
  maxNames: 20_000_000,
  maxNameBytes: 1 << 20,
  maxSamples: Number.MAX_SAFE_INTEGER,
  maxCounters: 4096,
  maxExtrasBytes: 64 << 20,
}

interface Kept {
  readonly tree: CallTree
  readonly names: readonly string[]
  readonly files: readonly string[]
  readonly states: readonly StateCount[]
  layout: FlameLayout
}

let kept: Kept | null = null

const answers: { [K in QuestionKind]: (question: Questions[K]['question']) => Questions[K]['answer'] } = {
  load({ body, choice }): LoadedProfile {
    // A decoder of its own: a failure leaves the kept profile, whose arrays belong to the decoder before, untouched.
    const { start, end, tree } = new ProfileDecoder(limits).decode(body)
    const states = sortStates(
      tree.counters.map(({ name, counts }) => ({ name, samples: counts.reduce((sum, n) => sum + n, 0) })),
    )
    const layout = layOut(tree, chosenStates(choice, states))
    kept = { tree, names: texts(tree.names), files: texts(tree.files), states, layout }
    return {
      start,
      end,
      states,
      names: copyTable(tree.names),
      files: copyTable(tree.files),
      ...picture(kept),
    }
  },
  choose({ choice }) {
    const profile = current()
    profile.layout = layOut(profile.tree, chosenStates(choice, profile.states))
    return picture(profile)
  },
  search({ text, top }) {
    const profile = current()
    return searchBoxes(profile.layout, matchNames(profile.names, text), top)
  },
  functions({ top }) {
    const profile = current()
    return functionTable(profile.layout, profile.names.length, top)
  },
}

function current(): Kept {
  if (kept === null) throw new Error('no profile is loaded')
  return kept
}

function picture({ layout, names, files }: Kept): Picture {
  return { layout, colours: coloursOf(layout, names, files) }
}

function texts(table: NameTable): string[] {
  return Array.from({ length: table.length }, (_, index) => nameAt(table, index))
}

function copyTable({ bytes, offsets, length }: NameTable): NameTable {
  return { bytes: bytes.slice(0, offsets[length]!), offsets: offsets.slice(0, length + 1), length }
}

/** Answers are copied, not transferred: the worker goes on using the layout. */
function answer<K extends QuestionKind>({ id, kind, question }: Asked<K>): void {
  let reply: Answered
  try {
    reply = { id, answer: answers[kind](question) }
  } catch (error) {
    reply = { id, problem: error instanceof Error ? error.message : String(error) }
  }
  postMessage(reply)
}

addEventListener('message', (event: MessageEvent<Asked>) => answer(event.data))
