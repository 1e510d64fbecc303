import { invalid } from './errors.ts'
import { lengthBetween, member, oneOf, required, stringList, uuid } from './fields.ts'
import { type GroupInput, parseGroupInput } from './inputs.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'

/** Receivers of a group's notifications beside the API's topics: inputs and answers of our own operations on them. */

const receiverKinds = ['webhook', 'slack', 'eventbridge', 'email'] as const
const receiverTopics = ['anomaly', 'recommendation', 'alarm'] as const
const longestUrl = 2048
/** RFC 5321, 4.5.3.1.3 */
const longestMailbox = 254

/** What it reads: our JSON, signed; Slack's; events as EventBridge passes them on, signed; mail. */
export type ReceiverKind = (typeof receiverKinds)[number]
export type ReceiverTopic = (typeof receiverTopics)[number]

export interface AddReceiverInput extends GroupInput {
  readonly kind: ReceiverKind
  /** By HTTPS, and a secret; whether it may be asked is judged when it is. Of a mailbox: `mailto:` and its address. */
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
  /** `https://HOST/…`: a path may be a secret; of a mailbox its address. */
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
  const url = kind === 'email' ? mailboxOf(fields) : webhookOf(fields)
  const topics = stringList(fields, 'topics', { max: receiverTopics.length, longest: 64 })
  return { ...parseGroupInput(parts), kind, url, topics: topicsOf(kind, topics) }
}

function webhookOf(fields: Readonly<Record<string, unknown>>): string {
  const given = required(member(fields, 'webhookUrl', 'string'), 'webhookUrl')
  const url = lengthBetween(given, 'webhookUrl', 1, longestUrl)
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '')
    throw invalid(
      'webhookUrl must be an HTTPS URL without user and password, such as https://example.com/hook.',
    )
  return url
}

function mailboxOf(fields: Readonly<Record<string, unknown>>): string {
  const given = required(member(fields, 'emailAddress', 'string'), 'emailAddress')
  const address = lengthBetween(given, 'emailAddress', 3, longestMailbox)
  if (!isMailbox(address)) throw invalid('emailAddress must be one address such as on-call@example.com.')
  return `mailto:${address}`
}

/** One `@`, and nothing that could begin another address or header: no spaces, quotes, brackets or lists. */
function isMailbox(text: string): boolean {
  const [local = '', domain = '', ...more] = text.split('@')
  if (local === '' || domain === '' || more.length > 0) return false
  for (const letter of text)
    if (letter <= ' ' || letter > '~' || '"(),:;<>[]\\'.includes(letter)) return false
  return true
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
