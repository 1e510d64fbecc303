import { QueryError } from '@wick/wire/query'
import type { StatementReference } from '../../access/access-request.ts'
import type { Account } from '../account.ts'
import {
  keysAskedFor,
  readAs,
  readInputs,
  type Simulation,
  type SourcedPolicy,
  simulate,
  sourceByArn,
} from '../simulate.ts'
import { require } from './find.ts'
import { answer, type IamHandlers, type IamInput, type IamOutput, type Outcome } from './handler.ts'
import { pageOf } from './paging.ts'

export const simulationHandlers: IamHandlers<
  | 'SimulateCustomPolicy'
  | 'SimulatePrincipalPolicy'
  | 'GetContextKeysForCustomPolicy'
  | 'GetContextKeysForPrincipalPolicy'
> = {
  /** Policies that nobody has, for a user who is there or one who is not. */
  SimulateCustomPolicy: (account, input, { now }) => {
    require((input.OrderedOrganizationPolicyInputList ?? []).length ===
      0, 'InvalidInput', 'There are no organisations here, and no policies of theirs.')
    require(input.ResourcePolicy === null ||
      input.CallerArn !== null, 'InvalidInput', 'CallerArn is required with ResourcePolicy.')
    const caller = input.CallerArn === null ? null : sourceByArn(account, input.CallerArn)
    const nobody = { kind: 'user', arn: `arn:aws:iam::${account.id}:user/simulated`, id: '' } as const
    const policies = readInputs('identity', input.PolicyInputList, 'PolicyInputList')
    return run(account, input, now, {
      principal: caller?.principal ?? { ...nobody, accountId: account.id },
      policies,
      boundary: null,
      context: caller?.context ?? new Map(),
    })
  },

  /** The policies of a user, group or role, and others that they might be given. */
  SimulatePrincipalPolicy: (account, input, { now }) => {
    const source = sourceByArn(account, input.PolicySourceArn)
    const caller = input.CallerArn === null ? source : sourceByArn(account, input.CallerArn)
    return run(account, input, now, {
      ...source,
      principal: caller.principal,
      policies: [...source.policies, ...readInputs('identity', input.PolicyInputList, 'PolicyInputList')],
    })
  },

  GetContextKeysForCustomPolicy: (_account, { PolicyInputList }) =>
    answer({ ContextKeyNames: [...keysAskedFor(readInputs('identity', PolicyInputList, ''))] }),

  GetContextKeysForPrincipalPolicy: (account, { PolicySourceArn, PolicyInputList }) => {
    const { policies } = sourceByArn(account, PolicySourceArn)
    return answer({
      ContextKeyNames: [...keysAskedFor([...policies, ...readInputs('identity', PolicyInputList, '')])],
    })
  },
}

type Input = Omit<IamInput<'SimulatePrincipalPolicy'>, 'PolicySourceArn' | 'PolicyInputList'>
type Result = NonNullable<IamOutput<'SimulatePrincipalPolicy'>['EvaluationResults']>[number]

const maxResults = 200
/** Statements that one call may look at, all its results together: a fraction of a second. Pages are shorter for it. */
const maxStatements = 20_000
/** Likewise characters of policies × characters of the longest text that they are compared with. */
const maxComparisons = 100_000_000
const maxPairs = 10_000
/** Of one value of the context: as many as a resource's name has. */
const maxValueLength = 2048

type Asked = Pick<Simulation, 'principal' | 'policies' | 'boundary' | 'context'>

/** Every action on every resource, a page at a time. */
function run(
  account: Account,
  input: Input,
  now: number,
  asked: Asked,
): Outcome<IamOutput<'SimulatePrincipalPolicy'>> {
  const resources =
    input.ResourceArns === null || input.ResourceArns.length === 0 ? ['*'] : input.ResourceArns
  const count = input.ActionNames.length * resources.length
  require(count <= maxPairs, 'InvalidInput', `A simulation asks for ${maxPairs} decisions at most.`)
  for (const action of input.ActionNames)
    require(/^[\w-]+:\w+$/.test(action), 'InvalidInput', `Invalid action name: ${action.slice(0, 128)}`)

  const pairs = input.ActionNames.flatMap((action) => resources.map((resource) => ({ action, resource })))
  const simulation = simulationOf(account, input, now, asked)
  const given = new Set(simulation.context.keys())
  const all = [simulation.boundary, simulation.resourcePolicy, ...simulation.policies].filter(
    (one) => one !== null,
  )
  const missing = [...keysAskedFor(all)].filter((key) => !given.has(key.toLowerCase()))
  const numbered = pairs.map((pair, i) => ({ ...pair, key: String(i).padStart(5, '0') }))
  const statements = all.reduce((sum, { policy }) => sum + policy.statements.length, 0)
  const comparisons = textLength(all) * longestText(resources, simulation.context)
  const bearable = Math.max(1, Math.floor(Math.min(maxStatements / statements, maxComparisons / comparisons)))
  const MaxItems = Math.min(input.MaxItems ?? maxResults, maxResults, bearable)
  const { items, page } = pageOf(numbered, ({ key }) => key, { Marker: input.Marker, MaxItems })
  const results = items.map(({ action, resource }): Result => {
    const { decision, isInBoundary } = simulate(simulation, action, resource)
    return {
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision:
        decision.kind === 'allow' ? 'allowed' : decision.isExplicit ? 'explicitDeny' : 'implicitDeny',
      MatchedStatements: decision.matched.map((reference) => viewStatement(reference, all)),
      MissingContextValues: missing,
      PermissionsBoundaryDecisionDetail:
        isInBoundary === null ? null : { AllowedByPermissionsBoundary: isInBoundary },
    }
  })
  return answer({ EvaluationResults: results, ...page })
}

/** One at least, as here and below something is divided by it. */
function textLength(policies: readonly SourcedPolicy[]): number {
  return policies.reduce((sum, { policy }) => sum + policy.size, 1)
}

function longestText(resources: readonly string[], context: Simulation['context']): number {
  return Math.max(1, ...[...resources, ...[...context.values()].flat()].map(({ length }) => length))
}

function simulationOf(account: Account, input: Input, now: number, asked: Asked): Simulation {
  const boundaries = readInputs(
    'boundary',
    input.PermissionsBoundaryPolicyInputList,
    'PermissionsBoundaryPolicyInputList',
  )
  require(boundaries.length <= 1, 'InvalidInput', 'There is one permissions boundary at most.')
  return {
    ...asked,
    boundary: boundaries[0] ?? asked.boundary,
    resourcePolicy:
      input.ResourcePolicy === null
        ? null
        : readAs('resource', input.ResourcePolicy, 'ResourcePolicy', 'resource'),
    resourceAccountId: input.ResourceOwner === null ? account.id : accountIn(input.ResourceOwner),
    context: new Map<string, string | readonly string[]>([
      ['aws:currenttime', new Date(now).toISOString()],
      ['aws:epochtime', String(Math.floor(now / 1000))],
      ...asked.context,
      ...entries(input.ContextEntries ?? []),
    ]),
  }
}

function entries(
  given: NonNullable<Input['ContextEntries']>,
): readonly (readonly [string, string | readonly string[]])[] {
  return given.map(({ ContextKeyName, ContextKeyValues, ContextKeyType }) => {
    if (ContextKeyName === null || ContextKeyValues === null)
      throw new QueryError('InvalidInput', 'A context entry has a name and values.')
    const isList = ContextKeyType?.endsWith('List') ?? ContextKeyValues.length !== 1
    for (const { length } of ContextKeyValues)
      require(length <=
        maxValueLength, 'InvalidInput', `A value of ${ContextKeyName} has ${maxValueLength} characters at most.`)
    require(isList ||
      ContextKeyValues.length ===
        1, 'InvalidInput', `The context key ${ContextKeyName} has a single value, or a type that ends with List.`)
    return [ContextKeyName.toLowerCase(), isList ? ContextKeyValues : ContextKeyValues[0]!]
  })
}

/** `123456789012`, or an ARN of that account. */
function accountIn(owner: string): string {
  const id = owner.startsWith('arn:') ? (owner.split(':')[4] ?? '') : owner
  require(/^\d{12}$/.test(id), 'InvalidInput', 'ResourceOwner is an account, or an ARN of one.')
  return id
}

function viewStatement(
  { policy, line }: StatementReference,
  policies: readonly SourcedPolicy[],
): NonNullable<Result['MatchedStatements']>[number] {
  const source = policies.find(({ name }) => name === policy)?.source ?? 'none'
  return { SourcePolicyId: policy, SourcePolicyType: source, StartPosition: { Line: line, Column: 1 } }
}
