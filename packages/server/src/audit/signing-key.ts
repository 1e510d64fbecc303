import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto'
import type { Envelope } from '../identity/envelope.ts'
import { auditKeyPurpose } from '../identity/secret-purpose.ts'
import type { SealedAuditKey } from '../storage/audit-log.ts'

/**
 * What digests are signed with: Ed25519. The private key lies sealed under the master key; once another one has taken its
 * place, its public half alone is kept, sealed all the same: whoever can write the catalog but has no master key cannot
 * put in a key of his own.
 */
export interface SigningKey {
  readonly number: number
  readonly privateKey: KeyObject
  readonly publicKey: PublicKey
}

export interface PublicKey {
  readonly key: KeyObject
  /** SHA-256 of the key as SubjectPublicKeyInfo (DER), hexadecimal. */
  readonly fingerprint: string
}

const whole = 1
const publicHalf = 2

export function newSigningKey(number: number): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { number, privateKey, publicKey: publicKeyOf(publicKey) }
}

export function sealSigningKey({ number, privateKey }: SigningKey, sealer: Envelope): SealedAuditKey {
  const bytes = privateKey.export({ format: 'der', type: 'pkcs8' })
  return { number, sealed: sealer.seal(auditKeyPurpose(number), Buffer.concat([Buffer.of(whole), bytes])) }
}

export function sealPublicHalf({ number, publicKey }: SigningKey, sealer: Envelope): SealedAuditKey {
  const bytes = Buffer.concat([Buffer.of(publicHalf), derOf(publicKey)])
  return { number, sealed: sealer.seal(auditKeyPurpose(number), bytes) }
}

export interface OpenedKeys {
  /** Null where there is none yet. */
  readonly active: SigningKey | null
  /** In their order, the one in use last. */
  readonly publicKeys: readonly PublicKey[]
}

/** @throws EnvelopeError where one is not what was sealed */
export function openKeys(rows: readonly SealedAuditKey[], sealer: Envelope): OpenedKeys {
  let active: SigningKey | null = null
  const publicKeys = rows.map(({ number, sealed }) => {
    const [kind, ...der] = sealer.open(auditKeyPurpose(number), sealed)
    const bytes = Buffer.from(der)
    if (kind === publicHalf) return publicKeyIn(bytes)
    const privateKey = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    const publicKey = publicKeyOf(createPublicKey(privateKey))
    active = { number, privateKey, publicKey }
    return publicKey
  })
  return { active, publicKeys }
}

export function derOf({ key }: PublicKey): Buffer {
  return key.export({ format: 'der', type: 'spki' })
}

/** @throws Error where the bytes are no key */
export function publicKeyIn(der: Uint8Array): PublicKey {
  return publicKeyOf(createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }))
}

export function pemOf({ key }: PublicKey): string {
  return String(key.export({ format: 'pem', type: 'spki' }))
}

/** @throws Error where something between the markers is no Ed25519 key, or there is none */
export function publicKeysInPem(text: string): readonly PublicKey[] {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? []
  if (blocks.length === 0) throw new Error('there is no PUBLIC KEY in it')
  return blocks.map((block) => publicKeyOf(createPublicKey(block)))
}

function publicKeyOf(key: KeyObject): PublicKey {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${key.asymmetricKeyType} is no Ed25519 key`)
  const der = key.export({ format: 'der', type: 'spki' })
  return { key, fingerprint: hash('sha256', der, 'hex') }
}
