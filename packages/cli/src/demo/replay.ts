import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AdminClient } from '../admin-client.ts'

const recording = resolve(import.meta.dirname, '../../demo/recording/orders.json')
const periodMilliseconds = 10_000

/** Posts the recorded profile of the order service as if it had just been taken. @returns what stops it */
export async function replayRecording(group: string, client: AdminClient): Promise<() => void> {
  const profile = JSON.parse(await readFile(recording, 'utf8')) as { start: number; end: number }
  const post = async (end: number): Promise<void> => {
    const body = JSON.stringify({ ...profile, start: end - (profile.end - profile.start), end })
    await client.call('POST', `/profilingGroups/${group}/agentProfile`, body)
  }
  await post(Date.now())
  const timer = setInterval(() => void post(Date.now()).catch(() => {}), periodMilliseconds)
  return () => clearInterval(timer)
}
