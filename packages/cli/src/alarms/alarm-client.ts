import { adminClient } from '../admin-client.ts'
import { succeeded } from '../server-answer.ts'

/** Alarms of the server running on a directory, as its administrator: the calls that AWS's own tools make. */
export interface AlarmClient {
  /** @throws CommandError with what the server says */
  call(operation: string, input: object): Promise<unknown>
}

/** @throws CommandError */
export async function alarmClient(directory: string): Promise<AlarmClient> {
  const admin = await adminClient(directory)
  return {
    call: async (operation, input) => {
      const to = {
        service: 'monitoring',
        contentType: 'application/x-amz-json-1.0',
        headers: { 'x-amz-target': `GraniteServiceVersion20100801.${operation}` },
      }
      const answer = await admin.call('POST', '/', JSON.stringify(input), to)
      return JSON.parse(succeeded(answer).body.toString())
    },
  }
}
