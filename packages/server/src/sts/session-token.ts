import { createHmac } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { PrincipalSession } from '../iam/principal.ts'
import { type Envelope, EnvelopeError, envelope } from '../identity/envelope.ts'
import type { Subject } from '../storage/catalog.ts'

/**
 * Temporary credentials are three texts of which nothing is stored: the token holds who they are for and what they are
 * limited to, sealed, and the secret follows from the key's id. As bytes, which are sent in base64url:
 *
 *     byte 0        format version (1)
 *     bytes 1–6     account id, big-endian
 *     …             envelope (identity/envelope.ts) around the grant as deflated JSON. Its purpose names account and
 *                   access key, so that a token is of no use beside another key.
 */
const version = 1
const accountAt = 1
const sealedAt = 7

/** Characters. Clients send it with every call, and heads of requests end at 16 kB. */
export const maxTokenLength = 4096
const envelopeBytes = 37
/** What is left of a token for the deflated grant. */
const maxDeflated = (maxTokenLength / 4) * 3 - sealedAt - envelopeBytes
/** Of a grant, inflated: far above what fits into a token that nobody tampered with. */
const maxGrantBytes = 64 * 1024

/** What temporary credentials are given for. */
export interface SessionGrant {
  readonly subject: Subject
  readonly session: PrincipalSession
}

/** What whoever asks for them gets, once. */
export interface TemporaryCredentials {
  /** `ASIA…` */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/**
 * How much of the room that a token has for them is taken by policies and tags, in percent; null where there are none.
 * Above 100 they do not fit.
 */
export function packedPercent({ subject, session }: SessionGrant): number | null {
  const { policies, tags } = session
  if (policies === null && Object.keys(tags).length === 0) return null
  const bare = { ...session, policies: null, policyArns: [], tags: {}, transitiveTagKeys: [] }
  const without = packed({ subject, session: bare }).length
  return Math.ceil((100 * (packed({ subject, session }).length - without)) / (maxDeflated - without))
}

function packed(grant: SessionGrant): Buffer {
  return deflateRawSync(JSON.stringify(grant))
}

/** Seals tokens, and opens those that it sealed. */
export interface SessionSealer {
  /** Hexadecimal; stands in every token. */
  readonly keyId: string
  /** @throws GrantTooLarge */
  seal(accessKeyId: string, grant: SessionGrant): TemporaryCredentials
  /** Null where the token is not one of this key's for this access key. */
  open(accessKeyId: string, token: TokenParts): SessionGrant | null
  secretOf(accessKeyId: string): string
}

/** Policies and tags do not fit into a token. */
export class GrantTooLarge extends Error {
  override readonly name = 'GrantTooLarge'
}

/** What can be read of a token without its key. Nothing of it is believed before `open`. */
export interface TokenParts {
  readonly accountId: string
  readonly keyId: string
  readonly sealed: Uint8Array
}

export const sessionKeyBytes = 64
/** The secret of an access key has 40 characters. */
const secretBytes = 30

/** @param key 64 bytes: one half seals, secrets follow from the other */
export function sessionSealer(key: Uint8Array): SessionSealer {
  if (key.length !== sessionKeyBytes) throw new Error(`a session key has 64 bytes, not ${key.length}`)
  const sealer: Envelope = envelope(key.subarray(0, 32))
  const secretOf = (accessKeyId: string): string =>
    createHmac('sha256', key.subarray(32))
      .update(accessKeyId)
      .digest()
      .subarray(0, secretBytes)
      .toString('base64')
  return {
    keyId: Buffer.from(sealer.keyId).toString('hex'),
    secretOf,
    seal: (accessKeyId, grant) => {
      const { accountId } = grant.subject
      const head = Buffer.alloc(sealedAt)
      head[0] = version
      head.writeUIntBE(Number(accountId), accountAt, sealedAt - accountAt)
      const sealed = sealer.seal(purposeOf(accountId, accessKeyId), packed(grant))
      const sessionToken = Buffer.concat([head, sealed]).toString('base64url')
      if (sessionToken.length > maxTokenLength)
        throw new GrantTooLarge('the session does not fit into a token')
      return {
        accessKeyId,
        secretAccessKey: secretOf(accessKeyId),
        sessionToken,
        expiresAt: grant.session.expiresAt,
      }
    },
    open: (accessKeyId, { accountId, sealed }) => {
      try {
        const deflated = sealer.open(purposeOf(accountId, accessKeyId), sealed)
        return JSON.parse(inflateRawSync(deflated, { maxOutputLength: maxGrantBytes }).toString())
      } catch (error) {
        if (error instanceof EnvelopeError) return null
        throw error
      }
    },
  }
}

/** Null where it cannot be a token: too long, not base64url in its one canonical form, of another version. */
export function parseToken(token: string): TokenParts | null {
  if (token.length > maxTokenLength) return null
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length < sealedAt + keyIdEnd || bytes[0] !== version || bytes.toString('base64url') !== token)
    return null
  const sealed = bytes.subarray(sealedAt)
  return {
    accountId: String(bytes.readUIntBE(accountAt, sealedAt - accountAt)).padStart(12, '0'),
    keyId: sealed.toString('hex', keyIdAt, keyIdEnd),
    sealed,
  }
}

/** Where the envelope has the id of its key. */
const keyIdAt = 1
const keyIdEnd = 9

function purposeOf(accountId: string, accessKeyId: string): string {
  return `session:${accountId}/${accessKeyId}`
}
