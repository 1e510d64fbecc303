/**
 * Where identities are kept: each account's as rows, whose documents only `identity/accounts.ts` reads. Part of the
 * catalog port. An account is small and is always read whole; several nodes that share one would ask for `readAccount`
 * again whenever its revision has moved.
 */
export interface Directory {
  readAccounts(): Promise<readonly AccountRows[]>
  /** Null where there is no such account. */
  readAccount(accountId: string): Promise<AccountRows | null>
  /**
   * All of the change, or none of it. Stale: the account is at another revision than expected, and what was to be done
   * has to be thought over again.
   *
   * @throws Error where a key that is unique among all accounts is taken
   */
  commitAccount(commit: AccountCommit): Promise<'committed' | 'stale'>
}

export interface AccountRows {
  readonly accountId: string
  readonly revision: number
  readonly rows: readonly IdentityRow[]
}

export interface IdentityRow {
  readonly kind: string
  /** Unique among its account's rows of the kind. */
  readonly key: string
  /** JSON. */
  readonly document: string
  /** Sealed for `secretPurpose`; null where it has no secret. */
  readonly sealed: Uint8Array | null
}

export interface AccountCommit {
  readonly accountId: string
  /** 0 for an account that is to be made. The commit makes it one more. */
  readonly expectedRevision: number
  readonly changes: readonly IdentityChange[]
}

export type IdentityChange =
  | {
      readonly kind: string
      readonly key: string
      readonly document: string
      /** Undefined leaves what there is. */
      readonly sealed?: Uint8Array
    }
  | { readonly kind: string; readonly key: string; readonly document: null }
