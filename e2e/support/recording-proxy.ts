/** Between an agent and a server: passes every request on as it came, and keeps what was posted and what was answered. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Wick } from './wick.ts'

interface RecordedPost {
  readonly token: string
  readonly body: string
  /** What the agent got; null while, or because, there was no answer. */
  status: number | null
}

export interface RecordingProxy {
  readonly url: string
  /** PostAgentProfile only, one entry for each attempt. */
  readonly posts: readonly RecordedPost[]
  /** Called once, when the next post is on its way to the server and not yet answered. */
  onNextPost(action: () => void): void
  close(): Promise<void>
}

/** Has the server's own certificate, so that agents trust it the same way; a server started again on its port is found. */
export async function startRecordingProxy({ url: target, directory }: Wick): Promise<RecordingProxy> {
  const file = (name: string): Buffer => readFileSync(join(directory, 'tls', name))
  const ca = file('ca.pem')
  const posts: RecordedPost[] = []
  let action: (() => void) | null = null

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await incoming.toArray())
    const post = incoming.url!.includes('/agentProfile?') ? postOf(incoming.url!, body) : null
    if (post !== null) posts.push(post)
    const outgoing = httpsRequest(`${target}${incoming.url}`, {
      method: incoming.method,
      headers: incoming.rawHeaders,
      agent: false,
      ca,
    })
    outgoing.end(body, () => {
      if (post === null) return
      action?.()
      action = null
    })
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    const answerBody = Buffer.concat(await answer.toArray())
    if (post !== null) post.status = answer.statusCode!
    response.writeHead(answer.statusCode!, answer.rawHeaders).end(answerBody)
  }
  const server = createServer(
    { cert: file('server.pem'), key: file('server-key.pem') },
    // A server that is gone is, to the agent, a connection that breaks.
    (incoming, response) => void pass(incoming, response).catch(() => incoming.socket.destroy()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    onNextPost: (then) => {
      action = then
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function postOf(target: string, body: Buffer): RecordedPost {
  const token = new URLSearchParams(target.split('?')[1]).get('profileToken')!
  return { token, body: body.toString(), status: null }
}
