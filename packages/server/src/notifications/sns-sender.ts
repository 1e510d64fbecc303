import type { SNSClient } from '@aws-sdk/client-sns'
import type { Message } from './message.ts'

/** Sends a message to the topic of an ARN. @throws SendError */
export type Send = (topicArn: string, message: Message) => Promise<void>

/** Why a message was not taken, in words for whoever looks after the channel. */
export class SendError extends Error {
  override readonly name = 'SendError'
  /** Whether it will never be: the topic is gone, or is none. */
  readonly isFinal: boolean

  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

const timeoutMilliseconds = 10_000
const finalErrors = ['NotFoundException', 'NotFound', 'InvalidParameterException', 'InvalidParameter']

/**
 * Through AWS's SDK, with the credentials that its standard chain finds. The SDK is loaded with the first message: most
 * servers never send one.
 *
 * @param endpoint null for AWS's own
 */
export function snsSender(endpoint: string | null): Send {
  const clients = new Map<string, SNSClient>()
  return async (topicArn, { deduplicationId, subject, body }) => {
    const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns')
    const region = topicArn.split(':')[3] ?? ''
    let client = clients.get(region)
    if (client === undefined) {
      client = new SNSClient({ region, maxAttempts: 1, ...(endpoint !== null && { endpoint }) })
      clients.set(region, client)
    }
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: body,
      MessageAttributes: { deduplicationId: { DataType: 'String', StringValue: deduplicationId } },
    })
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMilliseconds) })
    } catch (error) {
      const { name, message } = error as Error
      throw new SendError(wordsOf(name, message), finalErrors.includes(name))
    }
  }
}

function wordsOf(name: string, message: string): string {
  if (name === 'CredentialsProviderError') return 'the server has no AWS credentials to publish with'
  if (name === 'AbortError' || name === 'TimeoutError')
    return `SNS did not answer within ${timeoutMilliseconds / 1000} s`
  return `${name}: ${message}`.slice(0, 500)
}
