/** What Wick's agents saw of real programs (fixtures/findings), to be posted as an agent would. For tests. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const recordings = resolve(import.meta.dirname, '../../../../../fixtures/findings')

/** @param name `python/python-regex-compile.with` @param host that says it, with its type */
export function recorded(
  name: string,
  start: number,
  host: { readonly hostName: string; readonly hostType: string } | null = null,
): Uint8Array {
  const text = gunzipSync(readFileSync(resolve(recordings, `${name}.json.gz`))).toString()
  const { callgraph } = JSON.parse(text)
  const fleetInfo = { computeType: 'aws_ec2_instance', ...host }
  const body = {
    start,
    end: start + 60_000,
    ...(host !== null && { agentMetadata: { fleetInfo, agentInfo: { type: 'test', version: '1' } } }),
    callgraph,
  }
  return new Uint8Array(Buffer.from(JSON.stringify(body)))
}
