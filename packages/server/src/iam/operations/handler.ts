import type { iamService, QueryInput, QueryOutput } from '@wick/wire/query'
import type { Account, MfaDevice } from '../account.ts'
import type { Change } from '../changes.ts'
import type { Principal } from '../principal.ts'

type Operations = typeof iamService.operations

export type IamOperationName = keyof Operations & string
export type IamInput<N extends IamOperationName> = QueryInput<Operations[N]>
export type IamOutput<N extends IamOperationName> = QueryOutput<Operations[N]>

/** What an operation knows beside the account and its input. */
export interface IamCall {
  readonly caller: Principal
  /** Epoch milliseconds. */
  readonly now: number
  /** The opened seed of a device. */
  readonly seedOf: (device: MfaDevice) => Uint8Array
  /** All there are: trust policies may name principals of others. */
  readonly accounts: readonly Account[]
  /** Of an access key or a role, by id; null where it was not used since uses are remembered. */
  readonly lastUseOf: (id: string) => LastUse | null
  /** What became of the passwords in the input, which nobody should see. */
  readonly password: PasswordFacts
  /** ARNs of what needs a service-linked role: it cannot go before them. */
  readonly serviceRoleUses: readonly string[]
}

export interface PasswordFacts {
  /** Of the new one; null where there is none. */
  readonly hash: string | null
  /** Whether the old one is the caller's. */
  readonly isOldRight: boolean
}

export interface LastUse {
  /** Epoch milliseconds. */
  readonly at: number
  /** `codeguru-profiler`, `iam` … */
  readonly service: string
  readonly region: string
}

/** What is to be done, and what is answered once it is. */
export interface Outcome<O> {
  readonly changes: readonly Change[]
  readonly output: O
}

/**
 * An operation of IAM: pure, and asked again with a newer account where somebody else was faster.
 *
 * @throws QueryError
 */
type IamHandler<N extends IamOperationName> = (
  account: Account,
  input: IamInput<N>,
  call: IamCall,
) => Outcome<IamOutput<N>>

export type IamHandlers<N extends IamOperationName> = { readonly [K in N]: IamHandler<K> }

/** An answer that changes nothing. */
export function answer<O>(output: O): Outcome<O> {
  return { changes: [], output }
}

/** A change that answers nothing. */
export function done(...changes: readonly Change[]): Outcome<null> {
  return { changes, output: null }
}
