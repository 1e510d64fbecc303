import type { NamedPolicy } from '../access/access-request.ts'
import { lintPolicy } from '../access/lint-policy.ts'
import type { Statement } from '../access/policy.ts'
import type { PrincipalPattern } from '../access/principal-pattern.ts'
import type { AccessKey, Account, Group, Role, User } from '../iam/account.ts'
import { groupById, userById } from '../iam/account.ts'
import { groupArn, policyArn, roleArn, userArn } from '../iam/arns.ts'
import { policiesOf, readPolicy } from '../iam/policies-of.ts'
import { userPrincipal } from '../iam/principal.ts'
import { administratorAccess } from '../identity/administrator.ts'
import type { Finding } from './finding.ts'

const day = 24 * 60 * 60 * 1000
const staleDays = 90

export interface IdentityFacts {
  readonly account: Account
  /** Epoch milliseconds; null where a key was not used since uses are remembered. */
  readonly lastUseOf: (accessKeyId: string) => number | null
  readonly now: number
}

/** What is unsafe about the identities of an account. */
export function identityFindings(facts: IdentityFacts): readonly Finding[] {
  const { account } = facts
  const { users, groups, roles, policies, accessKeys } = account
  const each = <T>(map: ReadonlyMap<string, T>, look: (entity: T) => readonly Finding[]): Finding[] =>
    [...map.values()].flatMap(look)
  return [
    ...each(users, (user) => withoutSecondFactor(account, user)),
    ...each(accessKeys, (key) => staleKey(facts, key)),
    ...each(users, (user) => widePolicies(userArn(account.id, user), inline(user))),
    ...each(groups, (group) => widePolicies(groupArn(account.id, group), inline(group))),
    ...each(roles, (role) => widePolicies(roleArn(account.id, role), inline(role))),
    ...each(policies, (policy) => {
      const text = policy.versions.find(({ id }) => id === policy.defaultVersionId)!.document
      return widePolicies(policyArn(account.id, policy), [
        { name: policy.defaultVersionId, policy: readPolicy(text, 'identity') },
      ])
    }),
    ...each(users, (user) => wideProgramUser(account, user)),
    ...each(roles, (role) => wideProgramRole(account, role)),
    ...each(roles, (role) => openTrust(account, role)),
  ]
}

function inline({ inlinePolicies }: User | Group | Role): NamedPolicy[] {
  return Object.entries(inlinePolicies).map(([name, text]) => ({
    name,
    policy: readPolicy(text, 'identity'),
  }))
}

/** Who can come to the console or change everything must not be one stolen secret away. */
function withoutSecondFactor(account: Account, user: User): Finding[] {
  if (hasSecondFactor(account, user)) return []
  const { identityPolicies } = policiesOf(account, userPrincipal(account, user))
  const isAdministrator = identityPolicies.some(({ policy }) => policy.statements.some(allowsEverything))
  const hasPassword = account.loginProfiles.has(user.id)
  if (!isAdministrator && !hasPassword) return []
  const why = isAdministrator ? 'may do everything' : 'has a password for the console'
  return [
    {
      severity: 'unsafe',
      id: 'no-mfa',
      subject: userArn(account.id, user),
      problem: `${why} and has no second factor`,
      fix: `aws iam create-virtual-mfa-device, then enable-mfa-device --user-name ${user.name}; or a passkey in the console`,
    },
  ]
}

function hasSecondFactor({ mfaDevices, passkeys }: Account, { id }: User): boolean {
  return [...mfaDevices.values(), ...passkeys.values()].some(({ userId }) => userId === id)
}

function staleKey({ account, lastUseOf, now }: IdentityFacts, key: AccessKey): Finding[] {
  const user = userById(account, key.userId)
  const ageDays = Math.floor((now - key.createdAt) / day)
  if (!key.isActive || user === null || ageDays <= staleDays) return []
  const usedAt = lastUseOf(key.id)
  const isUnused = usedAt === null || now - usedAt > staleDays * day
  const names = `--user-name ${user.name} --access-key-id ${key.id}`
  return [
    {
      severity: 'unsafe',
      id: isUnused ? 'access-key-unused' : 'access-key-old',
      subject: `${key.id} of ${userArn(account.id, user)}`,
      problem: isUnused ? `was not used for ${staleDays} days` : `is ${ageDays} days old`,
      fix: isUnused
        ? `aws iam delete-access-key ${names}`
        : `make another (aws iam create-access-key), use it, then aws iam delete-access-key ${names}`,
    },
  ]
}

function widePolicies(subject: string, policies: readonly NamedPolicy[]): Finding[] {
  return policies.flatMap(({ name, policy }): Finding[] => {
    const wide = lintPolicy(policy).filter(({ kind }) => kind === 'wide')
    if (wide.length === 0) return []
    return [
      {
        severity: policy.statements.some(allowsEverything) ? 'unsafe' : 'note',
        id: 'policy-wide',
        subject: `${subject}, policy ${name}`,
        problem: wide.map(({ line, note }) => `line ${line}: ${note}`).join('; '),
        fix: 'name the actions and resources that are needed',
      },
    ]
  })
}

const fullAccess = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess'

/**
 * A program that sends profiles needs two actions on one group. A user without a password and a second factor is one; if it
 * may do everything, that it has no second factor is told already.
 */
function wideProgramUser(account: Account, user: User): Finding[] {
  const { accessKeys, loginProfiles } = account
  const hasKey = [...accessKeys.values()].some(({ userId, isActive }) => isActive && userId === user.id)
  if (!hasKey || loginProfiles.has(user.id) || hasSecondFactor(account, user)) return []
  const detach = `detach-user-policy --user-name ${user.name} --policy-arn ${fullAccess}`
  const leave = user.groups
    .flatMap((id) => groupById(account, id) ?? [])
    .filter(({ attachedPolicies }) => attachedPolicies.includes(fullAccess))
    .map(({ name }) => `remove-user-from-group --user-name ${user.name} --group-name ${name}`)
  const fixes = [...(user.attachedPolicies.includes(fullAccess) ? [detach] : []), ...leave]
  return fixes.map((fix) => wideForPrograms(userArn(account.id, user), fullAccess, fix))
}

/** Certificates and web identities are of programs. */
function wideProgramRole(account: Account, role: Role): Finding[] {
  const { statements } = readPolicy(role.trustPolicy, 'trust')
  const isForPrograms = statements.some(
    ({ effect, principals }) => effect === 'Allow' && principals?.items.some(isOfPrograms) === true,
  )
  if (!isForPrograms) return []
  return [fullAccess, administratorAccess]
    .filter((arn) => role.attachedPolicies.includes(arn))
    .map((arn) => {
      const fix = `detach-role-policy --role-name ${role.name} --policy-arn ${arn}`
      return wideForPrograms(roleArn(account.id, role), arn, fix)
    })
}

function isOfPrograms(pattern: PrincipalPattern): boolean {
  return (
    pattern.kind === 'named' &&
    (pattern.type === 'Federated' || pattern.text === 'rolesanywhere.amazonaws.com')
  )
}

/** @param fix the command of `aws iam` that takes it away */
function wideForPrograms(subject: string, policy: string, fix: string): Finding {
  const isEverything = policy === administratorAccess
  const what = isEverything ? 'everything' : 'everything with every profiling group, deleting it included'
  return {
    severity: isEverything ? 'unsafe' : 'note',
    id: 'policy-wide',
    subject: `${subject}, policy ${policy}`,
    problem: `lets a program do ${what}`,
    fix: `aws iam ${fix}; agents need no more than wick iam create-agent gives them`,
  }
}

function openTrust(account: Account, role: Role): Finding[] {
  const { statements } = readPolicy(role.trustPolicy, 'trust')
  const isOpen = statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      conditions.length === 0 &&
      principals?.items.some(({ kind }) => kind === 'anyone') === true,
  )
  if (!isOpen) return []
  return [
    {
      severity: 'unsafe',
      id: 'trust-open',
      subject: roleArn(account.id, role),
      problem: 'can be taken by everybody, of every account',
      fix: `name who may take it: aws iam update-assume-role-policy --role-name ${role.name}`,
    },
  ]
}

function allowsEverything({ effect, actions, resources, conditions }: Statement): boolean {
  return (
    effect === 'Allow' &&
    conditions.length === 0 &&
    (actions.negated || actions.items.some(({ text }) => text === '*')) &&
    resources !== null &&
    (resources.negated || resources.items.some(({ kind }) => kind === 'any'))
  )
}
