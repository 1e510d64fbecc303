/** What stands in for SNS: it speaks the same protocol (Publish of 2010-03-31, as a form, signed), and fails as told. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Published {
  readonly topicArn: string
  readonly subject: string
  readonly message: unknown
  readonly deduplicationId: string
  readonly authorization: string
}

type Behaviour = 'takes' | 'fails' | 'hangs' | 'has-no-topic' | 'redirects' | 'talks-nonsense'

export interface SnsReceiver {
  readonly url: string
  readonly published: Published[]
  /** How often it was asked. */
  asked: number
  behaviour: Behaviour
  close(): Promise<void>
}

const answers: Readonly<Record<Exclude<Behaviour, 'hangs'>, readonly [status: number, body: string]>> = {
  takes: [
    200,
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  ],
  fails: [500, errorOf('InternalFailure', 'We had a bad day.')],
  'has-no-topic': [404, errorOf('NotFound', 'Topic does not exist')],
  redirects: [302, ''],
  'talks-nonsense': [200, '{"not": "xml'],
}

function errorOf(code: string, message: string): string {
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}

export async function startSnsReceiver(): Promise<SnsReceiver> {
  const server = createServer(async (request, response) => {
    receiver.asked++
    const form = new URLSearchParams(await text(request))
    if (receiver.behaviour === 'hangs') return
    const [status, body] = answers[receiver.behaviour]
    if (receiver.behaviour === 'takes')
      receiver.published.push({
        topicArn: form.get('TopicArn') ?? '',
        subject: form.get('Subject') ?? '',
        message: JSON.parse(form.get('Message') ?? 'null'),
        deduplicationId: form.get('MessageAttributes.entry.1.Value.StringValue') ?? '',
        authorization: request.headers.authorization ?? '',
      })
    response.writeHead(status, { 'content-type': 'text/xml', location: 'http://169.254.169.254/' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: SnsReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ published: [], asked: 0, behaviour: 'takes' },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
