import { invalid } from './errors.ts'
import { lengthBetween, member, oneOf, required, stringList, uuid } from './fields.ts'
import { type GroupInput, parseGroupInput } from './inputs.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'

/** Receivers of a group's notifications beside the API's topics: inputs and answers of our own operations on them. */

const receiverKinds = ['webhook', 'slack', 'eventbridge'] as const
const receiverTopics = ['anomaly', 'recommendation', 'alarm'] as const
const longestUrl = 2048

/** What it reads: our JSON, signed; Slack's; events as EventBridge passes them on, signed. */
export type ReceiverKind = (typeof receiverKinds)[number]
export type ReceiverTopic = (typeof receiverTopics)[number]

export interface AddReceiverInput extends GroupInput {
  readonly kind: ReceiverKind
  /** HTTPS, and a secret; whether it may be asked is judged when it is. */
  readonly url: string
  readonly topics: readonly ReceiverTopic[]
}

export interface ReceiverInput extends GroupInput {
  /** UUID. */
  readonly receiverId: string
}

export interface ShownReceiver {
  readonly id: string
  readonly kind: ReceiverKind
  /** `https://HOST/…`: a path may be a secret. */
  readonly address: string
  readonly topics: readonly ReceiverTopic[]
  readonly addedAt: string
}

export interface ReceiversAnswer {
  readonly receivers: readonly ShownReceiver[]
}

export interface AddReceiverAnswer {
  readonly receiver: ShownReceiver
  /** What its notifications are signed with; said this once. Null where they are not signed. */
  readonly secret: string | null
}

/** Of every topic and receiver of a group, how a test notification went. */
export interface TestNotificationsAnswer {
  readonly results: readonly { readonly target: string; readonly error: string | null }[]
}

export interface ResendDeliveriesAnswer {
  /** How many notifications are tried again. */
  readonly resent: number
}

export interface DeliveriesAnswer {
  /** The latest first. */
  readonly deliveries: readonly {
    /** ARN of a topic, or `receiver:ID`. */
    readonly target: string
    /** Null where its text is kept no longer. */
    readonly title: string | null
    readonly state: 'pending' | 'sent' | 'dead'
    readonly attempts: number
    readonly time: string
    readonly error: string | null
  }[]
}

export function parseAddReceiver(parts: RequestParts): AddReceiverInput {
  const fields = jsonBody(parts.body)
  const kind = oneOf(member(fields, 'kind', 'string') ?? 'webhook', 'kind', receiverKinds)
  const given = required(member(fields, 'webhookUrl', 'string'), 'webhookUrl')
  const url = lengthBetween(given, 'webhookUrl', 1, longestUrl)
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '')
    throw invalid(
      'webhookUrl must be an HTTPS URL without user and password, such as https://example.com/hook.',
    )
  const topics = stringList(fields, 'topics', { max: receiverTopics.length, longest: 64 })
  return { ...parseGroupInput(parts), kind, url, topics: topicsOf(kind, topics) }
}

/** Of all there is where nothing is chosen; the original's events are about recommendations alone. */
function topicsOf(kind: ReceiverKind, given: readonly string[]): readonly ReceiverTopic[] {
  const known = kind === 'eventbridge' ? (['recommendation'] as const) : receiverTopics
  const chosen = given.map((topic) => oneOf(topic, 'topics', known))
  return chosen.length === 0 ? known : [...new Set(chosen)]
}

export function parseReceiver(parts: RequestParts): ReceiverInput {
  return { ...parseGroupInput(parts), receiverId: uuid(parts.labels.receiverId!, 'receiverId') }
}
