import type { Envelope } from '../identity/envelope.ts'
import { GroupSeal, groupKeys } from '../identity/group-seal.ts'

/** Where a receiver is, and what it knows the sender by. Both are secrets: a chat's URL lets anybody write there. */
export interface ReceiverAddress {
  /** Of a mailbox `mailto:` and its address. */
  readonly url: string
  /** `whsec_` and base64, as Standard Webhooks has it; null where the receiver checks no signature. */
  readonly secret: string | null
}

const mailScheme = 'mailto:'

/** The address in a `mailto:` URL. */
export function mailboxIn(url: string): string {
  return url.slice(mailScheme.length)
}

/** Seals addresses under a key derived from the group's data key. */
export class AddressSeal {
  readonly #seal: GroupSeal

  constructor(sealer: Pick<Envelope, 'open'>, group: Parameters<typeof groupKeys>[1]) {
    this.#seal = new GroupSeal(groupKeys(sealer, group, 'wick receivers'))
  }

  seal(id: string, address: ReceiverAddress): Uint8Array {
    return this.#seal.seal(purpose(id), Buffer.from(JSON.stringify(address)))
  }

  /** @throws EnvelopeError where it is not what was sealed */
  open(id: string, sealed: Uint8Array): ReceiverAddress {
    return JSON.parse(Buffer.from(this.#seal.open(purpose(id), sealed)).toString())
  }
}

function purpose(id: string): string {
  return `receiver:${id}`
}
