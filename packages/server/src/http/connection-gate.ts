import type { Server, Socket } from 'node:net'
import type { ListenerSettings } from '../config/listener-settings.ts'
import type { Log } from './log.ts'
import { hostOf, loopbackAnd, type Networks, networksOf, plainAddress } from './networks.ts'

/**
 * Who may connect at all: judged before TLS and before a byte is read. Whom it refuses gets no answer, the connection ends.
 */
export interface ConnectionGate {
  /** Whether requests from there are taken, also those a trusted proxy passes on. */
  readonly admits: Networks
  guard(server: Server): void
}

/** `network`: not admitted; `address`: too many from there; `all`: too many from everywhere. */
export type ConnectionRefusal = 'network' | 'address' | 'all'

export interface GateOptions {
  readonly settings: Pick<ListenerSettings, 'name' | 'allowNetworks' | 'denyNetworks' | 'trustedProxies'>
  readonly maxConnectionsPerAddress: number
  readonly onRefused: (why: ConnectionRefusal) => void
  readonly log: Log
}

const quietMilliseconds = 10_000

export function connectionGate(options: GateOptions): ConnectionGate {
  const { settings, maxConnectionsPerAddress, onRefused } = options
  const { allowNetworks, denyNetworks, trustedProxies } = settings
  const isAllowed = allowNetworks.length === 0 ? () => true : networksOf(allowNetworks)
  const isDenied = networksOf(denyNetworks)
  const admits: Networks = (address) => isAllowed(address) && !isDenied(address)
  const isTrustedProxy = networksOf(trustedProxies)
  const isUncounted = loopbackAnd(trustedProxies)
  const report = sparseReport(options)
  /** Of everyone who is counted. */
  const open = new Map<string, number>()

  const refusalOf = (address: string): ConnectionRefusal | null => {
    if (!admits(address) && !isTrustedProxy(address)) return 'network'
    const isOneTooMany = (open.get(hostOf(address)) ?? 0) >= maxConnectionsPerAddress
    return isOneTooMany ? 'address' : null
  }
  const judge = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress)
    // It is gone already.
    if (address === null) return
    const why = refusalOf(address)
    if (why === null) {
      if (!isUncounted(address)) countWhileOpen(open, hostOf(address), socket)
      return
    }
    onRefused(why)
    report(why, address)
    socket.destroy()
  }

  return {
    admits,
    guard: (server) => {
      server.on('connection', judge)
      server.on('drop', (dropped) => {
        onRefused('all')
        report('all', dropped?.remoteAddress ?? '')
      })
    },
  }
}

function countWhileOpen(open: Map<string, number>, host: string, socket: Socket): void {
  open.set(host, (open.get(host) ?? 0) + 1)
  socket.once('close', () => {
    const left = open.get(host)! - 1
    if (left > 0) open.set(host, left)
    else open.delete(host)
  })
}

/** Of each kind one line now and then, with how many there were since the last. */
function sparseReport({ settings, log }: GateOptions): (why: ConnectionRefusal, address: string) => void {
  const kinds = new Map<ConnectionRefusal, { at: number; count: number }>()
  return (why, address) => {
    const kind = kinds.get(why) ?? { at: Number.NEGATIVE_INFINITY, count: 0 }
    kinds.set(why, kind)
    kind.count++
    const now = performance.now()
    if (now - kind.at < quietMilliseconds) return
    log({
      level: 'warn',
      event: 'connection.refused',
      listener: settings.name,
      why,
      address,
      count: kind.count,
    })
    kind.at = now
    kind.count = 0
  }
}
