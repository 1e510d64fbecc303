/**
 * What a group says about access to itself: its resource policy and its tags. Part of the catalog port. Both are read
 * with the group: whoever decides on access has them from the same lookup.
 */
export interface GroupAccess {
  /**
   * Puts the principals in the place of those there are. `revision-needed`: there are some, and the caller does not say
   * which it has seen; `stale`: it has seen others.
   */
  putPolicy(
    change: PolicyChange & { readonly principals: readonly PolicyPrincipal[] },
  ): Promise<'put' | 'revision-needed' | 'stale' | 'gone'>
  /** `none`: nobody is left to be removed. */
  removePolicy(change: PolicyChange): Promise<'removed' | 'none' | 'stale' | 'gone'>
  /**
   * All of the change, or none of it: `too-many` where it would leave more than `maxTags`, `ambiguous` where it would leave
   * two keys that differ only in their case, which policies do not tell apart.
   */
  changeTags(change: TagChange): Promise<'changed' | 'too-many' | 'ambiguous' | 'gone'>
}

export interface GroupPolicy {
  /** UUID, another after every change. */
  readonly revisionId: string
  /** In the order they were given, each once; none after a removal. */
  readonly principals: readonly PolicyPrincipal[]
}

/** A user, a role or an account that may send profiles to a group. */
export interface PolicyPrincipal {
  readonly arn: string
  /** Unique id of the user or role, so that one made again under its name inherits nothing; null where it is not known. */
  readonly id: string | null
}

export interface PolicyChange {
  readonly groupId: string
  /** The revision that the caller has seen; null where it says none. */
  readonly expectedRevision: string | null
  /** Of the policy after the change. */
  readonly revisionId: string
}

export interface TagChange {
  readonly groupId: string
  readonly put: Readonly<Record<string, string>>
  /** Keys; those that are not there are passed over. */
  readonly remove: readonly string[]
  readonly maxTags: number
}
