/**
 * The policy language once more, written from its description and as plainly as possible: it walks the JSON of the policies
 * at every request, prepares nothing and shares no code with the evaluator. What the two disagree about is a mistake in one
 * of them.
 *
 * Where a comparison is impossible there is no third truth here. A statement is asked for what is certain (Allow) or for
 * what is possible (Deny), and an impossible comparison is answered accordingly, the other way round under a negation.
 */
import { BlockList, isIP } from 'node:net'

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
type Dictionary = { readonly [name: string]: Json }

export interface NaiveRequest {
  readonly caller:
    | { readonly kind: 'user'; readonly arn: string; readonly id: string; readonly accountId: string }
    | {
        readonly kind: 'role-session'
        readonly arn: string
        readonly roleArn: string
        readonly id: string
        readonly accountId: string
      }
    | { readonly kind: 'root'; readonly arn: string; readonly accountId: string }
    | { readonly kind: 'service'; readonly service: string }
    | { readonly kind: 'web-identity'; readonly provider: string }
  readonly action: string
  readonly resource: string
  readonly resourceAccountId: string
  /** Keys in lower case; a list for a key that may have several values. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly identity: readonly Json[]
  readonly boundary: Json | null
  readonly session: readonly Json[] | null
  readonly resourcePolicy: Json | null
  readonly isTrust: boolean
  readonly guardrails: readonly Json[]
}

export function naiveEvaluate(request: NaiveRequest): 'allow' | 'explicit deny' | 'implicit deny' {
  const { caller, identity, boundary, session, resourcePolicy, guardrails } = request
  const everything = [...identity, boundary, ...(session ?? []), resourcePolicy, ...guardrails]
  const denies = (policy: Json | null): boolean =>
    statementsOf(policy).some((one) => one.Effect === 'Deny' && statementMatches(one, policy, request, true))
  const allows = (policy: Json | null): boolean =>
    statementsOf(policy).some(
      (one) => one.Effect === 'Allow' && statementMatches(one, policy, request, false),
    )

  if (everything.some(denies)) return 'explicit deny'
  if (!guardrails.every(allows)) return 'implicit deny'

  const identityAllows = caller.kind === 'root' || identity.some(allows)
  const boundaryAllows = boundary === null || allows(boundary)
  const sessionAllows = session === null || session.some(allows)
  /** Whether the resource's policy allows, if only principals of this sort counted in it. */
  const resourceAllowsBy = (isCounted: (value: string) => boolean): boolean =>
    statementsOf(resourcePolicy).some(
      (one) =>
        one.Effect === 'Allow' &&
        statementMatches(one, resourcePolicy, request, false) &&
        namesIn(one.Principal!).some(([type, value]) => isCounted(value) && isOneOf(caller, type, value)),
    )

  if (caller.kind === 'service' || caller.kind === 'web-identity')
    return allows(resourcePolicy) ? 'allow' : 'implicit deny'
  if (caller.accountId !== request.resourceAccountId) {
    const both = allows(resourcePolicy) && identityAllows && boundaryAllows && sessionAllows
    return both ? 'allow' : 'implicit deny'
  }
  if (request.isTrust && !allows(resourcePolicy)) return 'implicit deny'
  const itself: readonly string[] =
    caller.kind === 'user' ? [caller.arn, caller.id] : caller.kind === 'role-session' ? [caller.arn] : []
  if (resourceAllowsBy((value) => itself.includes(value))) return 'allow'
  const isAccount = (value: string): boolean => /^\d{12}$/.test(value) || value.endsWith(':root')
  const granted = identityAllows || resourceAllowsBy((value) => !isAccount(value))
  return granted && boundaryAllows && sessionAllows ? 'allow' : 'implicit deny'
}

function statementsOf(policy: Json | null): readonly Dictionary[] {
  return policy === null ? [] : (list((policy as Dictionary).Statement!) as readonly Dictionary[])
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value as Json]
}

function texts(value: Json): readonly string[] {
  return list(value).map(String)
}

function statementMatches(
  statement: Dictionary,
  policy: Json,
  request: NaiveRequest,
  isPossibleEnough: boolean,
): boolean {
  const knowsVariables = (policy as Dictionary).Version === '2012-10-17'
  return (
    principalMatches(statement, request) &&
    actionMatches(statement, request.action) &&
    resourceMatches(statement, request, knowsVariables) &&
    Object.entries((statement.Condition ?? {}) as Dictionary).every(([operator, keys]) =>
      Object.entries(keys as Dictionary).every(([key, values]) =>
        conditionHolds(operator, key, texts(values), request, knowsVariables, isPossibleEnough),
      ),
    )
  )
}

// Principals

type Caller = NaiveRequest['caller']

/** `[type, value]` of everybody that a Principal element lists. */
function namesIn(element: Json): readonly (readonly [string, string])[] {
  if (typeof element === 'string') return [['AWS', element]]
  return Object.entries(element as Dictionary).flatMap(([type, values]) =>
    texts(values).map((value) => [type, value] as const),
  )
}

function isOneOf(caller: Caller, type: string, value: string): boolean {
  if (value === '*') return true
  if (caller.kind === 'service') return type === 'Service' && value === caller.service
  if (caller.kind === 'web-identity') return type === 'Federated' && value === caller.provider
  if (type !== 'AWS') return false
  const { accountId } = caller
  if (value === accountId || value === `arn:aws:iam::${accountId}:root`) return true
  if (caller.kind === 'root') return false
  return (
    value === caller.arn ||
    value === caller.id ||
    (caller.kind === 'role-session' && value === caller.roleArn)
  )
}

function principalMatches({ Principal, NotPrincipal }: Dictionary, { caller }: NaiveRequest): boolean {
  if (Principal !== undefined) return namesIn(Principal).some(([type, value]) => isOneOf(caller, type, value))
  if (NotPrincipal === undefined) return true
  const values = namesIn(NotPrincipal)
  const lists = (type: string, ...alternatives: readonly string[]): boolean =>
    values.some(([t, value]) => value === '*' || (t === type && alternatives.includes(value)))
  if (caller.kind === 'service') return !lists('Service', caller.service)
  if (caller.kind === 'web-identity') return !lists('Federated', caller.provider)
  const isAccountListed = lists('AWS', caller.accountId, `arn:aws:iam::${caller.accountId}:root`)
  if (caller.kind === 'root') return !isAccountListed
  if (caller.kind === 'user') return !(isAccountListed && lists('AWS', caller.arn, caller.id))
  return !(isAccountListed && lists('AWS', caller.roleArn, caller.id) && lists('AWS', caller.arn))
}

// Actions and resources

function actionMatches({ Action, NotAction }: Dictionary, action: string): boolean {
  const isListed = (patterns: Json): boolean =>
    texts(patterns).some((pattern) => fits(symbols(pattern.toLowerCase()), action.toLowerCase()))
  return Action === undefined ? !isListed(NotAction!) : isListed(Action)
}

function resourceMatches(
  { Resource, NotResource }: Dictionary,
  { resource, context }: NaiveRequest,
  knowsVariables: boolean,
): boolean {
  if (Resource === undefined && NotResource === undefined) return true
  const answers = texts((Resource ?? NotResource)!).map((text): boolean | 'unknown variable' => {
    if (text === '*') return true
    const pattern = knowsVariables ? substituted(text, context) : symbols(text)
    if (pattern === null) return 'unknown variable'
    return arnFits(pattern, resource) === true
  })
  if (Resource !== undefined) return answers.includes(true)
  return answers.every((answer) => answer === false)
}

// Patterns: a list of characters, in which wildcards are objects and thus no character

const star = { wildcard: '*' } as const
const question = { wildcard: '?' } as const
type Sign = string | typeof star | typeof question

function symbols(text: string): readonly Sign[] {
  return text.split('').map((c) => (c === '*' ? star : c === '?' ? question : c))
}

/** null when a variable has no value. */
function substituted(
  text: string,
  context: NaiveRequest['context'],
  hasWildcards = true,
): readonly Sign[] | null {
  const start = text.indexOf('${')
  const plain = (part: string): readonly Sign[] => (hasWildcards ? symbols(part) : part.split(''))
  if (start === -1) return plain(text)
  const [all, key = '', fallback] = /^\$\{([^,}]+)(?:,\s*'([^']*)'\s*)?\}/.exec(text.slice(start))!
  const rest = substituted(text.slice(start + all.length), context, hasWildcards)
  const found = Object.hasOwn(context, key.toLowerCase()) ? context[key.toLowerCase()] : undefined
  const value = ['*', '?', '$'].includes(key) ? key : typeof found === 'string' ? found : fallback
  if (value === undefined || rest === null) return null
  return [...plain(text.slice(0, start)), ...value.split(''), ...rest]
}

/** By definition: a star is nothing, or one character and a star. */
function fits(pattern: readonly Sign[], text: string): boolean {
  const [sign, ...rest] = pattern
  if (sign === undefined) return text === ''
  if (sign === star) return fits(rest, text) || (text !== '' && fits(pattern, text.slice(1)))
  return text !== '' && (sign === question || sign === text[0]) && fits(rest, text.slice(1))
}

/** The first five colons divide; null when one of the two is no ARN. */
function arnFits(pattern: readonly Sign[], text: string): boolean | null {
  const wanted = divided(pattern, 5)
  const found = divided(text.split(''), 5)
  if (wanted === null || found === null || found[0]!.join('') !== 'arn') return null
  return wanted.every((part, index) => fits(part, found[index]!.join('')))
}

function divided(signs: readonly Sign[], colons: number): readonly (readonly Sign[])[] | null {
  if (colons === 0) return [signs]
  const end = signs.indexOf(':')
  const rest = end === -1 ? null : divided(signs.slice(end + 1), colons - 1)
  return rest === null ? null : [signs.slice(0, end), ...rest]
}

// Conditions

function conditionHolds(
  written: string,
  key: string,
  values: readonly string[],
  { context }: NaiveRequest,
  knowsVariables: boolean,
  isPossibleEnough: boolean,
): boolean {
  const found = Object.hasOwn(context, key.toLowerCase()) ? context[key.toLowerCase()]! : []
  const present = typeof found === 'string' ? [found] : found
  if (written === 'Null')
    return values.some((value) => (value.toLowerCase() === 'true') === (present.length === 0))

  const [, set, name = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(written)!
  const isNegated = name.includes('Not')
  const compare = comparisons[name.replace('Not', '')]!
  const resolved = values.map((value): readonly Sign[] | null => {
    if (!compare.hasVariables) return value.split('')
    if (knowsVariables) return substituted(value, context, compare.hasWildcards)
    return compare.hasWildcards ? symbols(value) : value.split('')
  })
  const known = resolved.filter((value) => value !== null)
  if (isNegated ? known.length < resolved.length : known.length === 0) return false

  if (present.length === 0) {
    if (ifExists !== undefined || set === 'ForAllValues:') return true
    return set === undefined && isNegated
  }
  if (present.length > 1 && set === undefined) return isPossibleEnough
  const holdsFor = (value: string): boolean => {
    const isOne = (whenImpossible: boolean): boolean =>
      known.some((pattern) => compare.test(value, pattern) ?? whenImpossible)
    return isNegated ? !isOne(!isPossibleEnough) : isOne(isPossibleEnough)
  }
  return set === 'ForAllValues:' ? present.every(holdsFor) : present.some(holdsFor)
}

interface Comparison {
  readonly hasVariables: boolean
  readonly hasWildcards: boolean
  /** null: impossible. */
  readonly test: (value: string, wanted: readonly Sign[]) => boolean | null
}

const word = (signs: readonly Sign[]): string => signs.join('')

function ordered(
  read: (text: string) => number | null,
  test: (value: number, wanted: number) => boolean,
): Comparison {
  return {
    hasVariables: false,
    hasWildcards: false,
    test: (value, wanted) => {
      const number = read(value)
      return number === null ? null : test(number, read(word(wanted))!)
    },
  }
}

function orderedFamily(family: string, read: (text: string) => number | null): Record<string, Comparison> {
  return {
    [`${family}Equals`]: ordered(read, (a, b) => a === b),
    [`${family}LessThan`]: ordered(read, (a, b) => a < b),
    [`${family}LessThanEquals`]: ordered(read, (a, b) => a <= b),
    [`${family}GreaterThan`]: ordered(read, (a, b) => a > b),
    [`${family}GreaterThanEquals`]: ordered(read, (a, b) => a >= b),
  }
}

const arnComparison: Comparison = {
  hasVariables: true,
  hasWildcards: true,
  test: (value, wanted) => arnFits(wanted, value),
}

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { hasVariables: true, hasWildcards: false, test: (value, wanted) => value === word(wanted) },
  StringEqualsIgnoreCase: {
    hasVariables: true,
    hasWildcards: false,
    test: (value, wanted) => value.toLowerCase() === word(wanted).toLowerCase(),
  },
  StringLike: { hasVariables: true, hasWildcards: true, test: (value, wanted) => fits(wanted, value) },
  ...orderedFamily('Numeric', numberIn),
  ...orderedFamily('Date', dateIn),
  Bool: {
    hasVariables: true,
    hasWildcards: false,
    test: (value, wanted) => {
      const pair = [value.toLowerCase(), word(wanted).toLowerCase()]
      return pair.every((one) => one === 'true' || one === 'false') ? pair[0] === pair[1] : null
    },
  },
  BinaryEquals: {
    hasVariables: false,
    hasWildcards: false,
    test: (value, wanted) => {
      if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) return null
      return Buffer.from(value, 'base64').equals(Buffer.from(word(wanted), 'base64'))
    },
  },
  IpAddress: {
    hasVariables: false,
    hasWildcards: false,
    test: (value, wanted) => {
      const address = unmapped(value)
      if (isIP(address) === 0) return null
      const [network = '', bits] = unmapped(word(wanted)).split('/')
      const family = isIP(network) === 6 ? 'ipv6' : 'ipv4'
      const networks = new BlockList()
      networks.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
      return family === `ipv${isIP(address)}` && networks.check(address, family)
    },
  },
  ArnEquals: arnComparison,
  ArnLike: arnComparison,
}

function unmapped(text: string): string {
  return text.replace(/^::ffff:(?=\d+\.)/i, '')
}

function numberIn(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

function dateIn(text: string): number | null {
  if (/^\d+$/.test(text) && text.length !== 4) return text.length > 12 ? null : Number(text) * 1000
  const shape = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/
  const milliseconds = shape.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds
}
