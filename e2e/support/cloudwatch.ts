import assert from 'node:assert/strict'
import type { Caller } from './caller.ts'

/** A call of CloudWatch as the administrator, which must succeed. */
export async function callCloudWatch(caller: Caller, operation: string, input: object): Promise<void> {
  const { status, body } = await caller.send({
    method: 'POST',
    target: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
    },
    body: JSON.stringify(input),
    signature: { service: 'monitoring' },
  })
  assert.equal(status, 200, body.toString())
}
