import { policySize } from '../../access/parse-policy.ts'
import type { Account } from '../account.ts'
import { found, require } from './find.ts'
import { answer, done, type IamHandlers, type Outcome } from './handler.ts'
import { pageOf } from './paging.ts'
import { groupKind, type Holder, type HolderKind, roleKind, userKind } from './policy-holders.ts'
import { requireIdentityPolicy } from './policy-text.ts'

export const inlinePolicyHandlers: IamHandlers<
  | 'PutUserPolicy'
  | 'GetUserPolicy'
  | 'ListUserPolicies'
  | 'DeleteUserPolicy'
  | 'PutGroupPolicy'
  | 'GetGroupPolicy'
  | 'ListGroupPolicies'
  | 'DeleteGroupPolicy'
  | 'PutRolePolicy'
  | 'GetRolePolicy'
  | 'ListRolePolicies'
  | 'DeleteRolePolicy'
> = {
  PutUserPolicy: (account, input) => put(account, userKind, input.UserName, input),
  GetUserPolicy: (account, input) => {
    const { holder, document } = get(account, userKind, input.UserName, input.PolicyName)
    return answer({ UserName: holder.name, PolicyName: input.PolicyName, PolicyDocument: document })
  },
  ListUserPolicies: (account, input) => list(account, userKind, input.UserName, input),
  DeleteUserPolicy: (account, input) => remove(account, userKind, input.UserName, input.PolicyName),

  PutGroupPolicy: (account, input) => put(account, groupKind, input.GroupName, input),
  GetGroupPolicy: (account, input) => {
    const { holder, document } = get(account, groupKind, input.GroupName, input.PolicyName)
    return answer({ GroupName: holder.name, PolicyName: input.PolicyName, PolicyDocument: document })
  },
  ListGroupPolicies: (account, input) => list(account, groupKind, input.GroupName, input),
  DeleteGroupPolicy: (account, input) => remove(account, groupKind, input.GroupName, input.PolicyName),

  PutRolePolicy: (account, input) => put(account, roleKind, input.RoleName, input),
  GetRolePolicy: (account, input) => {
    const { holder, document } = get(account, roleKind, input.RoleName, input.PolicyName)
    return answer({ RoleName: holder.name, PolicyName: input.PolicyName, PolicyDocument: document })
  },
  ListRolePolicies: (account, input) => list(account, roleKind, input.RoleName, input),
  DeleteRolePolicy: (account, input) => remove(account, roleKind, input.RoleName, input.PolicyName),
}

interface Written {
  readonly PolicyName: string
  readonly PolicyDocument: string
}

function put<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  { PolicyName, PolicyDocument }: Written,
): Outcome<null> {
  const holder = kind.getModifiable(account, name)
  const inlinePolicies = withEntry(holder.inlinePolicies, PolicyName, PolicyDocument)
  const size = Object.values(inlinePolicies).reduce((sum, document) => sum + policySize(document), 0)
  require(size <=
    kind.inlineSize, 'LimitExceeded', `Maximum policy size of ${kind.inlineSize} bytes exceeded for ${kind.word} ${holder.name}`)
  requireIdentityPolicy(PolicyDocument)
  return done(kind.put({ ...holder, inlinePolicies }))
}

function get<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  policyName: string,
): { readonly holder: T; readonly document: string } {
  const holder = kind.get(account, name)
  return { holder, document: documentOf(holder, kind.word, policyName) }
}

function documentOf({ inlinePolicies }: Holder, word: string, policyName: string): string {
  const document = Object.hasOwn(inlinePolicies, policyName) ? inlinePolicies[policyName] : undefined
  return found(document, `The ${word} policy with name ${policyName} cannot be found.`)
}

function list<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  paging: Parameters<typeof pageOf>[2],
): Outcome<{ readonly PolicyNames: readonly string[] } & ReturnType<typeof pageOf>['page']> {
  const names = Object.keys(kind.get(account, name).inlinePolicies)
  const { items, page } = pageOf(names, (policyName) => policyName, paging)
  return answer({ PolicyNames: items, ...page })
}

function remove<T extends Holder>(
  account: Account,
  kind: HolderKind<T>,
  name: string,
  policyName: string,
): Outcome<null> {
  const holder = kind.getModifiable(account, name)
  documentOf(holder, kind.word, policyName)
  const kept = Object.entries(holder.inlinePolicies).filter(([other]) => other !== policyName)
  return done(kind.put({ ...holder, inlinePolicies: Object.fromEntries(kept) }))
}

/** `__proto__` is a name like others. */
function withEntry(
  entries: Readonly<Record<string, string>>,
  name: string,
  value: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...Object.entries(entries), [name, value]])
}
