import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AdminClient } from '../admin-client.ts'

const recording = resolve(import.meta.dirname, '../../demo/recording/orders.json')
/**
 * Posts the recorded profile of the order service as if it had just been taken, and again whenever as much time has
 * passed as it covers. @returns what stops it
 */
export async function replayRecording(group: string, client: AdminClient): Promise<() => void> {
  const profile = JSON.parse(await readFile(recording, 'utf8')) as { start: number; end: number }
  const duration = profile.end - profile.start
  const post = async (end: number): Promise<void> => {
    const body = JSON.stringify({ ...profile, start: end - duration, end })
    const { status, body: answer } = await client.call('POST', `/profilingGroups/${group}/agentProfile`, body)
    if (status !== 204) throw new Error(`the recording was refused: ${answer}`)
  }
  await post(Date.now())
  // A later one that fails (the server is stopping) is only missing from a demo.
  const timer = setInterval(() => void post(Date.now()).catch(() => {}), duration)
  return () => clearInterval(timer)
}
