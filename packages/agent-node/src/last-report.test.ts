import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LastReport } from './last-report.ts'
import { readSettings } from './settings.ts'

test('a process that has no time left for its last profile says that it may be lost', () => {
  const environment = { AWS_CODEGURU_PROFILER_GROUP_NAME: 'shop' }
  const report = new LastReport(
    {
      settings: readSettings({}, environment),
      credentials: null,
      clockError: 0,
      ask: null,
      deadline: performance.timeOrigin + performance.now(),
    },
    environment,
  )
  const outcomes = report.send([{ token: 'a', body: Buffer.from('{}') }])
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.kind === 'failed' ? [outcome.way, outcome.text] : outcome.kind)),
    [['sending', 'the last profile may be lost: the process ends, and had no time left to send it']],
  )
})
