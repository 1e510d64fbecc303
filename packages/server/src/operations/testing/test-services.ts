/** What operations work with, made of real parts: SQLite in memory, the profile store on a simulated disk. For tests. */
import { createHash, randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { defaultLimits } from '@wick/profile'
import {
  type ApiErrorName,
  type CreateProfilingGroupInput,
  type GetProfileInput,
  parseQuery,
  type RequestParts,
} from '@wick/wire'
import { loadConfig } from '../../config/load-config.ts'
import { memoryShares } from '../../config/memory-shares.ts'
import { standardRetention } from '../../config/retention.ts'
import type { Config } from '../../config/settings.ts'
import { defaultPrices } from '../../cost/default-prices.ts'
import { put } from '../../iam/changes.ts'
import { userPrincipal } from '../../iam/principal.ts'
import { testUser } from '../../iam/testing/identities.ts'
import { openAccounts } from '../../identity/accounts.ts'
import { administratorAccess } from '../../identity/administrator.ts'
import { envelope } from '../../identity/envelope.ts'
import { openLastUses } from '../../identity/last-uses.ts'
import { passwords } from '../../identity/passwords.ts'
import { secondFactor } from '../../identity/second-factor.ts'
import { dataKeyPurpose } from '../../identity/secret-purpose.ts'
import { jobRunner } from '../../jobs/job-runner.ts'
import { createMetrics } from '../../metrics/catalogue.ts'
import { SendError } from '../../notifications/news.ts'
import { issuerDocuments } from '../../outgoing/issuer-documents.ts'
import type { Catalog, Scope } from '../../storage/catalog.ts'
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import { openLocalJournal } from '../../storage/files/local-journal.ts'
import { SimulatedDisk, type SimulatedFiles } from '../../storage/files/simulated-files.ts'
import type { Damage, ProfileStore } from '../../storage/ports.ts'
import { openDatabase } from '../../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../../storage/sqlite/sqlite-catalog.ts'
import { sqliteManifest } from '../../storage/sqlite/sqlite-manifest.ts'
import { openProfileStore } from '../../store/profile-store.ts'
import { minute, noon } from '../../store/testing/store-bench.ts'
import { type IssuerKeys, issuerKeys } from '../../sts/issuer-keys.ts'
import { sessions } from '../../sts/sessions.ts'
import { boundedQuestions, profileQuestions, questionLimits } from '../bounded-questions.ts'
import { type ByteBudget, byteBudget } from '../byte-budget.ts'
import { cachedCatalog } from '../cached-catalog.ts'
import { callThrottle } from '../call-throttle.ts'
import type { OperationContext, Services } from '../context.ts'
import { createProfilingGroup } from '../create-profiling-group.ts'
import { inflater } from '../inflate.ts'
import { orchestrations } from '../orchestrations.ts'
import { postAgentProfile } from '../post-agent-profile.ts'

export interface TestServices {
  /** Epoch milliseconds; tests move it. Four minutes past noon at first. */
  now: number
  readonly config: Config
  readonly disk: SimulatedDisk
  /** The disk as the open profile store sees it. */
  readonly files: SimulatedFiles
  readonly database: DatabaseSync
  /** Without the cache. */
  readonly catalog: Catalog
  readonly budget: CountedBudget
  readonly strangersBudget: CountedBudget
  readonly answersBudget: CountedBudget
  readonly services: Services
  readonly damage: Damage[]
  /** What an operation gets when the administrator calls it. */
  context(call?: { readonly scope?: Partial<Scope>; readonly body?: Uint8Array }): OperationContext
  /** Closes the profile store and opens it again on what is on disk, as a restart does. */
  reopen(): Promise<void>
  close(): Promise<void>
}

interface CountedBudget extends ByteBudget {
  /** The most that was held at one time. */
  readonly peak: number
}

export interface TestServicesOptions {
  readonly config?: Partial<Config>
  readonly budgetBytes?: number
  readonly maxSegmentBytes?: number
  /** Those of a test's own issuer. */
  readonly issuerKeys?: (now: () => number) => IssuerKeys
}

export async function testServices(options: TestServicesOptions = {}): Promise<TestServices> {
  const config = testConfig(options.config)
  const disk = new SimulatedDisk()
  const database = openDatabase(':memory:')
  const catalog = sqliteCatalog(database)
  const sealer = envelope(new Uint8Array(32).fill(5))
  const budget = countedBudget(options.budgetBytes ?? 1024 * 1024 * 1024)
  const strangersBudget = countedBudget(1024 * 1024)
  const answersBudget = countedBudget(16 * 1024 * 1024, 'answers')
  const damage: Damage[] = []
  const metrics = createMetrics('test', 1)
  const clock = { now: noon + 4 * minute }
  const now = (): number => clock.now
  const cached = cachedCatalog(catalog, now)
  const accounts = await openAccounts(catalog, sealer)
  const user = testUser('wick-admin', { attachedPolicies: [administratorAccess] })
  await accounts.create(config.accountId, [put('user', user)])
  const administrator = userPrincipal(accounts.find(config.accountId)!, user)

  let files = disk.mount()
  const openStore = async (): Promise<ProfileStore> => {
    const groups = await catalog.allGroups()
    files = disk.mount()
    return openProfileStore({
      journal: await openLocalJournal(files, 'segments'),
      blobs: await openDirectoryBlobs(files, 'blocks'),
      manifest: sqliteManifest(database),
      groups: groups.map(({ id, sealedDataKey }) => ({
        id,
        dataKey: sealer.open(dataKeyPurpose(id), sealedDataKey),
      })),
      limits: defaultLimits,
      maxProfileAgeMilliseconds: config.maxProfileAgeSeconds * 1000,
      shares: memoryShares(config),
      ...(options.maxSegmentBytes !== undefined && { maxSegmentBytes: options.maxSegmentBytes }),
      now,
      retention: standardRetention(config),
      onDamage: (found) => damage.push(found),
      onNotice: () => {},
      onFatal: () => {},
    })
  }
  let store = await openStore()
  const boundedStore = () => boundedQuestions(store, profileQuestions, questionLimits, metrics.refused)
  let storeFor = boundedStore()
  const services: Services = {
    config,
    catalog: cached,
    accounts,
    passwords: passwords(),
    sessions: sessions(accounts),
    lastUses: await openLastUses(catalog, accounts),
    secondFactor: secondFactor(accounts),
    issuerKeys: options.issuerKeys?.(now) ?? issuerKeys(await issuerDocuments(config), now),
    get store() {
      return store
    },
    storeFor: (questioner) => storeFor(questioner),
    sealer,
    jobs: jobRunner({ jobs: [], states: catalog, holder: 'test', now, onFailure: () => {} }),
    metrics,
    orchestrations: orchestrations(cached),
    inflate: inflater(config.maxInflatedBytes),
    budget,
    strangersBudget,
    answersBudget,
    throttle: callThrottle(config, now, () => metrics.refused('calls')),
    prices: defaultPrices,
    send: () => Promise.reject(new SendError('this server tells nobody', true)),
    now,
  }
  return {
    get now() {
      return clock.now
    },
    set now(instant) {
      clock.now = instant
    },
    config,
    disk,
    get files() {
      return files
    },
    database,
    catalog,
    budget,
    strangersBudget,
    answersBudget,
    services,
    damage,
    context: ({ scope = {}, body = new Uint8Array(0) } = {}) => ({
      ...services,
      store,
      requestId: randomUUID(),
      guardrails: [],
      request: {
        origin: { sourceAddress: '127.0.0.1', isSecureTransport: true, listener: 'default', tls: null },
        userAgent: 'test',
        referer: null,
      },
      principal: administrator,
      scope: { accountId: config.accountId, region: config.region, ...scope },
      bodySha256: sha256(body),
    }),
    reopen: async () => {
      await store.close()
      store = await openStore()
      storeFor = boundedStore()
    },
    close: async () => {
      await store.close()
      await catalog.close()
      metrics.close()
    },
  }
}

/** The documented defaults, but for `changes`. */
function testConfig(changes: Partial<Config> = {}): Config {
  const loaded = loadConfig(['--data', 'unused'], {}, () => '')
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.join('\n'))
  return { ...loaded.config, ...changes }
}

function countedBudget(maxBytes: number, what: 'bodies' | 'answers' = 'bodies'): CountedBudget {
  const budget = byteBudget(maxBytes, { what })
  let peak = 0
  return {
    maxBytes,
    get held() {
      return budget.held
    },
    get peak() {
      return peak
    },
    open: (sender) => {
      const holding = budget.open(sender)
      return {
        take: (bytes) => {
          holding.take(bytes)
          peak = Math.max(peak, budget.held)
        },
        giveBack: () => holding.giveBack(),
      }
    },
  }
}

/** Makes the group `orders`, unless told otherwise. */
export function createGroup(
  test: TestServices,
  changes: Partial<CreateProfilingGroupInput> = {},
  scope: Partial<Scope> = {},
): ReturnType<typeof createProfilingGroup> {
  return createProfilingGroup(test.context({ scope }), {
    profilingGroupName: 'orders',
    clientToken: randomUUID(),
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: {},
    ...changes,
  })
}

export interface Posted {
  readonly token?: string | null
  readonly name?: string
  readonly contentEncoding?: 'identity' | 'gzip'
}

/** Posts a body as it would come off the wire. */
export function postProfile(
  test: TestServices,
  body: Uint8Array,
  { token = null, name = 'orders', contentEncoding = 'identity' }: Posted = {},
): Promise<void> {
  const bytes = Uint8Array.from(body)
  return postAgentProfile(test.context({ body: bytes }), {
    profilingGroupName: name,
    profileToken: token,
    body: bytes,
    contentEncoding,
  })
}

/** GetProfile's input for a range, as JSON and of any depth unless told otherwise. */
export function rangeInput(
  start: number,
  end: number,
  changes: Partial<GetProfileInput> = {},
): GetProfileInput {
  return {
    profilingGroupName: 'orders',
    time: { kind: 'range', start, end },
    maxDepth: null,
    encoding: 'json',
    ...changes,
  }
}

/** A routed request; `body` is bytes, text as it is, or a value for JSON. */
export function requestParts({
  labels = { profilingGroupName: 'orders' },
  query = '',
  headers = {},
  body = '',
}: {
  readonly labels?: Readonly<Record<string, string>>
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
} = {}): RequestParts {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    labels,
    query: parseQuery(query),
    header: (name) => headers[name],
    body: body instanceof Uint8Array ? body : new Uint8Array(Buffer.from(text)),
  }
}

/** For `assert.rejects`: the error a caller gets. */
export function apiError(code: ApiErrorName, message?: RegExp): { code: ApiErrorName; message?: RegExp } {
  return message === undefined ? { code } : { code, message }
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
