/** Who is told what concerns a group, beside its topics, and what became of it: our own operations. */
import type {
  AddReceiverAnswer,
  DeliveriesAnswer,
  ReceiverKind,
  ReceiversAnswer,
  ResendDeliveriesAnswer,
  ShownReceiver,
  TestNotificationsAnswer,
} from '@wick/wire'
import { request } from './request.ts'

export type Delivery = DeliveriesAnswer['deliveries'][number]
export type TestResult = TestNotificationsAnswer['results'][number]

export async function fetchReceivers(name: string, signal: AbortSignal): Promise<readonly ShownReceiver[]> {
  return (await json<ReceiversAnswer>('GET', `${pathOf(name)}/receivers`, { signal })).receivers
}

export function addReceiver(
  name: string,
  kind: ReceiverKind,
  /** A URL; of a mailbox its address. */
  address: string,
): Promise<AddReceiverAnswer> {
  return json('POST', `${pathOf(name)}/receivers`, {
    json: { kind, [kind === 'email' ? 'emailAddress' : 'webhookUrl']: address },
  })
}

export async function removeReceiver(name: string, id: string): Promise<void> {
  await request(`${pathOf(name)}/receivers/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export async function fetchDeliveries(name: string, signal: AbortSignal): Promise<readonly Delivery[]> {
  return (await json<DeliveriesAnswer>('GET', `${pathOf(name)}/deliveries`, { signal })).deliveries
}

export function resendDeliveries(name: string): Promise<ResendDeliveriesAnswer> {
  return json('POST', `${pathOf(name)}/deliveries/resend`, { json: {} })
}

/** Sends a test to every topic and receiver of the group, now. */
export async function testNotifications(name: string): Promise<readonly TestResult[]> {
  return (await json<TestNotificationsAnswer>('POST', `${pathOf(name)}/deliveries/test`, { json: {} }))
    .results
}

function pathOf(name: string): string {
  return `/v1/profilingGroups/${encodeURIComponent(name)}`
}

async function json<T>(
  method: 'GET' | 'POST',
  path: string,
  options: { readonly json?: unknown; readonly signal?: AbortSignal },
): Promise<T> {
  return (await request(path, { method, ...options })).json()
}
