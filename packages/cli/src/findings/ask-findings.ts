import type { RecommendationsAnswer } from '@wick/wire'
import { adminClient } from '../admin-client.ts'
import { printLine } from '../print-line.ts'
import { patiently, succeeded } from '../server-answer.ts'
import { shownFindings } from './shown-findings.ts'

/** Whose profiles are looked at, of what time, and how the answer is told. */
export const findingsFlags = {
  group: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

interface Question {
  /** The server's data directory. */
  readonly data: string
  readonly group: string
  /** Below the group's own path. */
  readonly path: string
  readonly body: object
}

/** Asks what is found, and prints it. */
export async function askFindings({ data, group, path, body }: Question, asJson: boolean): Promise<void> {
  const client = await adminClient(data)
  const target = `/v1/profilingGroups/${encodeURIComponent(group)}/${path}`
  const answer = succeeded(await patiently(() => client.call('POST', target, JSON.stringify(body))))
  const found = JSON.parse(answer.body.toString()) as RecommendationsAnswer
  if (asJson) console.log(JSON.stringify(found))
  else for (const line of shownFindings(found)) printLine(line)
}
