/**
 * Signed statements about the audit trail: a digest of an hour, and where the trail starts once retention removed its
 * oldest part. Each is a file with one line, a JSON object whose last member is its signature:
 *
 *     {…,"signature":"128 hexadecimal digits"}
 *
 * Ed25519 over the bytes before `,"signature"`, closed by a brace. The names are those of CloudTrail's digest files where
 * there is one.
 */
import { hash, sign, verify } from 'node:crypto'
import type { ChainHead } from '../storage/audit-chain.ts'
import type { PublicKey, SigningKey } from './signing-key.ts'

export interface Digest {
  readonly kind: 'digest'
  readonly version: 1
  /** From 1, without gaps. */
  readonly number: number
  readonly digestStartTime: string
  readonly digestEndTime: string
  /** The last record before those that it covers. */
  readonly after: ChainHead
  /** The last record that it covers. */
  readonly last: ChainHead
  /** What it covers, in their order. */
  readonly logFiles: readonly LogFile[]
  /** SHA-256 of the file of the digest before; null of the first one. */
  readonly previousDigestHashValue: string | null
  readonly digestPublicKeyFingerprint: string
  readonly digestSignatureAlgorithm: 'Ed25519'
  /** The key that the next one is signed with, DER in base64; left out where it is the same. */
  readonly nextPublicKey?: string
}

export interface LogFile {
  readonly name: string
  /** Of the file as it lies there. */
  readonly hashValue: string
  readonly hashAlgorithm: 'SHA-256'
  readonly records: number
}

/** What retention removed: that is no gap. */
export interface TrailStart {
  readonly kind: 'start'
  readonly version: 1
  /** The last digest that was removed, and the last record. */
  readonly number: number
  readonly digestHashValue: string
  readonly last: ChainHead
  readonly removedAt: string
  readonly digestPublicKeyFingerprint: string
  readonly digestSignatureAlgorithm: 'Ed25519'
}

export type Signed = Digest | TrailStart
type Unsigned<T> = Omit<T, 'version' | 'digestPublicKeyFingerprint' | 'digestSignatureAlgorithm'>

/** @returns the text of the file */
export function signed(
  statement: Unsigned<Digest> | Unsigned<TrailStart>,
  { privateKey, publicKey }: SigningKey,
): string {
  const { kind, ...rest } = statement
  const text = JSON.stringify({
    ...{ kind, version: 1 },
    ...rest,
    digestPublicKeyFingerprint: publicKey.fingerprint,
    digestSignatureAlgorithm: 'Ed25519',
  })
  const signature = sign(null, Buffer.from(text), privateKey).toString('hex')
  return `${text.slice(0, -1)},"signature":"${signature}"}\n`
}

export function fileHash(bytes: string | Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

const signatureLength = 128
const ending = `,"signature":"${'0'.repeat(signatureLength)}"}\n`

/**
 * @param keys by fingerprint, those that are trusted
 * @throws Error in words that follow the file's name: `is not what was signed`
 */
export function readSigned<K extends Signed['kind']>(
  kind: K,
  bytes: Uint8Array,
  keys: ReadonlyMap<string, PublicKey>,
): Signed & { readonly kind: K } {
  const text = Buffer.from(bytes).toString('latin1')
  const at = text.length - ending.length
  const end = /^,"signature":"([0-9a-f]{128})"\}\n$/.exec(text.slice(Math.max(0, at)))
  if (at <= 0 || end === null) throw new Error('was changed: it does not end with a signature')
  const body = `${text.slice(0, at)}}`
  const statement = parsed(body)
  const key = keys.get(String(statement?.digestPublicKeyFingerprint))
  if (key === undefined) throw new Error('was changed, or is signed with a key that is not known')
  if (!verify(null, Buffer.from(body, 'latin1'), key.key, Buffer.from(end[1]!, 'hex')))
    throw new Error('was changed: its signature does not fit')
  if (statement?.kind !== kind || statement.version !== 1) throw new Error(`is no ${kind} of version 1`)
  // It is as it was signed, by us.
  return statement as unknown as Signed & { readonly kind: K }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
