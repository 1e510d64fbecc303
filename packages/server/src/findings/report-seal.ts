import { hkdfSync } from 'node:crypto'
import { type Envelope, EnvelopeError, envelope } from '../identity/envelope.ts'
import { dataKeyPurpose } from '../identity/secret-purpose.ts'
import { decodeReport, encodeReport, type Report } from './report.ts'

const keyLength = 32

interface SealedGroup {
  readonly id: string
  readonly sealedDataKey: Uint8Array
}

/**
 * Reports hold names of functions, so they are kept as profiles are: under keys derived from the group's data key. Where a
 * group had several, the first is the one to seal with.
 */
export class ReportSeal {
  readonly #keys: readonly Envelope[]

  constructor(sealer: Pick<Envelope, 'open'>, { id, sealedDataKey }: SealedGroup) {
    const dataKey = sealer.open(dataKeyPurpose(id), sealedDataKey)
    this.#keys = Array.from({ length: dataKey.length / keyLength }, (_, i) => {
      const key = dataKey.subarray(i * keyLength, (i + 1) * keyLength)
      return envelope(new Uint8Array(hkdfSync('sha256', key, id, 'wick findings reports', keyLength)))
    })
  }

  seal(id: string, report: Report): Uint8Array {
    return this.#keys[0]!.seal(purpose(id), encodeReport(report))
  }

  /** @throws EnvelopeError where it is not what was sealed */
  open(id: string, sealed: Uint8Array): Report {
    let problem: unknown = new EnvelopeError('the group has no key')
    for (const key of this.#keys) {
      try {
        return decodeReport(key.open(purpose(id), sealed))
      } catch (error) {
        problem = error
      }
    }
    throw problem
  }
}

function purpose(id: string): string {
  return `findings-report:${id}`
}
