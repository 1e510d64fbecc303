/** Sends the last profiles of a process that ends, in a thread that lives for that alone. */
import { once } from 'node:events'
import { workerData } from 'node:worker_threads'
import { advice } from './advice.ts'
import { connectionOf } from './connection.ts'
import type { LastProfiles, LastReportData, Outcome } from './last-report.ts'
import { follow } from './orders.ts'
import type { Way } from './server-log.ts'
import { Refused } from './service.ts'

/** Is left for the main thread to say what went wrong. */
const lastWordsMs = 400

const data = workerData as LastReportData
const { port, settings, credentials, clockError, ask } = data
const deadline = data.deadline - performance.timeOrigin - lastWordsMs
const left = (): number => Math.max(1, deadline - performance.now())
const { service, endpoint, region } = connectionOf(settings, process.env, {
  measure: (turn) => turn(),
  held: credentials,
  clockError,
})
const group = settings.profilingGroupName

// The sockets keep no thread alive.
setTimeout(() => {}, left() + lastWordsMs)
void run()

async function run(): Promise<void> {
  const told = once(port, 'message')
  // While the main thread encodes.
  const isWanted = await mayReport()
  const [{ profiles, done }] = (await told) as [LastProfiles]
  try {
    if (isWanted) await sendAll(profiles)
  } finally {
    Atomics.store(done, 0, 1)
    Atomics.notify(done, 0)
  }
}

function tell(outcome: Outcome): void {
  port.postMessage(outcome)
}

function failed(way: Way, error: unknown): void {
  tell({ kind: 'failed', way, ...advice(error, { group, region, endpoint, isLast: true }) })
}

async function mayReport(): Promise<boolean> {
  if (ask === null) return true
  try {
    const answer = await service.configureAgent(group, ask.fleetId, ask.metadata, left())
    tell({ kind: 'answered', answer })
    return follow(ask.orders, answer, settings).shouldProfile
  } catch (error) {
    failed('asking', error)
    return !(error instanceof Refused && error.isOfGroup)
  }
}

async function sendAll(profiles: LastProfiles['profiles']): Promise<void> {
  for (const { token, body } of profiles) {
    if (performance.now() >= deadline) return
    try {
      await service.postAgentProfile(group, token, Buffer.from(body), left())
      tell({ kind: 'accepted' })
    } catch (error) {
      if (!(error instanceof Refused && error.isOfContent)) {
        failed('sending', error)
        return
      }
      const text = `a profile was refused and is dropped: ${error.message}`
      tell({ kind: 'failed', way: 'sending', state: `dropped ${error.code}`, text })
    }
  }
}
