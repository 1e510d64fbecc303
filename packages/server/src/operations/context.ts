import type { NamedPolicy } from '../access/access-request.ts'
import type { Config } from '../config/settings.ts'
import type { PriceTable } from '../cost/price-table.ts'
import type { RequestFacts } from '../iam/condition-keys.ts'
import type { Principal } from '../iam/principal.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Envelope } from '../identity/envelope.ts'
import type { LastUses } from '../identity/last-uses.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { SecondFactor } from '../identity/second-factor.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import type { Metrics } from '../metrics/catalogue.ts'
import type { Send } from '../notifications/news.ts'
import type { Catalog, Scope } from '../storage/catalog.ts'
import type { ProfileStore } from '../storage/ports.ts'
import type { IssuerKeys } from '../sts/issuer-keys.ts'
import type { Sessions } from '../sts/sessions.ts'
import type { Questioner } from './bounded-questions.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { CallThrottle } from './call-throttle.ts'
import type { Inflate } from './inflate.ts'
import type { Orchestrations } from './orchestrations.ts'

/** What operations work with: the same for every request. */
export interface Services {
  readonly config: Config
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly lastUses: LastUses
  readonly secondFactor: SecondFactor
  readonly issuerKeys: IssuerKeys
  /** Of a call: as its caller may ask it, for as long as somebody waits for the answer. */
  readonly store: ProfileStore
  readonly storeFor: (questioner: Questioner) => ProfileStore
  readonly sealer: Envelope
  readonly metrics: Metrics
  readonly orchestrations: Orchestrations
  readonly inflate: Inflate
  readonly budget: ByteBudget
  /** For bodies of those who have still to say who they are. A caller is an address. */
  readonly strangersBudget: ByteBudget
  /** For large answers. */
  readonly answersBudget: ByteBudget
  readonly throttle: CallThrottle
  readonly prices: PriceTable
  /** Tells a topic or a receiver something, now. */
  readonly send: Send
  readonly jobs: Pick<JobRunner, 'jobs' | 'runNow'>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What an operation knows of the call beside its input. The caller is authorised already. */
export interface OperationContext extends Services {
  /** As the answer names it. */
  readonly requestId: string
  readonly request: RequestFacts
  /** Of the listener it came to: each must allow, whoever asks. */
  readonly guardrails: readonly NamedPolicy[]
  readonly principal: Principal
  /** Account and region whose groups the call sees: the caller's, unless the path names a group by the ARN of another's. */
  readonly scope: Scope
  /** SHA-256 of the body as received. */
  readonly bodySha256: Uint8Array
}
