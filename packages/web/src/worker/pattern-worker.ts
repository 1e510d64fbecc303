/** Matches names against one regular expression. Whoever asks ends this worker when it takes too long. */
export interface MatchQuestion {
  readonly pattern: string
  /** Null: those of the question before. */
  readonly names: readonly string[] | null
}

export type MatchAnswer = 'begun' | Uint8Array<ArrayBuffer>

let names: readonly string[] = []

addEventListener('message', ({ data }: MessageEvent<MatchQuestion>) => {
  names = data.names ?? names
  postMessage('begun')
  const pattern = new RegExp(data.pattern, 'i')
  postMessage(Uint8Array.from(names, (name) => (pattern.test(name) ? 1 : 0)))
})
