import { ApiError } from '@wick/wire'

/** Larger bodies are rare: what is kept free for the others cannot be had by them. */
export const smallBytes = 1024 * 1024

/** Bytes of bodies, or of answers, that all requests together may hold at one time. */
export interface ByteBudget {
  readonly maxBytes: number
  /** Taken at the moment. */
  readonly held: number
  /** Begins an account of what one request takes. */
  open(sender: Sender): Holding
}

/** Who sends a body, or takes an answer. */
export interface Sender {
  /** Null where nobody is known. */
  readonly caller: string | null
  /** Whether what is still to come keeps others waiting for longer than they should. */
  isSlow(): boolean
  /** Its place is needed: nothing more is read of its body, or sent of its answer. */
  cutOff(): void
}

type Counted = 'bodies' | 'answers'

export interface Holding {
  /** @throws ServiceUnavailableException, or ThrottlingException where the caller itself holds the most */
  take(bytes: number): void
  /** Everything, once. */
  giveBack(): void
}

export interface BudgetRules {
  /** What is counted: bodies where left out. */
  readonly what?: Counted
  /** What requests of more than `smallBytes` leave free. */
  readonly keptForSmall?: number
  /** What one caller may hold; whatever there is where left out. */
  readonly perCaller?: number
}

/**
 * First come, first served, all or nothing: who cannot have all it needs is refused at once and keeps nothing from the
 * others, so that of many large bodies some get through. Who sends too slowly goes where others need its place.
 *
 * @param onRefused is told of each refusal: for want of room, that being the caller's own doing or not, or as too slow
 */
export function byteBudget(
  maxBytes: number,
  { what = 'bodies', keptForSmall = 0, perCaller = Number.POSITIVE_INFINITY }: BudgetRules = {},
  onRefused: (why: Counted | 'caller' | 'slow') => void = () => {},
): ByteBudget {
  let free = maxBytes
  /** Oldest first. */
  const accounts = new Set<Account>()
  const heldByCaller = new Map<string, number>()

  const makeRoom = (isEnough: () => boolean, mayGo: (sender: Sender) => boolean): void => {
    for (const account of accounts) {
      if (isEnough()) return
      if (!mayGo(account.sender) || !account.sender.isSlow()) continue
      onRefused('slow')
      account.sender.cutOff()
      account.giveBack()
    }
  }
  const heldBy = ({ caller }: Sender): number => (caller === null ? 0 : (heldByCaller.get(caller) ?? 0))
  const book = ({ caller }: Sender, bytes: number): void => {
    free -= bytes
    if (caller === null) return
    const held = (heldByCaller.get(caller) ?? 0) + bytes
    if (held > 0) heldByCaller.set(caller, held)
    else heldByCaller.delete(caller)
  }

  class Account implements Holding {
    readonly sender: Sender
    bytes = 0

    constructor(sender: Sender) {
      this.sender = sender
    }

    take(bytes: number): void {
      const { sender } = this
      const needed = bytes + (this.bytes + bytes > smallBytes ? keptForSmall : 0)
      const isWithinShare = () => heldBy(sender) + bytes <= perCaller
      const isWithinAll = () => needed <= free
      makeRoom(isWithinShare, ({ caller }) => caller === sender.caller)
      // Nobody loses its place for the sake of who is refused all the same.
      if (isWithinShare()) makeRoom(isWithinAll, () => true)
      if (!isWithinShare() || !isWithinAll()) {
        const isOwnDoing = !isWithinShare() || heldBy(sender) * 2 > maxBytes
        onRefused(isOwnDoing ? 'caller' : what)
        throw refusal(what, isOwnDoing)
      }
      book(sender, bytes)
      this.bytes += bytes
      accounts.add(this)
    }

    giveBack(): void {
      book(this.sender, -this.bytes)
      this.bytes = 0
      accounts.delete(this)
    }
  }

  return {
    maxBytes,
    get held() {
      return maxBytes - free
    },
    open: (sender) => new Account(sender),
  }
}

function refusal(what: Counted, isOwnDoing: boolean): ApiError {
  return isOwnDoing
    ? new ApiError('ThrottlingException', `Too many ${what} of this caller at one time.`)
    : new ApiError('ServiceUnavailableException', `Too many ${what} at one time.`)
}
