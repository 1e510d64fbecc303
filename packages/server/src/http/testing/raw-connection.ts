/** A TCP connection on which tests write bytes as they are. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawConnection {
  readonly socket: Socket
  write(text: string | Uint8Array): void
  /** Everything received so far, once it matches; fails when the connection ends before. */
  until(pattern: RegExp): Promise<string>
  /** Everything received until the other side closed. */
  ended(): Promise<string>
}

/** What does not come within this, does not come: the test fails with what it has. */
const silenceMilliseconds = 30_000

export interface RawConnectionOptions {
  /** Whether it stays open on this side when the other one has ended. */
  readonly allowHalfOpen?: boolean
}

export async function rawConnection(
  port: number,
  options: RawConnectionOptions = {},
): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  let received = ''
  let isClosed = false
  const changed = new Set<() => void>()
  const tell = (): void => {
    for (const check of [...changed]) check()
  }
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    tell()
  })
  socket.setTimeout(silenceMilliseconds, () => socket.destroy())
  // A reset is an end, too.
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
    tell()
  })
  await once(socket, 'connect')
  const when = (isDone: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (isDone()) resolve(received)
        else if (isClosed) reject(new Error(`the connection was closed after ${JSON.stringify(received)}`))
        else return
        changed.delete(check)
      }
      changed.add(check)
      check()
    })
  return {
    socket,
    write: (text) => void socket.write(text),
    until: (pattern) => when(() => pattern.test(received)),
    ended: () => when(() => isClosed),
  }
}
