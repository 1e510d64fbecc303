/** Everything about a profile that takes longer than a frame. Answers questions one after another. */
import { Analyst } from './analyst.ts'
import type { Answered, Asked, QuestionKind, Questions } from './messages.ts'
import { PatternMatcher } from './pattern-matcher.ts'

const analyst = new Analyst(new PatternMatcher().match)

const answers: {
  [K in QuestionKind]: (
    question: Questions[K]['question'],
  ) => Questions[K]['answer'] | Promise<Questions[K]['answer']>
} = {
  load: ({ body }) => analyst.load(body),
  refine: ({ body, path }) => analyst.refine(body, path),
  draw: (question) => analyst.draw(question),
  search: ({ text, top }) => analyst.search(text, top),
  functions: ({ top }) => analyst.functions(top),
  states: ({ chart, box }) => analyst.statesOf(chart, box),
  vaguePaths: ({ box }) => analyst.vaguePaths(box),
  packages: ({ rules }) => analyst.packages(rules),
  encode: async (question) => (await import('./encode-file.ts')).encodeFile(analyst.mainTree(), question),
}

async function answer<K extends QuestionKind>({ id, kind, question }: Asked<K>): Promise<void> {
  let reply: Answered
  const transfer: Transferable[] = []
  try {
    const given = await answers[kind](question)
    if (kind === 'draw') transfer.push(...analyst.buffersOf(given as Questions['draw']['answer']))
    reply = { id, answer: given }
  } catch (error) {
    reply = { id, problem: error instanceof Error ? error.message : String(error) }
  }
  postMessage(reply, { transfer })
}

let last: Promise<void> = Promise.resolve()
addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  last = last.then(() => answer(data))
})
