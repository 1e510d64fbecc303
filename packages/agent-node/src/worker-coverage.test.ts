/** A program's workers are made as it wants them: what Node refuses without an agent it refuses with one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { coverWorkers } from './worker-coverage.ts'

const refused = [['--no-such-flag'], ['--max-old-space-size=100'], ['--title=shop'], 'no list'] as string[][]

test('flags that Node refuses in a worker are refused in its words', () => {
  const alone = refused.map(refusal)
  assert.equal(alone.filter((said) => said !== null).length, refused.length)
  coverWorkers({ isRunning: () => true, isInherited: false })
  assert.deepEqual(refused.map(refusal), alone)
})

function refusal(execArgv: string[]): unknown {
  try {
    void new Worker('', { eval: true, execArgv }).terminate()
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return [code, message]
  }
}
