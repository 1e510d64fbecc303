import type { Envelope } from '../identity/envelope.ts'
import { GroupSeal, groupKeys } from '../identity/group-seal.ts'
import { decodeReport, encodeReport, type Report } from './report.ts'

/** Reports hold names of functions, so they are kept as profiles are: under keys derived from the group's data key. */
export class ReportSeal {
  readonly #seal: GroupSeal

  constructor(sealer: Pick<Envelope, 'open'>, group: Parameters<typeof groupKeys>[1]) {
    this.#seal = new GroupSeal(groupKeys(sealer, group, 'wick findings reports'))
  }

  seal(id: string, report: Report): Uint8Array {
    return this.#seal.seal(purpose(id), encodeReport(report))
  }

  /** @throws EnvelopeError where it is not what was sealed */
  open(id: string, sealed: Uint8Array): Report {
    return decodeReport(this.#seal.open(purpose(id), sealed))
  }
}

function purpose(id: string): string {
  return `findings-report:${id}`
}
