import { parseAuditRecords } from '@wick/wire'
import type { DigestChain } from '../audit/digest-chain.ts'
import { sentTo } from '../audit/digest-copies.ts'
import { pemOf } from '../audit/signing-key.ts'
import type { OperationContext } from '../operations/context.ts'
import type { DigestRow } from '../storage/audit-log.ts'
import type { Answer } from './answer.ts'
import type { Extension, PrivateCall } from './private-routes.ts'

/**
 * The audit trail as a whole, of all accounts: to follow it, to verify it, to make a digest now. For the account that was
 * there first, and no other; LookupEvents is for everybody else.
 */
export const auditRoutes: readonly Extension[] = [
  route('GET', '/v1/audit/records', 'GetAuditRecords', async ({ context, parts }) =>
    json({ records: await context.catalog.recordsAfter(parseAuditRecords(parts).after, recordsAtOnce) }),
  ),
  route('GET', '/v1/audit/chain', 'GetAuditChain', async ({ context: { catalog } }, digests) =>
    // In this order: what is appended meanwhile is part of the answer's later pages.
    json({
      digests: await catalog.auditDigests(),
      start: await catalog.auditStart(),
      head: await catalog.auditHead(),
      publicKeys: digests.publicKeys().map(pemOf),
    }),
  ),
  route('GET', '/v1/audit/state', 'GetAuditState', async ({ context }) => json(await state(context))),
  route('POST', '/v1/audit/digests', 'CreateAuditDigest', async ({ context }, digests) =>
    json(view(await digests.cut(context.now()))),
  ),
  route('POST', '/v1/audit/rotate-key', 'RotateAuditKey', async ({ context }, digests) => {
    const row = await digests.rotateKey(context.now())
    return json({ ...view(row), publicKeys: digests.publicKeys().map(pemOf) })
  }),
]

const recordsAtOnce = 1000

/**
 * What the trail holds, and its newest record: whoever keeps that elsewhere can prove later that nothing was cut off. Then
 * how far it is signed, and where the digests are kept beside this server.
 */
async function state({ catalog, config }: OperationContext): Promise<object> {
  const [start, head, digests] = await Promise.all([
    catalog.auditStart(),
    catalog.auditHead(),
    catalog.auditDigests(),
  ])
  // There is one from the first start on, and the newest is never forgotten.
  const { number, endedAt, last } = digests.at(-1)!
  const { auditSink, auditCopyDirectory } = config
  return {
    records: head.sequence - start.sequence,
    head,
    digests: digests.length,
    lastDigest: {
      number,
      endedAt: new Date(endedAt).toISOString(),
      records: last.sequence - (digests.at(-2)?.last ?? start).sequence,
    },
    unsigned: head.sequence - last.sequence,
    isCopied: auditCopyDirectory !== null,
    sentThrough: auditSink === null ? null : await sentTo(auditSink, catalog),
  }
}

function route(
  method: 'GET' | 'POST',
  path: string,
  name: string,
  answer: (call: PrivateCall, digests: DigestChain) => Promise<Answer>,
): Extension {
  return {
    method,
    path,
    name,
    takesProfile: false,
    access: ({ context }) => ({
      action: `wick:${name}`,
      resource: '*',
      resourceAccountId: context.config.accountId,
    }),
    handle: (call) => answer(call, call.digests),
  }
}

function view({ number, endedAt, hash, last }: DigestRow): object {
  return { number, endedAt: new Date(endedAt).toISOString(), hash, last }
}

function json(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
