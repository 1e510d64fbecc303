import { randomUUID } from 'node:crypto'
import {
  type AddReceiverAnswer,
  ApiError,
  formatTimestamp,
  invalid,
  parseAddReceiver,
  parseGroupInput,
  parseReceiver,
  type ReceiversAnswer,
  type RequestParts,
  type ShownReceiver,
} from '@wick/wire'
import { AddressSeal, mailboxIn } from '../notifications/receiver-address.ts'
import { newSecret } from '../notifications/webhook-signature.ts'
import type { Receiver } from '../storage/receivers.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

/** Who is told what concerns a group, beside the topics of the API. */

const mostReceivers = 5

export async function listReceivers(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const group = await requireGroup(context, parseGroupInput(parts))
  const seal = new AddressSeal(context.sealer, group)
  const receivers = await context.catalog.receiversOf(group.id)
  const value: ReceiversAnswer = {
    receivers: receivers.map((one) => shown(one, seal.open(one.id, one.address).url)),
  }
  return { kind: 'json', value }
}

export async function addReceiver(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName, kind, url, topics } = parseAddReceiver(parts)
  const group = await requireGroup(context, { profilingGroupName })
  if (kind === 'email' && context.config.smtpServer === null)
    throw invalid('This server sends no e-mail: its settings name no mail server (--smtp-server).')
  const id = randomUUID()
  // Whoever knows the URL of a chat may write there, as may anybody to a mailbox: there is nothing to sign.
  const secret = kind === 'slack' || kind === 'email' ? null : newSecret()
  const address = new AddressSeal(context.sealer, group).seal(id, { url, secret })
  const receiver: Receiver = { id, groupId: group.id, kind, topics, addedAt: context.now(), address }
  const outcome = await context.catalog.addReceiver(receiver, mostReceivers)
  if (outcome === 'gone') throw noSuchGroup(profilingGroupName)
  if (outcome === 'quota')
    throw new ApiError(
      'ServiceQuotaExceededException',
      `The profiling group '${profilingGroupName}' would have more than ${mostReceivers} receivers.`,
    )
  const value: AddReceiverAnswer = { receiver: shown(receiver, url), secret }
  return { kind: 'json', value }
}

export async function removeReceiver(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { receiverId, ...input } = parseReceiver(parts)
  const { id } = await requireGroup(context, input)
  if (!(await context.catalog.removeReceiver(id, receiverId)))
    throw new ApiError(
      'ResourceNotFoundException',
      `The profiling group '${input.profilingGroupName}' has no receiver ${receiverId}.`,
    )
  return listReceivers(context, parts)
}

function shown({ id, kind, topics, addedAt }: Receiver, url: string): ShownReceiver {
  const address = kind === 'email' ? mailboxIn(url) : `${new URL(url).origin}/…`
  return { id, kind, address, topics, addedAt: formatTimestamp(addedAt) }
}
