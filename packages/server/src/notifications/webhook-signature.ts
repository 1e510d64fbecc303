import { createHmac, randomBytes } from 'node:crypto'
import { shortId } from './news.ts'

/**
 * Signatures as Standard Webhooks has them (standardwebhooks.com, version 1): libraries of many languages verify them.
 */
const prefix = 'whsec_'

export function newSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`
}

/**
 * Headers that prove who sent a body, when, and which news it is.
 *
 * @param now epoch milliseconds
 */
export function signatureHeaders(secret: string, newsId: string, body: string, now: number) {
  // Of a fixed alphabet: what is signed is joined by dots.
  const id = `msg_${shortId(newsId)}`
  const timestamp = String(Math.floor(now / 1000))
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
