import type { IncomingHttpHeaders } from 'node:http'
import { CommandError } from './command-error.ts'

export interface ServerAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The answer of a call that went well. @throws CommandError with what the server says of one that did not */
export function succeeded(answer: ServerAnswer): ServerAnswer {
  if (answer.status < 300) return answer
  throw new CommandError(`The server refused: ${messageIn(answer)}`)
}

/** What the server says of a call that did not go well. */
export function messageIn({ status, body }: ServerAnswer): string {
  try {
    const { message } = JSON.parse(body.toString()) as { message?: unknown }
    return typeof message === 'string' ? message : String(status)
  } catch {
    return String(status)
  }
}

const attempts = 6
const firstPauseMilliseconds = 250

/** Repeats a call that changes nothing when it is repeated, where the server cannot answer it now. */
export async function patiently(call: () => Promise<ServerAnswer>): Promise<ServerAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await call()
    const isPassing = answer.status === 429 || answer.status === 503
    if (!isPassing || attempt === attempts) return answer
    await new Promise((resolve) => setTimeout(resolve, firstPauseMilliseconds * 2 ** attempt))
  }
}
