import type { ReceiverKind } from '@wick/wire'
import type { Envelope } from '../identity/envelope.ts'
import { type GuardOptions, guardedRequest, RequestFailed } from '../outgoing/guarded-request.ts'
import type { Receivers } from '../storage/receivers.ts'
import { eventBridgeEvent } from './eventbridge-event.ts'
import { mailMessage, type SendMail } from './mail-message.ts'
import { bodyOf, type ConsoleUrl } from './message.ts'
import { type News, type Send, SendError } from './news.ts'
import { AddressSeal, mailboxIn, type ReceiverAddress } from './receiver-address.ts'
import { slackMessage } from './slack-message.ts'
import { signatureHeaders } from './webhook-signature.ts'

const receiverPrefix = 'receiver:'
const timeoutMilliseconds = 10_000
const gone = 410

/** How a receiver is named among targets. */
export function receiverTarget(id: string): string {
  return `${receiverPrefix}${id}`
}

export function isReceiver(target: string): boolean {
  return target.startsWith(receiverPrefix)
}

interface ReceiverOptions {
  readonly catalog: Pick<Receivers, 'findReceiver'>
  readonly sealer: Pick<Envelope, 'open'>
  /** Hosts that may be in our own networks. */
  readonly privateHosts: readonly string[]
  readonly consoleUrl: ConsoleUrl
  /** Null where the settings name no mail server. */
  readonly mail: SendMail | null
  readonly now: () => number
  /** Beside those that Node trusts. */
  readonly guard?: Partial<GuardOptions>
}

/** Posts to the receivers of groups. */
export function receiverSender({
  catalog,
  sealer,
  privateHosts,
  consoleUrl,
  mail,
  now,
  guard,
}: ReceiverOptions): Send {
  return async (target, news) => {
    const receiver = await catalog.findReceiver(target.slice(receiverPrefix.length))
    if (receiver === null) throw new SendError('the receiver was removed', true)
    const { id, kind, groupId, sealedDataKey, address } = receiver
    const seal = new AddressSeal(sealer, { id: groupId, sealedDataKey })
    const to = seal.open(id, address)
    if (kind === 'email') {
      if (mail === null) throw new SendError('the settings name no mail server (--smtp-server)', false)
      return mail(mailboxIn(to.url), mailMessage(news, consoleUrl))
    }
    const host = URL.parse(to.url)?.hostname ?? ''
    const options = { timeoutMilliseconds, allowsPrivate: privateHosts.includes(host), ...guard }
    for (const body of bodiesOf(kind, news, consoleUrl)) await post(to, body, options, now())
  }
}

interface Body {
  readonly newsId: string
  readonly text: string
}

/** An event is about one thing. */
function bodiesOf(kind: Exclude<ReceiverKind, 'email'>, news: News, consoleUrl: ConsoleUrl): readonly Body[] {
  switch (kind) {
    case 'webhook':
      return [{ newsId: news.id, text: JSON.stringify(bodyOf(news, consoleUrl)) }]
    case 'slack':
      return [{ newsId: news.id, text: JSON.stringify(slackMessage(news, consoleUrl)) }]
    case 'eventbridge':
      return news.said.map((said) => ({
        newsId: said.key,
        text: JSON.stringify(eventBridgeEvent(said, consoleUrl)),
      }))
  }
}

/** What the receiver answers is told to nobody: it may be another's page. */
async function post(
  { url, secret }: ReceiverAddress,
  { newsId, text }: Body,
  options: GuardOptions,
  now: number,
): Promise<void> {
  const signature = secret === null ? {} : signatureHeaders(secret, newsId, text, now)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'user-agent': 'Wick',
    ...signature,
  }
  try {
    const { status } = await guardedRequest(url, { method: 'POST', headers, body: text }, options)
    if (status < 200 || status > 299) throw new SendError(`it answered ${status}`, status === gone)
  } catch (error) {
    if (error instanceof RequestFailed) throw new SendError(error.message.slice(0, 500), false)
    throw error
  }
}
