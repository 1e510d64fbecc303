import { ApiError } from '@wick/wire'

export interface QuestionLimits {
  /** How many are answered at one time: each holds what it adds up. */
  readonly atOnce: number
  /** How many more may wait for their turn. */
  readonly waiting: number
}

/** What the profile thread adds up for, and how many may be at it: each holds its sum. */
export const profileQuestions = [
  'profile',
  'tree',
  'search',
  'recommendations',
  'series',
  'fleet',
  'heap',
] as const
export const questionLimits: QuestionLimits = { atOnce: 4, waiting: 64 }

/** Who waits for an answer. */
export interface Questioner {
  /** Not there for what the server asks itself. */
  readonly caller?: string
  /** Aborted where nobody waits any more, with what the question ends with. */
  readonly gone?: AbortSignal
}

/**
 * The same object for each questioner, but that calls of some of its methods are answered a few at a time, in turn,
 * whoever asks. Where too many wait already, one more is refused before anything is done for it, and so is one of a
 * caller who has more than half of the places itself: some are always left to others. Who goes away while waiting leaves
 * the place at once; what is being answered is answered to its end.
 *
 * @param names of the methods
 * @param onRefused is told of each refusal: for want of a place, or as the caller's own doing
 */
export function boundedQuestions<T extends object>(
  answers: T,
  names: readonly (keyof T & string)[],
  { atOnce, waiting }: QuestionLimits,
  onRefused: (what: 'questions' | 'questioner') => void,
): (questioner: Questioner) => T {
  let running = 0
  /** In the order in which they came, with who asks. */
  const queue = new Map<() => void, string | undefined>()

  const refuseTooMany = (caller: string | undefined): void => {
    const own = caller === undefined ? 0 : [...queue.values()].filter((other) => other === caller).length
    const isOwnDoing = own * 2 > waiting
    if (!isOwnDoing && queue.size < waiting) return
    onRefused(isOwnDoing ? 'questioner' : 'questions')
    throw refusal(isOwnDoing)
  }
  const turn = ({ caller, gone }: Questioner): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        queue.delete(begin)
        reject(gone?.reason)
      }
      const begin = (): void => {
        queue.delete(begin)
        gone?.removeEventListener('abort', leave)
        resolve()
      }
      gone?.addEventListener('abort', leave)
      queue.set(begin, caller)
    })
  const inTurn = async (questioner: Questioner, ask: () => Promise<unknown>): Promise<unknown> => {
    questioner.gone?.throwIfAborted()
    if (running >= atOnce) {
      refuseTooMany(questioner.caller)
      await turn(questioner)
    } else running++
    try {
      return await ask()
    } finally {
      // Whoever is next goes on in this one's place.
      const [begin] = queue.keys()
      if (begin === undefined) running--
      else begin()
    }
  }
  const bounded: ReadonlySet<unknown> = new Set(names)
  return (questioner) =>
    new Proxy(answers, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const isQuestion = bounded.has(name)
        return (...args: readonly unknown[]) =>
          isQuestion ? inTurn(questioner, () => value.apply(target, args)) : value.apply(target, args)
      },
    })
}

function refusal(isOwnDoing: boolean): ApiError {
  return isOwnDoing
    ? new ApiError('ThrottlingException', 'Too many questions of this caller at one time.')
    : new ApiError('ServiceUnavailableException', 'Too many questions at one time.')
}
