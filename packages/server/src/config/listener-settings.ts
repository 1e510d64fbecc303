import { type CertificateRule, certificateRules } from './certificate-rules.ts'
import { suggestion } from './nearest-name.ts'
import {
  choices,
  type ListenAddress,
  listenAddress,
  networks,
  path,
  type SettingType,
  truth,
} from './setting-types.ts'
import type { Config } from './settings.ts'
import { isObject, writtenKinds, writtenValue } from './written-value.ts'

/**
 * What a listener may serve. `agents`: the calls of agents and those that give them credentials; `console`: the console's
 * pages, signing in, and what its pages ask; `administration`: every call of the API.
 */
export const surfaces = ['agents', 'console', 'administration'] as const

export type Surface = (typeof surfaces)[number]

/** An address that is listened on, who may come there, and what for. */
export interface ListenerSettings {
  readonly name: string
  readonly listen: ListenAddress
  readonly insecureHttp: boolean
  readonly serves: readonly Surface[]
  /** Addresses and networks that may connect; empty: all. */
  readonly allowNetworks: readonly string[]
  /** Those among them that may not. */
  readonly denyNetworks: readonly string[]
  readonly trustedProxies: readonly string[]
  /** Who comes with a client certificate; none are asked for where it is empty. */
  readonly clientCertificates: readonly CertificateRule[]
  /** File of the policy that everything there must be allowed by, too. */
  readonly endpointPolicy: string | null
}

/** Of the listener that `--listen` is about. */
const defaultListener = 'default'

/** Every listener there is to be: that of `--listen`, then the further ones. */
export function listenersOf(config: Config): readonly ListenerSettings[] {
  const { listen, insecureHttp, serves, allowNetworks, denyNetworks, trustedProxies } = config
  const { clientCertificates, endpointPolicy } = config
  const networks = { allowNetworks, denyNetworks, trustedProxies }
  const first = { listen, insecureHttp, serves, ...networks, clientCertificates, endpointPolicy }
  return [{ name: defaultListener, ...first }, ...config.listeners]
}

/** The type demands a reading for each part but the name. */
const parts: { readonly [K in Exclude<keyof ListenerSettings, 'name'>]: Part<ListenerSettings[K]> } = {
  listen: { type: listenAddress, default: null },
  insecureHttp: { type: truth, default: 'false' },
  serves: { type: choices('SURFACE', surfaces), default: surfaces.join(',') },
  allowNetworks: { type: networks, default: '' },
  denyNetworks: { type: networks, default: '' },
  trustedProxies: { type: networks, default: '' },
  clientCertificates: { type: certificateRules, default: '' },
  endpointPolicy: { type: optional(path('FILE')), default: '' },
}

interface Part<T> {
  readonly type: SettingType<T>
  /** Null where it must be given. */
  readonly default: string | null
}

/** Empty: none. */
function optional<T>(type: SettingType<T>): SettingType<T | null> {
  return { ...type, read: (text) => (text === '' ? null : type.read(text)) }
}

/** `{ "agents": { "listen": "10.0.0.5:8444", "serves": ["agents"] } }` */
export const furtherListeners: SettingType<ListenerSettings[]> = {
  placeholder: 'JSON',
  json: 'object',
  read: (text) => Object.entries(parseObject(text)).map(([name, value]) => readListener(name, value)),
}

const example = '{"agents":{"listen":"10.0.0.5:8444","serves":["agents"]}}'

function parseObject(text: string): object {
  let value: unknown = null
  try {
    value = JSON.parse(text || '{}')
  } catch {}
  if (!isObject(value)) throw new Error(`an object of listeners by their names, such as ${example}`)
  return value
}

function readListener(name: string, value: unknown): ListenerSettings {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name) || name === defaultListener) {
    throw new Error(
      `listeners whose names are up to 32 of a-z, 0-9 and -, and not '${defaultListener}', which is that of --listen; ` +
        `'${name}' is none`,
    )
  }
  if (!isObject(value)) throw new Error(`listeners that are objects, such as ${example}; '${name}' is none`)
  const unknown = Object.keys(value).find((key) => !(key in parts))
  if (unknown !== undefined) {
    throw new Error(
      `made of ${Object.keys(parts).join(', ')}; in '${name}' there is '${unknown}'${suggestion(unknown, Object.keys(parts))}`,
    )
  }
  const given = new Map<string, unknown>(Object.entries(value))
  const read = Object.entries(parts).map(([key, part]) => [key, readPart(name, key, part, given.get(key))])
  return { name, ...Object.fromEntries(read) }
}

function readPart(listener: string, key: string, part: Part<unknown>, value: unknown): unknown {
  const text = value === undefined ? part.default : writtenValue(part.type, value)
  try {
    if (text !== null) return part.type.read(text)
  } catch (error) {
    throw new Error(`right in every part; in '${listener}', '${key}' must be ${(error as Error).message}`)
  }
  throw new Error(`right in every part; in '${listener}', '${key}' must be ${writtenKinds[part.type.json]}`)
}

/** Listeners that are fine alone and wrong together. */
export function listenerContradictions(config: Config, isLoopback: (host: string) => boolean): string[] {
  const problems: string[] = []
  const listeners = listenersOf(config)
  for (const { name, listen, insecureHttp, clientCertificates } of listeners) {
    if (insecureHttp && clientCertificates.length > 0)
      problems.push(`Client certificates need TLS, and the listener '${name}' speaks plain HTTP.`)
    if (!insecureHttp || isLoopback(listen.host)) continue
    const [setting, address] =
      name === defaultListener ? ['--insecure-http', '--listen'] : [`insecureHttp in '${name}'`, 'listen']
    problems.push(
      `${setting} is for loopback addresses only, and ${address} names ${listen.host}: ` +
        `leave ${name === defaultListener ? '--insecure-http' : 'it'} out to use TLS, or listen on 127.0.0.1.`,
    )
  }
  if (!listeners.some(({ serves }) => serves.includes('administration'))) {
    problems.push(
      'No listener serves administration: nobody could change anything any more. Let one serve it.',
    )
  }
  return problems
}
