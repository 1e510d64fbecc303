/**
 * Every setting, in one table: flag, environment variable, key in the configuration file, default, help and the reading
 * of its text all come from its row here.
 */
import { type CertificateRule, certificateRules } from './certificate-rules.ts'
import { furtherListeners, type ListenerSettings, type Surface, surfaces } from './listener-settings.ts'
import type { SecretKey } from './secret-key.ts'
import {
  accountId,
  certificateNames,
  choice,
  choices,
  type GroupRole,
  groupRoles,
  hosts,
  issuers,
  issuerUrl,
  type ListenAddress,
  listenAddress,
  mailServer,
  networks,
  path,
  region,
  regions,
  type SettingType,
  truth,
  whole,
  word,
  words,
} from './setting-types.ts'

/** What the server runs by. Made by `loadConfig` and trusted from then on. */
export interface Config {
  readonly dataDirectory: string
  readonly listen: ListenAddress
  readonly insecureHttp: boolean
  /** Whether nobody enters the console with a password alone. */
  readonly requireConsoleMfa: boolean
  /** Null: nobody signs in at an identity provider. */
  readonly oidcIssuer: string | null
  readonly oidcClientId: string
  /** Null: a public client. */
  readonly oidcClientSecretFile: string | null
  readonly oidcGroupsClaim: string
  readonly oidcScopes: readonly string[]
  readonly oidcRoles: readonly GroupRole[]
  readonly tlsNames: readonly string[]
  /** The operator's own certificate and its key, PEM; null: those in the data directory. */
  readonly tlsCertificateFile: string | null
  readonly tlsKeyFile: string | null
  /** Null: `master.key` in the data directory. */
  readonly masterKeyFile: string | null
  readonly accountId: string
  readonly region: string
  /** Accepted in signatures besides `region`. */
  readonly regions: readonly string[]
  readonly clockSkewSeconds: number
  readonly agentPeriodSeconds: number
  readonly agentSamplingIntervalMilliseconds: number
  readonly agentMinimumReportingMilliseconds: number
  readonly agentMemoryUsageLimitPercent: number
  readonly agentMaxStackDepth: number
  /** Of the whole process; memory-shares.ts divides it. */
  readonly memoryBudgetBytes: number
  readonly maxBodyBytes: number
  readonly maxInflatedBytes: number
  readonly maxProfileDepth: number
  readonly maxProfileNodes: number
  readonly maxProfileNames: number
  readonly maxNameBytes: number
  readonly maxProfileAgeSeconds: number
  readonly maxProfilingGroups: number
  readonly agentCallsPerSecond: number
  readonly callsPerSecond: number
  /** Whether generated parts of frame names are left out. */
  readonly normaliseNames: boolean
  readonly fiveMinuteRetentionDays: number
  readonly hourlyRetentionDays: number
  readonly dailyRetentionDays: number
  /** Addresses and networks (CIDR) that may read /metrics besides loopback. */
  readonly metricsNetworks: readonly string[]
  /** How many profiling groups have series of their own at /metrics. */
  readonly metricsGroups: number
  /** Addresses and networks of proxies whose word about the caller's address and transport is taken. */
  readonly trustedProxies: readonly string[]
  /** What the listener of `listen` serves. */
  readonly serves: readonly Surface[]
  /** Who may connect to it; empty: all. */
  readonly allowNetworks: readonly string[]
  readonly denyNetworks: readonly string[]
  /** Who comes to it with a client certificate; empty: none are asked for. */
  readonly clientCertificates: readonly CertificateRule[]
  /** File of a policy that everything there must be allowed by, too. */
  readonly endpointPolicy: string | null
  /** Those beside it. */
  readonly listeners: readonly ListenerSettings[]
  /** From one address at one time, on each listener. */
  readonly maxConnectionsPerAddress: number
  /** Issuers of OpenID Connect that may be in this machine's own networks. */
  readonly oidcPrivateIssuers: readonly string[]
  /** PEM; authorities to be trusted with issuers beside those that Node trusts. */
  readonly oidcCaFile: string | null
  /** Whether allowed calls of agents are recorded one by one, or counted by the minute. */
  readonly auditDataEvents: 'minute' | 'each'
  readonly auditRetentionDays: number
  /** Where digests of the trail are copied to; null: nowhere. */
  readonly auditCopyDirectory: string | null
  /** Where they are sent to; null: nowhere. */
  readonly auditSink: string | null
  /** Where notifications to topics are sent; null: AWS's own SNS. */
  readonly snsEndpoint: string | null
  /** Through which mail is sent, `smtps://HOST:PORT`; null: none is. */
  readonly smtpServer: string | null
  /** Whom mail is from. */
  readonly smtpFrom: string | null
  /** `USER:PASSWORD` in a line. */
  readonly smtpCredentialsFile: string | null
  /** Hosts of webhooks that may be in this machine's own networks. */
  readonly webhookPrivateHosts: readonly string[]
  /** JSON file of what hosts cost; null: the prices that come with Wick. */
  readonly priceTable: string | null
  /** Null: the key is in a file. The one setting without a row: it comes from the environment only and is never shown. */
  readonly masterKey: SecretKey | null
}

export type SettingName = Exclude<keyof Config, 'masterKey'>

export interface Setting {
  /** Where the value goes in `Config`. */
  readonly name: SettingName
  /** `--tls-name`; in the environment WICK_TLS_NAME, in the configuration file tlsName. */
  readonly flag: string
  readonly variable: string
  readonly key: string
  readonly type: SettingType<unknown>
  /** As it would be written; null where there is none. */
  readonly default: string | null
  readonly help: string
}

interface Row<T> {
  readonly flag: string
  readonly type: SettingType<Exclude<T, null>>
  readonly default: string | null
  readonly help: string
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const callRate = whole(0, 1_000_000)
const retentionDays = whole(1, 36_500)
const bytes = whole(kibibyte, 1024 * mebibyte)

/** The type demands a row for each setting, of its type. */
const rows: { readonly [K in SettingName]: Row<Config[K]> } = {
  dataDirectory: row('--data', path('DIR'), null, 'everything Wick keeps; made on the first start'),
  listen: row('--listen', listenAddress, '127.0.0.1:8443', 'where to listen; port 0 picks a free one'),
  insecureHttp: row('--insecure-http', truth, 'false', 'plain HTTP, on loopback addresses only'),
  tlsNames: row('--tls-name', certificateNames, 'localhost', 'names and addresses of the server certificate'),
  masterKeyFile: row('--master-key-file', path('FILE'), null, 'the master key, if not DIR/master.key'),
  accountId: row('--account', accountId, '000000000000', 'the account made on the first start'),
  region: row('--region', region, 'us-east-1', 'the region in ARNs and signatures'),
  regions: row('--regions', regions, '', 'further regions accepted in signatures'),
  clockSkewSeconds: row(
    '--clock-skew-seconds',
    whole(1, 900),
    '300',
    "how far a signature's time may be off",
  ),
  agentPeriodSeconds: row('--agent-period-seconds', whole(1, 86_400), '300', 'how often agents report'),
  agentSamplingIntervalMilliseconds: row(
    '--agent-sampling-interval-milliseconds',
    whole(10, 3_600_000),
    '1000',
    'how often agents sample',
  ),
  agentMinimumReportingMilliseconds: row(
    '--agent-minimum-reporting-milliseconds',
    whole(0, 86_400_000),
    '60000',
    'agents keep back profiles shorter than this',
  ),
  agentMemoryUsageLimitPercent: row(
    '--agent-memory-usage-limit-percent',
    whole(1, 100),
    '10',
    "the limit at which agents throttle; AWS's Python agent takes it for CPU",
  ),
  agentMaxStackDepth: row('--agent-max-stack-depth', whole(1, 10_000), '1000', 'agents cut deeper stacks'),
  memoryBudgetBytes: row(
    '--memory-budget-bytes',
    whole(mebibyte, 1024 * 1024 * mebibyte),
    String(512 * mebibyte),
    'memory of the whole process; too much at one time is answered 503',
  ),
  maxBodyBytes: row('--max-body-bytes', bytes, String(32 * mebibyte), 'largest body on the wire'),
  maxInflatedBytes: row('--max-inflated-bytes', bytes, String(128 * mebibyte), 'largest body once inflated'),
  maxProfileDepth: row('--max-profile-depth', whole(1, 10_000), '1024', 'frames on one call path'),
  maxProfileNodes: row('--max-profile-nodes', whole(1, 4_000_000), '200000', 'call paths in one profile'),
  maxProfileNames: row('--max-profile-names', whole(1, 4_000_000), '200000', 'distinct names in one profile'),
  maxNameBytes: row('--max-name-bytes', whole(1, 65_536), '4096', 'bytes in one name'),
  maxProfileAgeSeconds: row(
    '--max-profile-age-seconds',
    whole(300, 604_800),
    '86400',
    'older profiles are refused',
  ),
  maxProfilingGroups: row(
    '--max-profiling-groups',
    whole(1, 1_000_000),
    '500',
    'profiling groups for each account and region',
  ),
  agentCallsPerSecond: row(
    '--agent-calls-per-second',
    callRate,
    '2000',
    'ConfigureAgent and PostAgentProfile of one identity; ten seconds of it at once; 0 for any number',
  ),
  callsPerSecond: row(
    '--calls-per-second',
    callRate,
    '1000',
    'all other calls of one identity; ten seconds of it at once; 0 for any number',
  ),
  normaliseNames: row(
    '--normalise-names',
    truth,
    'true',
    'take generated parts out of frame names; --normalise-names=false keeps them',
  ),
  fiveMinuteRetentionDays: row(
    '--five-minute-retention-days',
    retentionDays,
    '15',
    'how long 5-minute profiles are kept; a group can have its own rule',
  ),
  hourlyRetentionDays: row(
    '--hourly-retention-days',
    retentionDays,
    '60',
    'how long profiles summed by the hour are kept',
  ),
  dailyRetentionDays: row(
    '--daily-retention-days',
    retentionDays,
    '1095',
    'how long profiles summed by the day are kept',
  ),
  metricsNetworks: row('--metrics-networks', networks, '', 'who besides loopback may read /metrics'),
  metricsGroups: row(
    '--metrics-groups',
    whole(0, 10_000),
    '100',
    'how many groups have series of their own at /metrics, those with most samples first',
  ),
  tlsCertificateFile: row(
    '--tls-certificate',
    path('FILE'),
    null,
    'your own certificate, with its chain, PEM',
  ),
  tlsKeyFile: row('--tls-key', path('FILE'), null, 'its private key'),
  oidcPrivateIssuers: row(
    '--oidc-private-issuers',
    issuers,
    '',
    'OpenID Connect issuers that may be in our own networks',
  ),
  oidcCaFile: row('--oidc-ca-file', path('FILE'), null, 'authorities to trust with issuers, PEM'),
  auditDataEvents: row(
    '--audit-data-events',
    choice('minute', 'each'),
    'minute',
    'how calls of agents are recorded: counted by the minute, or each; what is refused is always recorded',
  ),
  auditRetentionDays: row('--audit-retention-days', retentionDays, '400', 'how long audit records are kept'),
  trustedProxies: row('--trusted-proxies', networks, '', 'whose X-Forwarded-For and -Proto are believed'),
  requireConsoleMfa: row(
    '--require-console-mfa',
    truth,
    'false',
    'a second factor for everybody who signs in to the console with a password or a link',
  ),
  oidcIssuer: row('--oidc-issuer', issuerUrl, null, 'identity provider of people who sign in to the console'),
  oidcClientId: row('--oidc-client-id', word, 'wick', 'what the provider calls this console'),
  oidcClientSecretFile: row(
    '--oidc-client-secret-file',
    path('FILE'),
    null,
    'the secret that the provider gave for it, where it gave one',
  ),
  oidcGroupsClaim: row('--oidc-groups-claim', word, 'groups', 'the claim that holds the groups of a person'),
  oidcScopes: row('--oidc-scopes', words, 'openid,profile,email', 'what the provider is asked for'),
  oidcRoles: row(
    '--oidc-roles',
    groupRoles,
    '',
    'which role a group has in the console; the first that matches',
  ),
  serves: row('--serves', choices('SURFACE', surfaces), surfaces.join(','), 'what is served at --listen'),
  allowNetworks: row('--allow-networks', networks, '', 'who alone may connect to --listen; empty: all'),
  denyNetworks: row('--deny-networks', networks, '', 'who among them may not'),
  clientCertificates: row(
    '--client-certificates',
    certificateRules,
    '',
    'roles of client certificates, by name',
  ),
  endpointPolicy: row(
    '--endpoint-policy',
    path('FILE'),
    null,
    'what is allowed at --listen at most, to anybody',
  ),
  listeners: row('--listeners', furtherListeners, '', 'further listeners, by name'),
  maxConnectionsPerAddress: row(
    '--max-connections-per-address',
    whole(1, 10_000),
    '1000',
    'connections from one address at one time; loopback is not counted',
  ),
  priceTable: row(
    '--price-table',
    path('FILE'),
    null,
    'what hosts cost by the hour, JSON; else on-demand prices of AWS in us-east-1',
  ),
  auditCopyDirectory: row(
    '--audit-copy-directory',
    path('DIR'),
    null,
    'digests of the audit trail are copied there, each hour: elsewhere, where nobody can change them',
  ),
  snsEndpoint: row(
    '--sns-endpoint',
    issuerUrl,
    null,
    'where notifications are published, if not at AWS; credentials are those of the AWS SDK',
  ),
  smtpServer: row('--smtp-server', mailServer, null, 'mail server that notifications are sent through'),
  smtpFrom: row('--smtp-from', word, null, 'whom they are from: needed with --smtp-server'),
  smtpCredentialsFile: row(
    '--smtp-credentials-file',
    path('FILE'),
    null,
    'USER:PASSWORD for the mail server, where it asks for them',
  ),
  webhookPrivateHosts: row(
    '--webhook-private-hosts',
    hosts,
    '',
    'hosts of webhooks that may be in our own networks',
  ),
  auditSink: row('--audit-sink', issuerUrl, null, 'and are posted there, each hour'),
}

export const settings: readonly Setting[] = Object.entries(rows).map(([name, { flag, ...rest }]) => ({
  name: name as SettingName,
  flag,
  variable: `WICK_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`,
  key: flag.slice(2).replaceAll(/-[a-z]/g, (letter) => letter[1]!.toUpperCase()),
  ...rest,
}))

function row<T>(flag: string, type: SettingType<T>, standard: string | null, help: string): Row<T> {
  return { flag, type: type as SettingType<Exclude<T, null>>, default: standard, help }
}

/** The file of settings itself: named by a flag or the environment, so it has no row above. */
export const configFileFlag = '--config'
export const configFileVariable = 'WICK_CONFIG'
