/** A group to look around in, through the same operations as every other; its tag says what it is. */
import { request } from '../api/request.ts'
import { sampleProfile } from './sample-profile.ts'
import { sampleName, sampleTag } from './sample-tag.ts'

const window = 300_000
const hosts = [1, 2]
/** Ago, in windows: the last two hours, and an hour of yesterday. */
const today = Array.from({ length: 24 }, (_, i) => i)
const yesterday = Array.from({ length: 12 }, (_, i) => 271 + i)

/** @param onProgress from 0 to 1 @throws ApiFailure */
export async function loadSample(onProgress: (share: number) => void): Promise<void> {
  await createGroup(sampleName, { [sampleTag]: 'made up' })
  const end = Date.now()
  const posts = [...today, ...yesterday].flatMap((ago) => hosts.map((host) => ({ ago, host })))
  for (const [i, { ago, host }] of posts.entries()) {
    const json = sampleProfile(end - ago * window, host, ago < 200)
    await request(`/profilingGroups/${sampleName}/agentProfile`, { method: 'POST', json })
    onProgress((i + 1) / posts.length)
  }
}

/** @throws ApiFailure */
export async function createGroup(
  profilingGroupName: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<void> {
  const token = crypto.getRandomValues(new Uint32Array(4)).join('-')
  const json = { profilingGroupName, tags }
  await request(`/profilingGroups?clientToken=${token}`, { method: 'POST', json })
}
