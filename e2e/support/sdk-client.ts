import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { CodeGuruProfilerClient, type CodeGuruProfilerClientConfig } from '@aws-sdk/client-codeguruprofiler'
import type { Wick } from './wick.ts'

/** AWS's SDK for JavaScript as the server's administrator, trusting the authority the server has made. */
export function sdkClient(
  { url, directory, credentials }: Wick,
  other: CodeGuruProfilerClientConfig = {},
): CodeGuruProfilerClient {
  const ca = readFileSync(join(directory, 'tls/ca.pem'))
  return new CodeGuruProfilerClient({
    endpoint: url,
    region: 'us-east-1',
    credentials,
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true }) },
    ...other,
  })
}
