import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedQuestions } from './bounded-questions.ts'
import { apiError } from './testing/test-services.ts'

/** Answers that are given when the test says so. */
function oracle() {
  const open: PromiseWithResolvers<string>[] = []
  const answers = {
    ask: (question: string): Promise<string> => {
      const answer = Promise.withResolvers<string>()
      open.push(answer)
      asked.push(question)
      return answer.promise
    },
    name: async (): Promise<string> => 'oracle',
  }
  const asked: string[] = []
  return { answers, open, asked }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('so many are answered at one time, others in turn, one more is refused and nothing is done for it', async () => {
  const { answers, open, asked } = oracle()
  let refusals = 0
  const bounded = boundedQuestions(answers, ['ask'], { atOnce: 2, waiting: 1 }, () => refusals++)({})
  const first = bounded.ask('a')
  const second = bounded.ask('b')
  const third = bounded.ask('c')
  await assert.rejects(bounded.ask('d'), apiError('ServiceUnavailableException', /Too many questions/))
  assert.deepEqual([asked, refusals], [['a', 'b'], 1])
  open[1]!.resolve('B')
  assert.equal(await second, 'B')
  await settled()
  assert.deepEqual(asked, ['a', 'b', 'c'])
  open[0]!.resolve('A')
  open[2]!.resolve('C')
  assert.deepEqual(await Promise.all([first, third]), ['A', 'C'])
})

test('a failed answer makes room as well, and fails as it would have', async () => {
  const { answers, open } = oracle()
  const bounded = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 1 }, () => {})({})
  for (let time = 0; time < 3; time++) {
    const asking = bounded.ask('a')
    await settled()
    open[time]!.reject(new RangeError('no'))
    await assert.rejects(asking, RangeError)
  }
})

test('what is no question goes past the bounds', async () => {
  const { answers } = oracle()
  const bounded = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 0 }, () => {})({})
  void bounded.ask('a')
  assert.equal(await bounded.name(), 'oracle')
})

test('who goes away while waiting is not asked for, leaves the place to another one, and the next one moves up', async () => {
  const { answers, open, asked } = oracle()
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 2 }, () => {})
  const gone = new AbortController()
  const first = boundedFor({}).ask('a')
  const second = boundedFor({ gone: gone.signal }).ask('b')
  const third = boundedFor({}).ask('c')
  gone.abort(new RangeError('gone'))
  await assert.rejects(second, RangeError)
  const fourth = boundedFor({}).ask('d')
  for (const [at, asking] of [first, third, fourth].entries()) {
    open[at]!.resolve('yes')
    await asking
    await settled()
  }
  assert.deepEqual(asked, ['a', 'c', 'd'])
})

test('who is gone already is not asked for, and takes no place', async () => {
  const { answers, open, asked } = oracle()
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 0 }, () => {})
  await assert.rejects(boundedFor({ gone: AbortSignal.abort(new RangeError('gone')) }).ask('a'), RangeError)
  const asking = boundedFor({}).ask('b')
  open[0]!.resolve('B')
  assert.equal(await asking, 'B')
  assert.deepEqual(asked, ['b'])
})

test('who goes away while being answered keeps the place until then', async () => {
  const { answers, open, asked } = oracle()
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 1 }, () => {})
  const gone = new AbortController()
  const first = boundedFor({ gone: gone.signal }).ask('a')
  void boundedFor({}).ask('b')
  gone.abort()
  await settled()
  assert.deepEqual(asked, ['a'])
  open[0]!.resolve('A')
  assert.equal(await first, 'A')
  await settled()
  assert.deepEqual(asked, ['a', 'b'])
})

test('a caller who has more than half of the places is refused, whether there is room or not; others have the rest', async () => {
  const { answers, asked } = oracle()
  const refusals: string[] = []
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 4 }, (what) =>
    refusals.push(what),
  )
  const ask = (caller: string, question: string): Promise<string> => boundedFor({ caller }).ask(question)
  const ownDoing = apiError('ThrottlingException', /of this caller/)
  for (const question of ['answered', 'first', 'second', 'third']) void ask('many', question)
  await assert.rejects(ask('many', 'fourth'), ownDoing)
  void ask('other', 'theirs')
  await assert.rejects(ask('many', 'fourth'), ownDoing)
  await assert.rejects(
    ask('other', 'one more'),
    apiError('ServiceUnavailableException', /^Too many questions at/),
  )
  assert.deepEqual(refusals, ['questioner', 'questioner', 'questions'])
  assert.deepEqual(asked, ['answered'])
})

test('who has got a turn, or went away, has its places again', async () => {
  const { answers, open, asked } = oracle()
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 1 }, () => {})
  const gone = new AbortController()
  void boundedFor({ caller: 'a' }).ask('first')
  const second = boundedFor({ caller: 'a', gone: gone.signal }).ask('second')
  await assert.rejects(boundedFor({ caller: 'a' }).ask('too many'), apiError('ThrottlingException'))
  gone.abort(new RangeError('gone'))
  await assert.rejects(second, RangeError)
  void boundedFor({ caller: 'a' }).ask('third')
  open[0]!.resolve('yes')
  await settled()
  void boundedFor({ caller: 'a' }).ask('fourth')
  open[1]!.resolve('yes')
  await settled()
  assert.deepEqual(asked, ['first', 'third', 'fourth'])
})

test('what the server asks itself is nobody’s doing', async () => {
  const { answers } = oracle()
  const boundedFor = boundedQuestions(answers, ['ask'], { atOnce: 1, waiting: 2 }, () => {})
  for (const question of ['answered', 'first', 'second']) void boundedFor({}).ask(question)
  await assert.rejects(boundedFor({}).ask('third'), apiError('ServiceUnavailableException'))
})
