/**
 * kill -9 at random moments while groups are made, changed and asked about: whatever was answered has its record, the trail
 * is whole after each start, and a change that nobody got an answer to has its record exactly if it was made.
 * WICK_CRASH_SEED repeats the moments.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const kills = Number(process.env.WICK_AUDIT_KILLS ?? 5)
const seed = Number(process.env.WICK_CRASH_SEED ?? randomInt(2 ** 31))
const callers = 6
const longestLife = 1200
const json = { 'content-type': 'application/json' }

test('whatever was answered has its record after kill -9, and a change is made exactly if it is recorded', async (t) => {
  t.diagnostic(`seed ${seed}`)
  const directory = await temporaryDirectory(t)
  /** Ids of calls that were answered. */
  const answered: string[] = []
  let made = 0
  for (let life = 0; life < kills; life++) {
    const wick = await startWick({ directory, flags: ['--insecure-http'] })
    const caller = await startCaller(wick)
    let isOver = false
    const call = async (method: string, target: string, body = ''): Promise<void> => {
      const { headers } = await caller.send({ method, target, headers: json, body })
      answered.push(String(headers['x-amzn-requestid']))
    }
    const work = async (): Promise<void> => {
      try {
        while (!isOver) {
          const name = `group-${made++}`
          const path = `/profilingGroups/${name}`
          await call(
            'POST',
            `/profilingGroups?clientToken=${name}`,
            JSON.stringify({ profilingGroupName: name }),
          )
          const agentOrchestrationConfig = { profilingEnabled: false }
          await call('PUT', path, JSON.stringify({ agentOrchestrationConfig }))
          await call('GET', path)
          await call('GET', `${path}-that-is-not`)
          if (made % 3 === 0) await call('DELETE', path)
        }
      } catch (error) {
        // Cut off by the kill.
        if (!isOver) throw error
      }
    }
    const working = Promise.all(Array.from({ length: callers }, work))
    await Promise.race([working, wait(300 + (((seed >>> life) * 7919) % longestLife))])
    isOver = true
    await wick.stop('SIGKILL')
    await working
  }
  assert.ok(answered.length > kills * callers, `${answered.length} answers`)

  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  const caller = await startCaller(wick)
  const names: string[] = []
  let next = ''
  do {
    const { body } = await caller.send({ target: `/profilingGroups?maxResults=1000${next}` })
    const page = JSON.parse(body.toString()) as { profilingGroupNames: string[]; nextToken?: string }
    names.push(...page.profilingGroupNames)
    next = page.nextToken === undefined ? '' : `&nextToken=${encodeURIComponent(page.nextToken)}`
  } while (next !== '')
  const verdict = await ended(runWick(['audit', 'verify', '--data', directory, '--json']))
  assert.equal(verdict.exitCode, 0, verdict.stdout + verdict.stderr)
  assert.equal(await wick.stop(), 0)

  const exported = await ended(runWick(['audit', 'export', '--data', directory]))
  const records = exported.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const recorded = new Set(records.map(({ requestID }) => requestID))
  const missing = answered.filter((id) => !recorded.has(id))
  console.log(
    `kills ${kills}, answered ${answered.length}, records ${records.length}, missing ${missing.length}`,
  )
  assert.deepEqual(missing, [])
  const alive = new Set<string>()
  for (const { eventName, errorCode, requestParameters } of records) {
    if (errorCode !== undefined) continue
    if (eventName === 'CreateProfilingGroup') alive.add(requestParameters.profilingGroupName)
    if (eventName === 'DeleteProfilingGroup') alive.delete(requestParameters.profilingGroupName)
  }
  assert.deepEqual([...alive].sort(), names.sort())
})
