/** A listener whose every request is handed to the test. */
import { type Answer, send } from '../answer.ts'
import { beginExchange, type Exchange } from '../exchange.ts'
import { type Listener, type ListenerOptions, startListener } from '../listener.ts'
import { peerOrigin } from '../request-origin.ts'

const door = { listener: 'default' }

export interface ExchangeServer extends Listener {
  readonly port: number
  isDraining: boolean
  /** Milliseconds; as in service where left out. */
  patience?: number
}

/** Sends what `handle` answers; where it throws, the caller gets the error's message. */
export async function startExchangeServer(
  handle: (exchange: Exchange) => Promise<Answer> | Answer,
  options: Partial<ListenerOptions> = {},
): Promise<ExchangeServer> {
  const server: Pick<ExchangeServer, 'isDraining' | 'patience'> = { isDraining: false }
  const listener = await startListener({
    listen: { host: '127.0.0.1', port: 0 },
    tls: null,
    ...options,
    handler: async (request, response, awaitsContinue) => {
      const exchange = beginExchange(request, response, awaitsContinue, peerOrigin(door, request))
      let answer: Answer
      try {
        answer = await handle(exchange)
      } catch (error) {
        answer = { status: 400, headers: {}, body: (error as Error).message }
      }
      if (!response.destroyed) send(exchange, answer, server.isDraining, server.patience)
    },
  })
  return Object.assign(server, { ...listener, port: Number(new URL(listener.url).port) })
}
