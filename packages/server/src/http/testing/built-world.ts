/** A random world, made on a server; and what a test then knows of it without asking the server. */
import { builtInPolicies } from '../../access/built-in-policies.ts'
import type { Document } from '../../access/testing/arbitrary-policy.ts'
import type { NaiveRequest } from '../../access/testing/naive-evaluate.ts'
import type { Group, ManagedPolicy } from '../../iam/account.ts'
import { put, remove } from '../../iam/changes.ts'
import { newId, newSecret } from '../../iam/ids.ts'
import type { PrincipalSession } from '../../iam/principal.ts'
import { testAccessKey, testRole, testUser } from '../../iam/testing/identities.ts'
import { deleteProfilingGroup } from '../../operations/delete-profiling-group.ts'
import { putPermission } from '../../operations/put-permission.ts'
import { createGroup } from '../../operations/testing/test-services.ts'
import type { Subject } from '../../storage/catalog.ts'
import { type AccountPlan, accountIds, type World } from './arbitrary-world.ts'
import type { AccessKey, TestServer } from './test-server.ts'

/** Somebody who calls: what they sign with, and everything that says what they may. */
export interface Caller {
  readonly accountId: string
  readonly key: AccessKey
  readonly asking: NaiveRequest['caller']
  /** Condition keys about them. */
  readonly facts: Readonly<Record<string, string>>
  readonly policies: Pick<NaiveRequest, 'identity' | 'boundary' | 'session'>
}

interface KnownGroup {
  readonly tags: Readonly<Record<string, string>>
  /** Ids of users and roles, ARNs of accounts: whom its policy names, as they were then. Null where it never had one. */
  readonly policy: { readonly revisionId: string; readonly principals: readonly string[] } | null
}

export interface BuiltWorld {
  /** `ACCOUNT alice`, `ACCOUNT session of alice`, `ACCOUNT agent` → caller. */
  readonly callers: ReadonlyMap<string, Caller>
  /** `ACCOUNT/orders` → group. */
  readonly groups: Map<string, KnownGroup>
  /** Id of a user or role that there is, ARN of an account that there is: what a policy keeps of an ARN. */
  keptPrincipals(arns: readonly string[]): readonly string[]
}

const rolePaths = { agent: '/hosts/', viewer: '/' } as const

/** Makes the world in the place of the one before. */
export async function buildWorld(server: TestServer, plan: World): Promise<BuiltWorld> {
  const { services, context } = server.test
  for (const { accountId, name } of await services.catalog.allGroups())
    await deleteProfilingGroup(context({ scope: { accountId } }), { profilingGroupName: name })

  const callers = new Map<string, Caller>()
  const ids = new Map<string, string>(
    accountIds.map((id) => [`arn:aws:iam::${id}:root`, `arn:aws:iam::${id}:root`]),
  )
  for (const accountId of accountIds) {
    const built = await buildAccount(server, accountId, plan.accounts[accountId])
    for (const [name, caller] of built) {
      callers.set(`${accountId} ${name}`, caller)
      const { asking } = caller
      if (asking.kind === 'user') ids.set(asking.arn, asking.id)
      if (asking.kind === 'role-session') ids.set(asking.roleArn, asking.id)
    }
  }
  const keptPrincipals = (arns: readonly string[]): string[] => arns.flatMap((arn) => ids.get(arn) ?? [])

  const groups = new Map<string, KnownGroup>()
  for (const accountId of accountIds)
    for (const [profilingGroupName, { tags, principals }] of Object.entries(
      plan.accounts[accountId].groups,
    )) {
      await createGroup(server.test, { profilingGroupName, tags }, { accountId })
      groups.set(`${accountId}/${profilingGroupName}`, { tags, policy: null })
      if (principals === null) continue
      const input = { profilingGroupName, principals, revisionId: null }
      const { revisionId } = await putPermission(context({ scope: { accountId } }), input)
      const policy = { revisionId, principals: keptPrincipals(principals) }
      groups.set(`${accountId}/${profilingGroupName}`, { tags, policy })
    }
  return { callers, groups, keptPrincipals }
}

async function buildAccount(
  server: TestServer,
  accountId: string,
  plan: AccountPlan,
): Promise<ReadonlyMap<string, Caller>> {
  const { accounts, sessions } = server.test.services
  const { now } = server.test
  const own = ownPolicies(plan)
  const arnOf = (name: string): string =>
    name.startsWith('arn:') ? name : `arn:aws:iam::${accountId}:policy/${name}`
  const documentOf = (name: string): Document => own.get(name)?.document ?? shipped.get(name)!
  const held = ({ inline, attached }: AccountPlan['crew']) => ({
    inlinePolicies: Object.fromEntries(inline.map((one, i) => [`inline-${i}`, JSON.stringify(one)])),
    attachedPolicies: attached.map(arnOf),
  })
  const bounded = ({ boundary, tags }: Pick<AccountPlan['users']['alice'], 'boundary' | 'tags'>) => ({
    permissionsBoundary: boundary === null ? null : arnOf(boundary),
    tags,
  })
  const documents = ({ inline, attached }: AccountPlan['crew']) => [...inline, ...attached.map(documentOf)]

  const crew: Group = {
    ...{ id: newId('group'), name: 'crew', path: '/', createdAt: now },
    ...held(plan.crew),
  }
  const users = Object.entries(plan.users).map(([name, one]) => {
    const user = testUser(name, { ...held(one), ...bounded(one), groups: one.isInCrew ? [crew.id] : [] })
    return { plan: one, user, accessKey: testAccessKey(user.id), secret: newSecret() }
  })
  const roles = Object.entries(plan.roles).map(([name, one]) => {
    const path = rolePaths[name as keyof typeof rolePaths]
    return { plan: one, role: testRole(name, { ...held(one), ...bounded(one), path }) }
  })
  await accounts.change(accountId, ({ accessKeys }) => ({
    output: null,
    changes: [
      ...[...accessKeys.values()].filter(isOfWorld(server)).map((one) => remove('access-key', one)),
      put('group', crew),
      ...Array.from(own.values(), ({ policy }) => put('policy', policy)),
      ...roles.map(({ role }) => put('role', role)),
      ...users.flatMap(({ user, accessKey, secret }) => [
        put('user', user),
        put('access-key', accessKey, Buffer.from(secret)),
      ]),
    ],
  }))

  const issue = async (subject: Subject, changes: Partial<PrincipalSession>): Promise<AccessKey> =>
    sessions.issue({
      subject,
      session: {
        ...{ issuedAt: now, expiresAt: now + 3_600_000, mfaAt: null, policies: null, policyArns: [] },
        ...{ tags: {}, transitiveTagKeys: [], sourceIdentity: null, federatedProvider: null },
        ...changes,
      },
    })
  const callers = new Map<string, Caller>()
  for (const { plan: one, user, accessKey, secret } of users) {
    const arn = `arn:aws:iam::${accountId}:user/${user.name}`
    const asking = { kind: 'user', arn, id: user.id, accountId } as const
    const identity = [...documents(one), ...(one.isInCrew ? documents(plan.crew) : [])]
    const boundary = one.boundary === null ? null : documentOf(one.boundary)
    const facts = {
      ...{ 'aws:principaltype': 'User', 'aws:principalarn': arn, 'aws:principalaccount': accountId },
      ...{ 'aws:userid': user.id, 'aws:username': user.name, ...principalTags(one.tags) },
    }
    const common = { accountId, asking, policies: { identity, boundary, session: null } }
    callers.set(user.name, {
      ...common,
      facts,
      key: { accessKeyId: accessKey.id, secretAccessKey: secret },
    })
    const changes = sessionOf(one.session, now)
    callers.set(`session of ${user.name}`, {
      ...common,
      facts: { ...facts, ...sessionFacts(one.session, now) },
      key: await issue({ kind: 'user', accountId, userId: user.id }, changes),
    })
  }
  for (const { plan: one, role } of roles) {
    const { policies, tags, federatedProvider } = one.session
    const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/one`
    const roleArn = `arn:aws:iam::${accountId}:role${role.path}${role.name}`
    const changes = {
      ...{ ...sessionOf(one.session, now), tags, federatedProvider },
      policies: policies?.inline.map((document) => JSON.stringify(document)) ?? null,
      policyArns: policies?.managed.map(arnOf) ?? [],
    }
    callers.set(role.name, {
      accountId,
      key: await issue({ kind: 'role', accountId, roleId: role.id, sessionName: 'one' }, changes),
      asking: { kind: 'role-session', arn, roleArn, id: role.id, accountId },
      facts: {
        ...{ 'aws:principaltype': 'AssumedRole', 'aws:principalarn': roleArn },
        ...{ 'aws:principalaccount': accountId, 'aws:userid': `${role.id}:one` },
        ...{ ...principalTags(one.tags), ...principalTags(tags), ...sessionFacts(one.session, now) },
        ...(federatedProvider !== null && { 'aws:federatedprovider': federatedProvider }),
      },
      policies: {
        identity: documents(one),
        boundary: one.boundary === null ? null : documentOf(one.boundary),
        session: policies === null ? null : [...policies.inline, ...policies.managed.map(documentOf)],
      },
    })
  }
  return callers
}

const shipped = new Map(builtInPolicies.map(({ arn, document }) => [arn, JSON.parse(document) as Document]))

/** By name: the policy, and the document of the version that is in force. */
function ownPolicies(plan: AccountPlan): Map<string, { policy: ManagedPolicy; document: Document }> {
  const createdAt = Date.UTC(2026, 10, 1)
  return new Map(
    Object.entries(plan.policies).map(([name, { versions, defaultVersion }]) => {
      const policy: ManagedPolicy = {
        ...{ id: newId('policy'), name, path: '/', description: '', createdAt, updatedAt: createdAt },
        versions: versions.map((one, i) => ({
          ...{ id: `v${i + 1}`, document: JSON.stringify(one), createdAt },
        })),
        ...{ defaultVersionId: `v${defaultVersion + 1}`, nextVersion: 3, tags: {} },
      }
      return [name, { policy, document: versions[defaultVersion] }]
    }),
  )
}

function isOfWorld({ key }: TestServer): (accessKey: { readonly id: string }) => boolean {
  return ({ id }) => id !== key.accessKeyId
}

function principalTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value]),
  )
}

type SessionPlan = AccountPlan['users']['alice']['session']

function sessionOf({ mfaSecondsAgo, sourceIdentity }: SessionPlan, now: number): Partial<PrincipalSession> {
  return { mfaAt: mfaSecondsAgo === null ? null : now - mfaSecondsAgo * 1000, sourceIdentity }
}

function sessionFacts({ mfaSecondsAgo, sourceIdentity }: SessionPlan, now: number): Record<string, string> {
  return {
    'aws:tokenissuetime': new Date(now).toISOString(),
    'aws:multifactorauthpresent': String(mfaSecondsAgo !== null),
    ...(mfaSecondsAgo !== null && { 'aws:multifactorauthage': String(mfaSecondsAgo) }),
    ...(sourceIdentity !== null && { 'aws:sourceidentity': sourceIdentity }),
  }
}
