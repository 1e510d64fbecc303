/** A server that writes down what agents call, and answers as it is told. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Call {
  readonly path: string
  readonly token: string | null
  readonly body: Record<string, unknown> & { callgraph?: object }
}

export interface Recorder {
  readonly url: string
  readonly calls: Call[]
  readonly profiles: () => Call[]
  readonly close: () => void
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

export async function recorder(handle: Handler): Promise<Recorder> {
  const calls: Call[] = []
  const server: Server = createServer(async (request, response) => {
    const body = await buffer(request)
    const url = new URL(request.url!, 'http://x')
    calls.push({
      path: url.pathname,
      token: url.searchParams.get('profileToken'),
      body: JSON.parse(body.toString()),
    })
    handle(request, response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    profiles: () => calls.filter(({ path }) => path.endsWith('/agentProfile')),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
