import { invalid } from './errors.ts'
import { member, objectList, oneOf, required, stringList, uuid } from './fields.ts'
import { type GroupInput, parseGroupInput } from './inputs.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'
import { isTopicArn } from './topic-arn.ts'

/** Inputs of the operations on a group's notification channels. */

const eventPublishers = ['AnomalyDetection'] as const
type EventPublisher = (typeof eventPublishers)[number]

interface ChannelInput {
  /** Null where the server is to give it one. */
  readonly id: string | null
  readonly uri: string
  readonly eventPublishers: readonly EventPublisher[]
}

export interface AddNotificationChannelsInput extends GroupInput {
  /** One or two. */
  readonly channels: readonly ChannelInput[]
}

export interface RemoveNotificationChannelInput extends GroupInput {
  readonly channelId: string
}

/** How many a group may have, and may be given in one call. */
export const maxChannels = 2

export function parseAddNotificationChannels(parts: RequestParts): AddNotificationChannelsInput {
  const fields = jsonBody(parts.body)
  const channels = objectList(fields, 'channels', maxChannels)
  required(fields.channels ?? null, 'channels')
  if (channels.length === 0) throw invalid('channels must hold at least one.')
  return { ...parseGroupInput(parts), channels: channels.map(parseChannel) }
}

function parseChannel(fields: Readonly<Record<string, unknown>>): ChannelInput {
  const id = member(fields, 'id', 'string', 'channels.id')
  const uri = required(member(fields, 'uri', 'string', 'channels.uri'), 'channels.uri')
  if (!isTopicArn(uri))
    throw invalid(
      `channels.uri must be the ARN of an SNS topic, such as arn:aws:sns:us-east-1:123456789012:findings.`,
    )
  const at = 'channels.eventPublishers'
  const publishers = stringList(fields, 'eventPublishers', { max: 1, longest: 64, at })
  return {
    id: id === null ? null : uuid(id, 'channels.id'),
    uri,
    eventPublishers: [oneOf(required(publishers[0] ?? null, at), at, eventPublishers)],
  }
}

export function parseRemoveNotificationChannel(parts: RequestParts): RemoveNotificationChannelInput {
  return { ...parseGroupInput(parts), channelId: uuid(parts.labels.channelId!, 'channelId') }
}
