import { type ListenerSettings, listenersOf, type Surface } from '../config/listener-settings.ts'
import type { Config } from '../config/settings.ts'
import type { TlsMaterial } from '../identity/tls-material.ts'
import { type ConnectionGate, type ConnectionRefusal, connectionGate } from './connection-gate.ts'
import { type Door, doorOf } from './door.ts'
import { type EndpointPolicy, watchEndpointPolicy } from './endpoint-policy.ts'
import { type Listener, startListener, type Timeouts } from './listener.ts'
import type { Log } from './log.ts'
import type { RequestHandler } from './request-handler.ts'

export interface ListenersOptions {
  readonly config: Config
  /** Null where no listener needs it. */
  readonly tls: TlsMaterial | null
  readonly timeouts: Partial<Timeouts>
  /** What answers the requests that come through a door. */
  readonly handler: (door: Door) => RequestHandler
  readonly onRefused: (why: ConnectionRefusal) => void
  readonly log: Log
}

/** All that this server listens on. */
export interface Listeners {
  /** That of `--listen` first. */
  readonly open: readonly { readonly name: string; readonly url: string }[]
  /** Of the first that serves it; null where none does. */
  urlFor(surface: Surface): string | null
  /** See Listener. */
  setTls(material: TlsMaterial): void
  /** Reads the endpoint policies anew. */
  reloadPolicies(): Promise<void>
  /** See Listener. */
  close(graceMilliseconds: number): Promise<void>
}

/** @throws StartupError where one of them cannot be had; then none is */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const { config, onRefused, handler, log } = options
  const { maxConnectionsPerAddress } = config
  const started: { readonly settings: ListenerSettings; readonly listener: Listener }[] = []
  const policies: EndpointPolicy[] = []
  const close = async (grace: number): Promise<void> => {
    await Promise.all([
      ...started.map(({ listener }) => listener.close(grace)),
      ...policies.map((one) => one.close()),
    ])
  }
  try {
    for (const settings of listenersOf(config)) {
      const gate = connectionGate({ settings, maxConnectionsPerAddress, onRefused, log })
      const { name, endpointPolicy: file } = settings
      const policy = file === null ? null : await watchEndpointPolicy(name, file, log)
      if (policy !== null) policies.push(policy)
      const door = doorOf(settings, gate.admits, policy)
      started.push({ settings, listener: await startOne(options, settings, gate, handler(door)) })
    }
  } catch (error) {
    await close(0)
    throw error
  }
  return {
    open: started.map(({ settings: { name }, listener: { url } }) => ({ name, url })),
    urlFor: (surface) =>
      started.find(({ settings }) => settings.serves.includes(surface))?.listener.url ?? null,
    setTls: (material) => {
      for (const { listener } of started) listener.setTls(material)
    },
    reloadPolicies: async () => {
      for (const policy of policies) await policy.reload()
    },
    close,
  }
}

async function startOne(
  { tls, timeouts }: ListenersOptions,
  settings: ListenerSettings,
  gate: ConnectionGate,
  handler: RequestHandler,
): Promise<Listener> {
  return startListener({
    listen: settings.listen,
    tls: settings.insecureHttp ? null : tls,
    timeouts,
    asksForCertificates: settings.clientCertificates.length > 0,
    gate,
    handler,
  })
}
