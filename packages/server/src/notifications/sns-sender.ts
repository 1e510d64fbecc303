import type { SNSClient } from '@aws-sdk/client-sns'
import { bodyOf, type ConsoleUrl, subjectOf } from './message.ts'
import { type Send, SendError } from './news.ts'

const timeoutMilliseconds = 10_000
const finalErrors = ['NotFoundException', 'NotFound', 'InvalidParameterException', 'InvalidParameter']

interface SnsOptions {
  /** Null for AWS's own. */
  readonly endpoint: string | null
  /** Whether the account's service-linked role may publish to that topic. */
  readonly mayPublish: (accountId: string, topicArn: string) => boolean
  readonly consoleUrl: ConsoleUrl
}

/**
 * Through AWS's SDK, with the credentials that its standard chain finds. The SDK is loaded with the first message: most
 * servers never send one.
 */
export function snsSender({ endpoint, mayPublish, consoleUrl }: SnsOptions): Send {
  const clients = new Map<string, SNSClient>()
  return async (topicArn, news) => {
    const { accountId, topic, detail, targets } = news.said[0]!
    // Alarms name their topics themselves; those of groups are the service-linked role's to publish to.
    if (targets === undefined && !mayPublish(accountId, topicArn))
      throw new SendError(
        'the service-linked role AWSServiceRoleForCodeGuruProfiler may not sns:Publish to it',
        false,
      )
    const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns')
    const region = topicArn.split(':')[3] ?? ''
    let client = clients.get(region)
    if (client === undefined) {
      client = new SNSClient({ region, maxAttempts: 1, ...(endpoint !== null && { endpoint }) })
      clients.set(region, client)
    }
    // Receivers of alarms read what CloudWatch sends.
    const body = topic === 'alarm' && !news.isDigest ? detail : bodyOf(news, consoleUrl)
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectOf(news),
      Message: JSON.stringify(body),
      MessageAttributes: { deduplicationId: { DataType: 'String', StringValue: news.id } },
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
