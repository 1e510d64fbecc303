import { StartupError } from '../startup-error.ts'
import type { Config } from './settings.ts'

const mebibyte = 1024 * 1024

/** What a server without data holds: Node itself, three threads with their code, SQLite. */
const itselfBytes = 112 * mebibyte
/** Below this the store would forget its dictionaries faster than it learns them. Answers have their part of it. */
const leastForStore = 72 * mebibyte
/** What inflated bodies keep for themselves. */
const leastInflated = 32 * mebibyte
/** Left free by large bodies, for the small ones that most are. */
const keptForSmallBytes = 16 * mebibyte

/** Bodies of those whom nothing proves: forms and tokens of a few kilobytes. */
const strangersBytes = 8 * mebibyte

/** Who may hold how many bytes. Together with the process itself they are the memory budget. */
export interface MemoryShares {
  /** Bodies on their way and waiting to be decoded, as sent. */
  readonly bodies: number
  /** Of them never taken by bodies of more than a mebibyte. */
  readonly keptForSmallBodies: number
  /** Bodies of those who have still to say who they are: they take nothing from the others. */
  readonly strangersBodies: number
  /** Large answers, from when they are made until their callers have taken them. */
  readonly answers: number
  /** Bodies once inflated, less what dictionaries hold beyond their own share. */
  readonly inflated: number
  /** Dictionaries of the segments that are written: their own share, and what inflated bodies lend them. */
  readonly dictionaries: number
  readonly ownDictionaries: number
  /** Records that wait for the disk. */
  readonly queue: number
  /** What was read back of segments. */
  readonly views: number
  /** Days' dictionaries, read back for answers; as much again for sealing. */
  readonly dayEpochs: number
  /** Groups' numberings that answers are added up in. */
  readonly groupEpochs: number
  /** Sealed files, opened. */
  readonly blocks: number
  /** Pages of series. */
  readonly series: number
  /** What was read back of segments about senders and heaps. */
  readonly reports: number
  /** Lists of tokens that repeated posts were found in. */
  readonly tokenLists: number
}

/** @throws StartupError where the budget cannot hold the largest body, with what would do */
export function memoryShares(
  config: Pick<Config, 'memoryBudgetBytes' | 'maxBodyBytes' | 'maxInflatedBytes'>,
): MemoryShares {
  const { memoryBudgetBytes, maxBodyBytes, maxInflatedBytes } = config
  // The largest body must fit, as sent and inflated.
  const inflated = maxInflatedBytes
  const bodies = Math.max(2 * maxBodyBytes, Math.floor(memoryBudgetBytes / 8)) + keptForSmallBytes
  const least = itselfBytes + inflated + bodies + strangersBytes + leastForStore
  if (memoryBudgetBytes < least) {
    throw new StartupError(
      `WICK_MEMORY_BUDGET_BYTES (${memoryBudgetBytes}) is too little: with bodies of up to ${maxBodyBytes} bytes, ` +
        `${maxInflatedBytes} once inflated, at least ${least} are needed. Raise it, or lower --max-inflated-bytes ` +
        'and --max-body-bytes.',
    )
  }
  const rest = memoryBudgetBytes - itselfBytes - inflated - bodies - strangersBytes
  const share = (percent: number): number => Math.floor((rest * percent) / 100)
  return {
    bodies,
    keptForSmallBodies: keptForSmallBytes,
    strangersBodies: strangersBytes,
    inflated,
    answers: share(15),
    dictionaries: share(38) + Math.max(0, inflated - leastInflated),
    ownDictionaries: share(38),
    queue: share(6),
    views: share(8),
    dayEpochs: share(5),
    groupEpochs: share(6),
    blocks: share(8),
    series: share(5),
    reports: share(2),
    tokenLists: share(2),
  }
}
