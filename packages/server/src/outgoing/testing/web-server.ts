/** A real HTTPS server on loopback, with a certificate of an authority of its own. For tests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { issueServerCertificate, makeAuthority } from '../../identity/certificate-authority.ts'

export interface WebServer {
  /** `https://localhost:PORT` */
  readonly url: string
  readonly port: number
  /** PEM of whoever signed its certificate. */
  readonly authority: string
  /** Paths that were asked for. */
  readonly asked: string[]
  readonly connections: () => number
  close(): Promise<void>
}

export async function startWebServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<WebServer> {
  const authority = await makeAuthority(Date.now())
  const { certificate, key } = await issueServerCertificate(authority, ['localhost', '127.0.0.1'], Date.now())
  const asked: string[] = []
  let connections = 0
  const server = createServer({ cert: certificate, key }, (request, response) => {
    asked.push(request.url ?? '')
    handle(request, response)
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}`,
    port,
    authority: authority.certificate,
    asked,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
