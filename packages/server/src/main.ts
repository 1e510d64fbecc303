import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { defaultLimits, type ProfileLimits } from '@wick/profile'
import { ApiError } from '@wick/wire'
import { alarmJob } from './alarms/alarm-job.ts'
import { groupMeasures } from './alarms/measure-groups.ts'
import { measuredFigures } from './alarms/measured-figures.ts'
import { alarmWatch } from './alarms/watch-alarms.ts'
import { anomalyJob } from './anomalies/find-anomalies.ts'
import { startAnalysisThread } from './anomalies/start-analysis-thread.ts'
import { type DigestChain, openDigestChain } from './audit/digest-chain.ts'
import { digestCopies } from './audit/digest-copies.ts'
import { trailFiles } from './audit/digest-files.ts'
import { readTrail } from './audit/read-trail.ts'
import { openKeys, type PublicKey } from './audit/signing-key.ts'
import { type AuditTrail, auditTrail } from './audit/trail.ts'
import { type EvidenceVerdict, verifyEvidence } from './audit/verify-evidence.ts'
import { type MemoryShares, memoryShares } from './config/memory-shares.ts'
import { standardRetention } from './config/retention.ts'
import type { Config } from './config/settings.ts'
import { readPrices } from './cost/read-prices.ts'
import { reportJob } from './findings/make-reports.ts'
import { consoleFiles } from './http/console-files.ts'
import type { Identities } from './http/identify.ts'
import type { Timeouts } from './http/listener.ts'
import { type Listeners, startListeners } from './http/listeners.ts'
import { jsonLog, type Log } from './http/log.ts'
import { loopbackAnd } from './http/networks.ts'
import { readinessOf } from './http/readiness.ts'
import { type RequestHandlerOptions, requestHandler } from './http/request-handler.ts'
import type { Accounts } from './identity/accounts.ts'
import { administratorName, writeAwsConfig } from './identity/administrator.ts'
import { consoleAccess } from './identity/console-access.ts'
import {
  type DataDirectory,
  lockUsedDirectory,
  masterKeyPlace,
  openDataDirectory,
} from './identity/data-directory.ts'
import type { Envelope } from './identity/envelope.ts'
import { openLastUses } from './identity/last-uses.ts'
import { openMasterKey } from './identity/master-key.ts'
import { passwords } from './identity/passwords.ts'
import { type KeyRotation, type RotatedKeys, rotateKeys } from './identity/rotate-keys.ts'
import { secondFactor } from './identity/second-factor.ts'
import { dataKeyPurpose } from './identity/secret-purpose.ts'
import type { TlsMaterial } from './identity/tls-material.ts'
import { type TlsWatch, watchTls } from './identity/tls-watch.ts'
import { type Job, type JobRunner, jobRunner } from './jobs/job-runner.ts'
import { createMetrics, type Metrics } from './metrics/catalogue.ts'
import { mailSender } from './notifications/mail-sender.ts'
import { publishRight } from './notifications/may-publish.ts'
import { newsSender } from './notifications/news-sender.ts'
import { receiverSender } from './notifications/receiver-sender.ts'
import { notificationJob } from './notifications/send-notifications.ts'
import { snsSender } from './notifications/sns-sender.ts'
import { boundedQuestions, profileQuestions, questionLimits } from './operations/bounded-questions.ts'
import { byteBudget } from './operations/byte-budget.ts'
import { cachedCatalog } from './operations/cached-catalog.ts'
import { callThrottle } from './operations/call-throttle.ts'
import type { Services } from './operations/context.ts'
import { inflater } from './operations/inflate.ts'
import { orchestrations } from './operations/orchestrations.ts'
import { issuerDocuments } from './outgoing/issuer-documents.ts'
import { postDocument } from './outgoing/post-document.ts'
import { type OidcSignIn, oidcSignIn } from './sign-in/oidc.ts'
import { ownPasskeys } from './sign-in/own-passkeys.ts'
import { signIn } from './sign-in/sign-in.ts'
import { StartupError } from './startup-error.ts'
import type { ChainHead } from './storage/audit-chain.ts'
import type { Catalog, GroupRecord, Subject } from './storage/catalog.ts'
import type { GroupKey, ProfileStore } from './storage/ports.ts'
import { trustedTime } from './storage/retention-clock.ts'
import { startCatalogThread } from './storage/sqlite/start-catalog-thread.ts'
import { startProfileThread } from './store/start-profile-thread.ts'
import { issuerKeys } from './sts/issuer-keys.ts'
import { sessions } from './sts/sessions.ts'

/**
 * The composition root: the only file that knows concrete adapters. Opens what is below (data directory, profiles),
 * puts the operations on it, listens; and takes it all down again in the opposite order.
 */
export interface RunningServer {
  /** Where it listens, with the port that was found free. */
  readonly url: string
  readonly furtherListeners: readonly { readonly name: string; readonly url: string }[]
  /** A one-time link that signs the administrator in to the console. */
  createSignInLink(): Promise<string>
  /** Takes a new certificate and key from their files now, instead of within ten seconds. */
  reload(): Promise<void>
  /** Answers what is under way, keeps what is owed, and ends. */
  stop(): Promise<void>
  /** Resolves when the server has ended, by `stop` (0) or because it could not go on (1). */
  readonly stopped: Promise<{ readonly exitCode: 0 | 1 }>
}

export interface StartOptions {
  /** JSON lines on stderr unless given. */
  readonly log?: Log
  /** Epoch milliseconds; the profile thread keeps its own clock. */
  readonly now?: () => number
  readonly timeouts?: Partial<Timeouts>
  readonly consoleDirectory?: string
}

const version = '0.1.0'
/** Of so many addresses strangers' bodies are read at once, though each sends as much as it may. */
const strangersAtOnce = 8
const drainMilliseconds = 10_000
const flushMilliseconds = 1000
/** How often it is looked which jobs are due. */
const jobMilliseconds = 1000
const hourMilliseconds = 3_600_000
/** What could not be copied elsewhere is tried again. */
const copyMilliseconds = 60_000
const dayMilliseconds = 24 * hourMilliseconds
/** Uses of keys are kept to the minute. */
const useFlushMilliseconds = 60_000
const builtConsole = join(import.meta.dirname, '../../web/dist')

/** Starts everything and returns once it listens. @throws StartupError */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const log = options.log ?? jsonLog((line) => process.stderr.write(line))
  const now = options.now ?? Date.now
  const metrics = createMetrics(version, config.memoryBudgetBytes, config.metricsGroups)
  const shares = memoryShares(config)
  const closing: (() => Promise<void> | void)[] = [() => metrics.close()]
  try {
    // The profile thread asks the catalog's for the manifest, without a detour through this one.
    const manifest = new MessageChannel()
    let fail: Lifecycle['fail'] = () => {}
    const startCatalog = (file: string): Promise<Catalog> =>
      startCatalogThread(file, {
        manifestPort: manifest.port1,
        onFatal: (message) => fail('catalog.fatal', message),
      })
    const directory = await openDataDirectory(config, startCatalog, now())
    closing.push(() => directory.close())
    for (const message of directory.notices) log({ level: 'warn', event: 'directory.notice', message })
    const lifecycle = lifecycleOf(log, closing)
    fail = lifecycle.fail
    let lent = 0
    const store = await openStore({
      config,
      shares,
      directory,
      manifestPort: manifest.port2,
      onLent: (bytes) => {
        lent = bytes
      },
      metrics,
      log,
      fail: lifecycle.fail,
    })
    // Closed before the directory: until its end it may write to the manifest.
    closing.push(() => store.close())
    return await listen({
      config,
      shares,
      directory,
      store,
      lent: () => lent,
      metrics,
      log,
      now,
      lifecycle,
      options,
      closing,
    })
  } catch (error) {
    await closeAll(closing)
    throw error
  }
}

/** On a directory that no server runs on. @throws StartupError */
export function rotateDirectoryKeys(config: Config, rotation: KeyRotation): Promise<RotatedKeys> {
  return rotateKeys(config, rotation, startCatalogThread)
}

export interface TrailProof {
  /** A record's hash that was kept elsewhere. */
  readonly noted: ChainHead | null
  /** The directory of a copy of the digests that lies elsewhere. */
  readonly outside: string | null
  /** Whose signatures count; null: the keys in the catalog, opened with the master key. */
  readonly publicKeys: readonly PublicKey[] | null
}

/** Of a directory that no server runs on. @throws StartupError; DirectoryInUse where one does */
export function verifyDirectoryTrail(config: Config, proof: TrailProof): Promise<EvidenceVerdict> {
  const { publicKeys, ...rest } = proof
  return onTrail(resolve(config.dataDirectory), async (catalog) =>
    verifyEvidence({
      ...{ log: catalog, files: trailFiles(resolve(config.dataDirectory)), isRunning: false, ...rest },
      keys: publicKeys ?? (await keptKeys(config, catalog)),
    }),
  )
}

/** Keys of digests, in their order, of a directory that no server runs on. @throws StartupError; DirectoryInUse where one does */
export function directoryAuditKeys(config: Config): Promise<readonly PublicKey[]> {
  return onTrail(resolve(config.dataDirectory), (catalog) => keptKeys(config, catalog))
}

/** Only what the master key opens is ours. @throws StartupError */
async function keptKeys(config: Config, catalog: Catalog): Promise<readonly PublicKey[]> {
  const rows = await catalog.auditKeys()
  if (rows.length === 0) return []
  const { sealer } = await openMasterKey(masterKeyPlace(config), catalog)
  try {
    return openKeys(rows, sealer).publicKeys
  } catch (error) {
    throw new StartupError(`A key of the audit trail in catalog.db was changed: ${(error as Error).message}.`)
  }
}

/** Of a directory that no server runs on. @throws StartupError */
export function readDirectoryTrail(
  path: string,
  range: Parameters<typeof readTrail>[1],
  take: Parameters<typeof readTrail>[2],
): Promise<void> {
  return onTrail(path, (catalog) => readTrail(catalog, range, take))
}

async function onTrail<T>(path: string, look: (catalog: Catalog) => Promise<T>): Promise<T> {
  const { catalog, close } = await lockUsedDirectory(path, startCatalogThread)
  try {
    return await look(catalog)
  } finally {
    await close()
  }
}

interface Lifecycle {
  readonly isStopping: () => boolean
  readonly stop: () => Promise<void>
  /** The server cannot go on: says so, and ends. */
  readonly fail: (event: string, message: string) => void
  readonly stopped: RunningServer['stopped']
}

function lifecycleOf(log: Log, closing: readonly (() => Promise<void> | void)[]): Lifecycle {
  const { promise: stopped, resolve } = Promise.withResolvers<{ readonly exitCode: 0 | 1 }>()
  let ending: Promise<void> | null = null
  const end = (exitCode: 0 | 1): Promise<void> => {
    ending ??= closeAll(closing, log).then(() => resolve({ exitCode }))
    return ending
  }
  return {
    isStopping: () => ending !== null,
    stop: () => end(0),
    fail: (event, message) => {
      if (ending !== null) return
      log({ level: 'error', event, message })
      void end(1)
    },
    stopped,
  }
}

/** Last opened, first closed; one that fails does not keep the others open. */
async function closeAll(closing: readonly (() => Promise<void> | void)[], log?: Log): Promise<void> {
  for (const close of closing.toReversed()) {
    try {
      await close()
    } catch (error) {
      log?.({ level: 'error', event: 'server.close-failed', message: (error as Error).message })
    }
  }
}

interface StoreParts extends Pick<Parts, 'config' | 'shares' | 'directory' | 'metrics' | 'log'> {
  readonly manifestPort: MessagePort
  /** Told what dictionaries hold of the room of inflated bodies. */
  readonly onLent: (bytes: number) => void
  readonly fail: Lifecycle['fail']
}

function openStore({
  config,
  shares,
  directory,
  manifestPort,
  metrics,
  log,
  onLent,
  fail,
}: StoreParts): Promise<ProfileStore> {
  const { path, catalog, sealer } = directory
  return catalog.allGroups().then((groups) =>
    startProfileThread(
      {
        directory: join(path, 'profiles'),
        blobs: join(path, 'blocks'),
        manifestPort,
        groups: groups.map((group) => groupKeyOf(group, path, sealer)),
        limits: limitsOf(config),
        maxProfileAgeMilliseconds: config.maxProfileAgeSeconds * 1000,
        shares,
        normaliseNames: config.normaliseNames,
        retention: standardRetention(config),
      },
      {
        onDamage: (damage) => {
          metrics.damaged()
          log({ level: 'error', event: 'store.damage', ...damage })
        },
        onMemory: (held) => {
          onLent(Math.max(0, held.dictionaries - shares.ownDictionaries))
          metrics.holds('dictionaries', held.dictionaries)
          metrics.holds('queue', held.queue)
        },
        onTrouble: (message) => log({ level: 'warn', event: 'store.maintenance-failed', message }),
        onNotice: (message) => log({ level: 'warn', event: 'store.notice', message }),
        onFatal: (message) => fail('store.fatal', message),
      },
    ),
  )
}

/** @throws StartupError */
function groupKeyOf({ id, name, sealedDataKey }: GroupRecord, path: string, sealer: Envelope): GroupKey {
  try {
    return { id, dataKey: sealer.open(dataKeyPurpose(id), sealedDataKey) }
  } catch (error) {
    throw new StartupError(
      `The data key of the profiling group '${name}' in ${path}/catalog.db cannot be opened: ` +
        `${(error as Error).message}. Restore the whole directory from one backup: an older catalog alone would not name ` +
        'what was sealed since. Nothing was changed.',
    )
  }
}

function limitsOf(config: Config): ProfileLimits {
  return {
    ...defaultLimits,
    maxDepth: config.maxProfileDepth,
    maxNodes: config.maxProfileNodes,
    maxNames: config.maxProfileNames,
    maxNameBytes: config.maxNameBytes,
  }
}

interface Parts {
  readonly config: Config
  readonly shares: MemoryShares
  readonly directory: DataDirectory
  readonly store: ProfileStore
  /** What dictionaries hold of the room of inflated bodies. */
  readonly lent: () => number
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
  readonly lifecycle: Lifecycle
  readonly options: StartOptions
  readonly closing: (() => Promise<void> | void)[]
}

async function listen(parts: Parts): Promise<RunningServer> {
  const { config, shares, directory, metrics, log, now, lifecycle, options, closing } = parts
  const catalog = cachedCatalog(directory.catalog, () => performance.now())
  const orchestrated = orchestrations(catalog)
  const lastUses = await openLastUses(catalog, directory.accounts)
  const storeFor = boundedQuestions(parts.store, profileQuestions, questionLimits, metrics.refused)
  let listeners: Listeners | null = null
  const consoleUrl = (): string | null => {
    const url = listeners?.urlFor('console') ?? null
    return url === null ? null : `${reachable(url)}/console`
  }
  const send = newsSender({
    topics: snsSender({
      endpoint: config.snsEndpoint,
      mayPublish: publishRight(directory.accounts, config.region, now),
      consoleUrl,
    }),
    receivers: receiverSender({
      mail: await mailSender(config),
      ...{ catalog, sealer: directory.sealer, privateHosts: config.webhookPrivateHosts, consoleUrl, now },
    }),
  })
  const work: Omit<Services, 'jobs'> = {
    config,
    catalog,
    accounts: directory.accounts,
    passwords: passwords(),
    sessions: sessions(directory.accounts),
    lastUses,
    secondFactor: secondFactor(directory.accounts),
    issuerKeys: issuerKeys(await issuerDocuments(config), now),
    store: storeFor({}),
    storeFor,
    sealer: directory.sealer,
    metrics,
    orchestrations: orchestrated,
    inflate: inflater(config.maxInflatedBytes, () => shares.inflated - parts.lent()),
    budget: byteBudget(shares.bodies, { keptForSmall: shares.keptForSmallBodies }, metrics.refused),
    strangersBudget: byteBudget(
      shares.strangersBodies,
      { perCaller: shares.strangersBodies / strangersAtOnce },
      metrics.refused,
    ),
    answersBudget: byteBudget(shares.answers, { what: 'answers' }, metrics.refused),
    throttle: callThrottle(
      config,
      () => performance.now(),
      () => metrics.refused('calls'),
    ),
    prices: await readPrices(config.priceTable),
    send,
    now,
  }
  const histories = join(directory.path, 'histories')
  const analysis = startAnalysisThread({ directory: histories })
  closing.push(() => analysis.close())
  const jobs = jobRunner({
    jobs: [
      reportJob(work),
      anomalyJob({ ...work, analyst: analysis.analyst, histories }),
      alarms(parts),
      notificationJob({ catalog, send, now, random: Math.random }),
    ],
    states: directory.catalog,
    holder: randomUUID(),
    now,
    onFailure: (job, { message }) => log({ level: 'error', event: 'job.failed', job, message }),
  })
  const services: Services = { ...work, jobs }
  const access = consoleAccess(catalog, directory.accounts)
  const identities: Identities = {
    config,
    accounts: directory.accounts,
    consoleAccess: access,
    ownPasskeys: ownPasskeys({ accounts: directory.accounts, sealer: directory.sealer, now }),
    signIn: signIn({
      accounts: directory.accounts,
      passwords: services.passwords,
      sealer: directory.sealer,
      secondFactor: services.secondFactor,
      requiresMfa: config.requireConsoleMfa,
      now,
    }),
    sessions: services.sessions,
    now,
  }
  const createSignInLink = async (subject: Subject): Promise<string> => {
    const url = listeners!.urlFor('console')
    if (url === null) throw new ApiError('NotImplementedException', 'No listener serves the console.')
    return `${reachable(url)}/console/sign-in#${await access.createTicket(subject, now())}`
  }

  const { trail, digests } = await openAudit(parts)
  closing.push(startJobs(jobs, log))
  closing.push(startFlushing(orchestrated.flush, flushMilliseconds, log))
  closing.push(startFlushing(lastUses.flush, useFlushMilliseconds, log))
  const publicServices: RequestHandlerOptions['publicServices'] = {
    console: consoleFiles(options.consoleDirectory ?? builtConsole),
    mayReadMetrics: loopbackAnd(config.metricsNetworks),
    readiness: () =>
      readinessOf({
        isStopping: lifecycle.isStopping,
        askCatalog: () => directory.catalog.readNote(''),
        askStore: () => parts.store.health(),
      }),
    oidc: oidcOf(parts),
  }
  const isDraining = lifecycle.isStopping
  listeners = await startListeners({
    config,
    tls: directory.tls,
    timeouts: options.timeouts ?? {},
    handler: (door) =>
      requestHandler({
        services,
        identities,
        publicServices,
        createSignInLink,
        isDraining,
        log,
        trail,
        digests,
        door,
      }),
    onRefused: metrics.connectionRefused,
    log,
  })
  const { close, open, urlFor, setTls, reloadPolicies } = listeners
  closing.push(() => close(drainMilliseconds))
  const tlsWatch = watchCertificate(parts, setTls)
  closing.push(() => tlsWatch?.close())
  await writeAwsConfig(directory.path, {
    region: config.region,
    caBundle: directory.tls?.caFile ?? null,
    endpointUrl: reachable(urlFor('administration')!),
  })
  return {
    url: open[0]!.url,
    furtherListeners: open.slice(1),
    createSignInLink: () => createSignInLink(administratorOf(directory.accounts, config.accountId)),
    reload: async () => {
      await reloadPolicies()
      await tlsWatch?.reload()
    },
    stop: lifecycle.stop,
    stopped: lifecycle.stopped,
  }
}

interface Audit {
  readonly trail: AuditTrail
  readonly digests: DigestChain
}

/** @throws StartupError */
async function openAudit({ config, directory, log, now, closing }: Parts): Promise<Audit> {
  const { catalog, sealer } = directory
  const trail = auditTrail({
    append: (drafts) => catalog.appendRecords(drafts),
    isEachRecorded: config.auditDataEvents === 'each',
    onFailure: ({ message }) => log({ level: 'error', event: 'audit.write-failed', message }),
  })
  const files = trailFiles(directory.path)
  const copied = { isDue: true }
  const onDigest = (): void => {
    copied.isDue = true
  }
  const digests = await openDigestChain({ log: catalog, sealer, files, onDigest }, now())
  const { auditCopyDirectory, auditSink: url } = config
  const copies = digestCopies({
    files,
    directory: auditCopyDirectory === null ? null : resolve(auditCopyDirectory),
    sink: url === null ? null : { url, post: (text) => postDocument(url, text) },
    publicKeys: digests.publicKeys,
    notes: catalog,
    onTrouble: (message) => log({ level: 'error', event: 'audit.copy-failed', message }),
  })
  const bring = async (): Promise<void> => {
    if (!copied.isDue) return
    copied.isDue = false
    await copies.bring()
  }
  const forgetOldDigests = async (): Promise<void> => {
    const trusted = trustedTime(await catalog.retentionClock(), now())
    await digests.forgetBefore(trusted - config.auditRetentionDays * dayMilliseconds, now())
  }
  closing.push(() => trail.close(now()))
  closing.push(startFlushing(() => trail.flush(now()), flushMilliseconds, log))
  closing.push(startFlushing(forgetOldDigests, hourMilliseconds, log))
  closing.push(startFlushing(copies.bring, copyMilliseconds, log))
  closing.push(startFlushing(bring, flushMilliseconds, log))
  closing.push(startFlushing(() => digests.tick(now()), flushMilliseconds, log, 'audit.digest-failed'))
  return { trail, digests }
}

/** Measures groups and judges alarms. */
function alarms({ directory, store, metrics, log, now }: Parts): Job {
  const { catalog } = directory
  const onTrouble = (message: string): void => log({ level: 'warn', event: 'alarms.trouble', message })
  return alarmJob({
    catalog,
    measures: groupMeasures({
      ...{ catalog, store, onTrouble },
      onMeasured: (groups) => metrics.groupsMeasured(groups.map((group) => measuredFigures(group, now()))),
    }),
    watch: alarmWatch({ catalog, onTrouble, onCounted: metrics.alarmsCounted }),
  })
}

/** @returns what stops it, once what is under way has ended */
function startJobs(runner: JobRunner, log: Log): () => Promise<void> {
  const report = (error: Error): void =>
    log({ level: 'warn', event: 'jobs.not-looked-at', message: error.message })
  const look = (): void => void runner.tick().catch(report)
  const timer = setInterval(look, jobMilliseconds)
  // What a downtime has left to do is done now.
  look()
  return () => {
    clearInterval(timer)
    return runner.stop()
  }
}

/** Null where no listener speaks TLS. */
function watchCertificate(
  { directory, metrics, log, now }: Parts,
  setTls: (material: TlsMaterial) => void,
): TlsWatch | null {
  const { tls: current, loadTls } = directory
  if (current === null) return null
  const file = current.files.certificate
  metrics.certificateEnds(current.endsAt)
  return watchTls({
    current,
    load: () => loadTls(now()),
    onChange: (material) => {
      setTls(material)
      metrics.certificateEnds(material.endsAt)
      log({ level: 'info', event: 'tls.reloaded', file, ends: new Date(material.endsAt).toISOString() })
    },
    onTrouble: (message) => log({ level: 'error', event: 'tls.not-reloaded', message }),
    onEnding: (days) => log({ level: 'warn', event: 'tls.ends', file, days }),
    now,
  })
}

/** @returns what stops it, after a last time */
function startFlushing(
  flush: () => Promise<void>,
  milliseconds: number,
  log: Log,
  event = 'catalog.write-failed',
): () => Promise<void> {
  const report = (error: unknown): void => log({ level: 'warn', event, message: (error as Error).message })
  const timer = setInterval(() => void flush().catch(report), milliseconds)
  return async () => {
    clearInterval(timer)
    await flush()
  }
}

function oidcOf({ config, directory, now }: Parts): OidcSignIn | null {
  if (config.oidcIssuer === null) return null
  const { accounts, sealer } = directory
  return oidcSignIn({
    settings: {
      issuer: config.oidcIssuer,
      clientId: config.oidcClientId,
      clientSecretFile: config.oidcClientSecretFile,
      groupsClaim: config.oidcGroupsClaim,
      scopes: config.oidcScopes,
      roles: config.oidcRoles,
    },
    account: () => accounts.find(config.accountId)!,
    sealer,
    now,
  })
}

/** @throws StartupError where there is no such user any more */
function administratorOf(accounts: Accounts, accountId: string): Subject {
  const user = accounts.find(accountId)?.users.get(administratorName)
  if (user === undefined)
    throw new StartupError(`There is no user ${administratorName} any more: sign in as another user.`)
  return { kind: 'user', accountId, userId: user.id }
}

/** Listening everywhere is no address to go to: this machine's own is. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}
