import { ApiError } from '@wick/wire'

/** Larger bodies are rare: what is kept free for the others cannot be had by them. */
export const smallBytes = 1024 * 1024

/** Bytes of bodies that all requests together may hold at one time. */
export interface ByteBudget {
  /** Taken at the moment. */
  readonly held: number
  /** Begins an account of what one request takes. */
  open(sender: Sender): Holding
}

/** Who sends a body. */
export interface Sender {
  /** Null where nobody is known. */
  readonly caller: string | null
  /** Whether what is still to come keeps others waiting for longer than they should. */
  isSlow(): boolean
  /** Its place is needed: nothing more is read of its body. */
  cutOff(): void
}

export interface Holding {
  /** @throws ServiceUnavailableException, or ThrottlingException where the caller itself holds the most */
  take(bytes: number): void
  /** Everything, once. */
  giveBack(): void
}

/**
 * First come, first served, all or nothing: who cannot have all it needs is refused at once and keeps nothing from the
 * others, so that of many large bodies some get through. Who sends too slowly goes where others need its place.
 *
 * @param keptForSmall what requests of more than `smallBytes` leave free
 * @param onRefused is told of each refusal: for want of room, that being the caller's own doing or not, or as too slow
 */
export function byteBudget(
  maxBytes: number,
  keptForSmall = 0,
  onRefused: (what: 'bodies' | 'caller' | 'slow') => void = () => {},
): ByteBudget {
  let free = maxBytes
  /** Oldest first. */
  const accounts = new Set<Account>()

  const makeRoom = (needed: number): void => {
    for (const account of accounts) {
      if (free >= needed) return
      if (!account.sender.isSlow()) continue
      onRefused('slow')
      account.sender.cutOff()
      account.giveBack()
    }
  }
  const heldBy = (caller: string | null): number => {
    let held = 0
    for (const { sender, bytes } of accounts) if (caller !== null && sender.caller === caller) held += bytes
    return held
  }

  class Account implements Holding {
    readonly sender: Sender
    bytes = 0

    constructor(sender: Sender) {
      this.sender = sender
    }

    take(bytes: number): void {
      const needed = bytes + (this.bytes + bytes > smallBytes ? keptForSmall : 0)
      if (needed > free) makeRoom(needed)
      if (needed > free) {
        const isOwnDoing = heldBy(this.sender.caller) * 2 > maxBytes
        onRefused(isOwnDoing ? 'caller' : 'bodies')
        throw refusal(isOwnDoing)
      }
      free -= bytes
      this.bytes += bytes
      accounts.add(this)
    }

    giveBack(): void {
      free += this.bytes
      this.bytes = 0
      accounts.delete(this)
    }
  }

  return {
    get held() {
      return maxBytes - free
    },
    open: (sender) => new Account(sender),
  }
}

function refusal(isOwnDoing: boolean): ApiError {
  return isOwnDoing
    ? new ApiError('ThrottlingException', 'Too many large requests of this caller at one time.')
    : new ApiError('ServiceUnavailableException', 'Too many large requests at one time.')
}
