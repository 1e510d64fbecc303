import { ApiError } from '@wick/wire'

/** Bytes of bodies, as sent and inflated, that all requests together may hold at one time. */
export interface ByteBudget {
  /** @throws ServiceUnavailableException where they are not to be had now */
  take(bytes: number): void
  giveBack(bytes: number): void
}

export function byteBudget(maxBytes: number): ByteBudget {
  let free = maxBytes
  return {
    take: (bytes) => {
      if (bytes > free)
        throw new ApiError('ServiceUnavailableException', 'Too many large requests at one time.')
      free -= bytes
    },
    giveBack: (bytes) => {
      free += bytes
    },
  }
}
