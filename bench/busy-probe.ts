/**
 * Loaded into a server under measurement (NODE_OPTIONS=--import=…): how long its HTTP thread is busy at one go, in CPU
 * time of that thread, so that other programs on the machine do not count. On SIGUSR2 it appends a line to BUSY_FILE
 * and begins anew.
 */
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** What is busy for less is not told from several things one after the other. */
const tickMilliseconds = 5
const file = process.env.BUSY_FILE

if (isMainThread && file !== undefined) {
  let most = 0
  let turns = 0
  let long = 0
  let before = process.threadCpuUsage()
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    before = process.threadCpuUsage()
    const busy = (user + system) / 1000
    most = Math.max(most, busy)
    turns++
    if (busy > 20) long++
  }, tickMilliseconds).unref()
  process.on('SIGUSR2', () => {
    appendFileSync(file, `${JSON.stringify({ most, turns, long })}\n`)
    most = 0
    turns = 0
    long = 0
  })
}
