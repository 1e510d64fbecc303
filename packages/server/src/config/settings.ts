import { isIP } from 'node:net'

/** What the server runs by. Made by `loadConfig` and trusted from then on. */
export interface Config {
  readonly dataDirectory: string
  readonly listen: ListenAddress
  readonly insecureHttp: boolean
  readonly tlsNames: readonly string[]
  readonly masterKeyFile: string | null
  readonly accountId: string
  readonly region: string
  readonly regions: readonly string[]
  readonly clockSkewSeconds: number
  readonly agentPeriodSeconds: number
  readonly agentSamplingIntervalMilliseconds: number
  readonly agentMinimumReportingMilliseconds: number
  readonly agentMemoryUsageLimitPercent: number
  readonly agentMaxStackDepth: number
  readonly maxBodyBytes: number
  readonly maxInflatedBytes: number
  readonly maxProfileDepth: number
  readonly maxProfileNodes: number
  readonly maxProfileNames: number
  readonly maxNameBytes: number
  readonly maxProfileAgeSeconds: number
  readonly maxProfilingGroups: number
  readonly metricsNetworks: readonly string[]
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** One setting: its flag, environment variable, place in the file, default and reader, all derived from one row. */
export interface Setting {
  /** Key in the configuration file and in `Config`. */
  readonly name: keyof Config
  /** `--listen`; the environment variable is `WICK_LISTEN`. */
  readonly flag: string
  /** What stands for the value in help; null for a switch. */
  readonly value: string | null
  /** As it would be written; null where there is none. */
  readonly default: string | null
  readonly help: string
  /** @throws Error with a text that completes "… must be" */
  readonly parse: (text: string) => unknown
}

const mebibyte = 1024 * 1024

export const settings: readonly Setting[] = [
  setting('dataDirectory', 'data', 'DIR', null, 'everything Wick keeps; made on first start', nonEmpty),
  setting(
    'listen',
    'listen',
    'HOST:PORT',
    '127.0.0.1:8443',
    'where to listen; port 0 picks a free one',
    listenAddress,
  ),
  setting('insecureHttp', 'insecure-http', null, 'false', 'plain HTTP, on loopback addresses only', truth),
  setting('tlsNames', 'tls-name', 'NAME,…', 'localhost', 'names the server certificate is made for', list),
  setting(
    'masterKeyFile',
    'master-key-file',
    'FILE',
    null,
    'the master key; DIR/master.key unless set',
    nonEmpty,
  ),
  setting('accountId', 'account', 'ID', '000000000000', 'the account of the first start, 12 digits', account),
  setting('region', 'region', 'REGION', 'us-east-1', 'the region in ARNs and signatures', word),
  setting('regions', 'regions', 'REGION,…', '', 'further regions accepted in signatures', list),
  setting(
    'clockSkewSeconds',
    'clock-skew-seconds',
    'N',
    '300',
    'how far a signature may be off',
    whole(1, 900),
  ),
  setting(
    'agentPeriodSeconds',
    'agent-period-seconds',
    'N',
    '300',
    'how often agents report',
    whole(1, 86_400),
  ),
  setting(
    'agentSamplingIntervalMilliseconds',
    'agent-sampling-interval-milliseconds',
    'N',
    '1000',
    'time between two samples',
    whole(10, 3_600_000),
  ),
  setting(
    'agentMinimumReportingMilliseconds',
    'agent-minimum-reporting-milliseconds',
    'N',
    '60000',
    'shorter profiles are not posted',
    whole(0, 86_400_000),
  ),
  setting(
    'agentMemoryUsageLimitPercent',
    'agent-memory-usage-limit-percent',
    'N',
    '10',
    'agents read it as their CPU limit, too',
    whole(1, 100),
  ),
  setting(
    'agentMaxStackDepth',
    'agent-max-stack-depth',
    'N',
    '1000',
    'deeper stacks are cut by the agent',
    whole(1, 10_000),
  ),
  setting(
    'maxBodyBytes',
    'max-body-bytes',
    'N',
    String(32 * mebibyte),
    'largest body on the wire',
    whole(1024, 1024 * mebibyte),
  ),
  setting(
    'maxInflatedBytes',
    'max-inflated-bytes',
    'N',
    String(128 * mebibyte),
    'largest body once decompressed',
    whole(1024, 2000 * mebibyte),
  ),
  setting('maxProfileDepth', 'max-profile-depth', 'N', '1024', 'frames on one call path', whole(1, 10_000)),
  setting(
    'maxProfileNodes',
    'max-profile-nodes',
    'N',
    '200000',
    'call paths in one profile',
    whole(1, 4_000_000),
  ),
  setting(
    'maxProfileNames',
    'max-profile-names',
    'N',
    '200000',
    'distinct frame names in one profile',
    whole(1, 4_000_000),
  ),
  setting('maxNameBytes', 'max-name-bytes', 'N', '4096', 'length of one name', whole(1, 65_536)),
  setting(
    'maxProfileAgeSeconds',
    'max-profile-age-seconds',
    'N',
    '86400',
    'older profiles are refused',
    whole(300, 604_800),
  ),
  setting(
    'maxProfilingGroups',
    'max-profiling-groups',
    'N',
    '500',
    'profiling groups for each account and region',
    whole(1, 1_000_000),
  ),
  setting(
    'metricsNetworks',
    'metrics-networks',
    'CIDR,…',
    '',
    'who besides loopback may read /metrics',
    networks,
  ),
]

function setting(
  name: keyof Config,
  flag: string,
  value: string | null,
  standard: string | null,
  help: string,
  parse: (text: string) => unknown,
): Setting {
  return { name, flag: `--${flag}`, value, default: standard, help, parse }
}

export function environmentName({ flag }: Setting): string {
  return `WICK_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
}

function nonEmpty(text: string): string {
  if (text === '') throw new Error('not empty')
  return text
}

function truth(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error('true or false')
  return text === 'true'
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isSafeInteger(number) || number < min || number > max) {
      throw new Error(`a whole number from ${min} to ${max}`)
    }
    return number
  }
}

function account(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new Error('12 digits')
  return text
}

function word(text: string): string {
  if (!/^[a-z0-9-]{1,64}$/.test(text)) throw new Error('a region name such as us-east-1')
  return text
}

/** `127.0.0.1:8443`, `[::1]:8443`, `localhost:0` */
function listenAddress(text: string): ListenAddress {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, '$1')
  const port = text.slice(colon + 1)
  if (host === '' || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error('HOST:PORT, for example 127.0.0.1:8443 or [::1]:8443')
  return { host, port: Number(port) }
}

function networks(text: string): string[] {
  return list(text).map((network) => {
    const [address = '', bits, ...rest] = network.split('/')
    const longest = isIP(address) === 6 ? 128 : 32
    const isLength = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
    if (isIP(address) === 0 || !isLength || rest.length > 0)
      throw new Error('addresses or networks such as 10.0.0.0/8')
    return network
  })
}

/** Whether only programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
