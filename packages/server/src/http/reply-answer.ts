import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { acceptsGzip, type RequestParts } from '@wick/wire'
import type { Reply } from '../operations/reply.ts'
import type { Answer } from './answer.ts'

const gzipAsync = promisify(gzip)

/** Below this, compressing saves no packet. */
const worthwhileBytes = 1024

/** An operation's reply as HTTP. Compressed only where asked for: boto3 hands on what it gets, as it is. */
export async function answerWithReply(reply: Reply, status: number, parts: RequestParts): Promise<Answer> {
  switch (reply.kind) {
    case 'empty':
      return { status, headers: {}, body: '' }
    case 'json':
      return {
        status,
        headers: { ...reply.headers, 'content-type': 'application/json' },
        body: JSON.stringify(reply.value),
      }
    case 'file':
      return {
        status,
        headers: {
          ...reply.headers,
          'content-type': reply.contentType,
          'content-disposition': `attachment; filename="${reply.fileName}"`,
        },
        body: reply.body,
      }
    case 'profile': {
      const headers = { 'content-type': reply.contentType }
      const isCompressed =
        reply.body.length >= worthwhileBytes && acceptsGzip(parts.header('accept-encoding'))
      if (!isCompressed) return { status, headers, body: reply.body }
      const body = await gzipAsync(reply.body, { level: 1 })
      return { status, headers: { ...headers, 'content-encoding': 'gzip' }, body }
    }
  }
}
