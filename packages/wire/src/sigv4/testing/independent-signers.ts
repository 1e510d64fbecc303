import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import library from 'aws4'
import { encodeComponent } from '../../percent-encoding.ts'
import { formatBasic } from '../request-time.ts'

/** Signers that share no code with ours: the one of AWS's JavaScript SDK, and aws4. */

/** What a client wants to send, before it is written for the wire. */
export interface PlainRequest {
  readonly method: string
  /** As on the wire. */
  readonly path: string
  /** Not encoded. Names may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Lower-case name → value; host among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Signing {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** @returns all headers to send, the signature among them */
export type Signer = (request: PlainRequest, signing: Signing) => Promise<Readonly<Record<string, string>>>

function smithy(applyChecksum: boolean): Signer {
  return async ({ query, ...request }, { accessKeyId, secretAccessKey, region, service, now }) => {
    const credentials = { accessKeyId, secretAccessKey }
    const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum })
    const byName = Map.groupBy(query, ([name]) => name)
    const signed = await signer.sign(
      {
        ...request,
        headers: { ...request.headers },
        query: Object.fromEntries(
          [...byName].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]),
        ),
        protocol: 'https:',
        hostname: 'signed.is.the.host.header',
      },
      { signingDate: new Date(now) },
    )
    return signed.headers
  }
}

/** The hash that smithy asks for. */
class Sha256 {
  readonly #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data)
}

/** Adds Content-Type and Content-Length, and signs them. */
const aws4: Signer = async (
  { query, path, headers, ...request },
  { region, service, now, ...credentials },
) => {
  const search = query.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&')
  const signed = library.sign(
    {
      ...request,
      path: search === '' ? path : `${path}?${search}`,
      headers: { ...headers, 'x-amz-date': formatBasic(now) },
      region,
      service,
    },
    credentials,
  )
  // Content-Length is a number in there.
  return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name, String(value)]))
}

export const signers: Readonly<Record<string, Signer>> = {
  '@smithy/signature-v4': smithy(true),
  '@smithy/signature-v4 without x-amz-content-sha256': smithy(false),
  aws4,
}
