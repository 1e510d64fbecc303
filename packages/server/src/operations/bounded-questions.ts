import { ApiError } from '@wick/wire'

export interface QuestionLimits {
  /** How many are answered at one time: each holds what it adds up. */
  readonly atOnce: number
  /** How many more may wait for their turn. */
  readonly waiting: number
}

/**
 * The same object, but that calls of some of its methods are answered a few at a time, in turn; where too many wait
 * already, one more is refused before anything is done for it.
 *
 * @param names of the methods
 * @param onRefused is told of each refusal
 */
export function boundedQuestions<T extends object>(
  answers: T,
  names: readonly (keyof T & string)[],
  { atOnce, waiting }: QuestionLimits,
  onRefused: () => void,
): T {
  let running = 0
  const queue: (() => void)[] = []
  const inTurn = async (ask: () => Promise<unknown>): Promise<unknown> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) {
        onRefused()
        throw new ApiError('ServiceUnavailableException', 'Too many questions at one time.')
      }
      await new Promise<void>((begin) => queue.push(begin))
    } else running++
    try {
      return await ask()
    } finally {
      // Whoever is next goes on in this one's place.
      const next = queue.shift()
      if (next === undefined) running--
      else next()
    }
  }
  const bounded: ReadonlySet<unknown> = new Set(names)
  return new Proxy(answers, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (!bounded.has(name)) return value
      return (...args: readonly unknown[]) =>
        inTurn(() => (value as (...args: readonly unknown[]) => Promise<unknown>)(...args))
    },
  })
}
