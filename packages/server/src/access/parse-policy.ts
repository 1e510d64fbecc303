/**
 * The grammar of IAM's policy language. What is not in it is refused with the line and the reason, never ignored: a policy
 * that means less than its author believes is a hole.
 */
import { arnPatternFor, splitArn } from './arn.ts'
import { type Condition, type OperatorUse, parseNullOperand, parseOperatorUse } from './condition.ts'
import type { Operand } from './condition-operators.ts'
import { codesOf, patternOf } from './glob.ts'
import { JsonError, type JsonMember, type JsonNode, readJson } from './json-reader.ts'
import { parsePrincipal, unlistedAccounts } from './parse-principal.ts'
import type { ActionPattern, OneOf, Policy, PolicyKind, ResourcePattern, Statement } from './policy.ts'
import type { PrincipalPattern, PrincipalType } from './principal-pattern.ts'
import { isContextKey, parseTemplate } from './template.ts'

export interface PolicyProblem {
  /** From 1. */
  readonly line: number
  readonly reason: string
}

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] }

interface Rules {
  readonly principal: 'required' | 'optional' | 'forbidden'
  readonly resource: 'required' | 'optional'
  /** `Id` may stand at the top; a Sid may hold more than letters and digits. */
  readonly isResourceBased: boolean
  /** Characters without white space. */
  readonly maxSize: number
}

const rules: Readonly<Record<PolicyKind, Rules>> = {
  // The largest there is, all inline policies of a role; smaller limits are the owner's concern.
  identity: { principal: 'forbidden', resource: 'required', isResourceBased: false, maxSize: 10_240 },
  boundary: { principal: 'forbidden', resource: 'required', isResourceBased: false, maxSize: 6144 },
  session: { principal: 'forbidden', resource: 'required', isResourceBased: false, maxSize: 2048 },
  trust: { principal: 'required', resource: 'optional', isResourceBased: true, maxSize: 2048 },
  resource: { principal: 'required', resource: 'required', isResourceBased: true, maxSize: 10_240 },
  endpoint: { principal: 'optional', resource: 'required', isResourceBased: true, maxSize: 20_480 },
}

/** With white space; IAM takes no longer text from anybody. */
const maxTextLength = 131_072
/** Statement list, statement, Condition, operator, list of values: 7 with the policy itself. */
const maxDepth = 10

/** Characters that count against IAM's limits. */
export function policySize(text: string): number {
  let size = 0
  for (const character of text) if (!' \t\r\n'.includes(character)) size++
  return size
}

/**
 * Reads a policy. `maxSize` (characters without white space) stands in for the limit of its kind where the owner's is
 * another.
 */
export function parsePolicy(text: string, kind: PolicyKind, maxSize = rules[kind].maxSize): ParsedPolicy {
  const size = policySize(text)
  if (text.length > maxTextLength || size > maxSize) {
    const reason =
      size > maxSize
        ? `the policy has ${size} characters without white space; at most ${maxSize} are allowed`
        : `the policy has ${text.length} characters; at most ${maxTextLength} are allowed`
    return { kind: 'problems', problems: [{ line: 1, reason }] }
  }
  const grammar = new Grammar(kind)
  try {
    const policy = grammar.policy(readJson(text, maxDepth), size)
    if (policy !== null) return { kind: 'policy', policy }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return { kind: 'problems', problems: [{ line: error.line, reason: error.message }] }
  }
  return { kind: 'problems', problems: grammar.problems }
}

type JsonObject = Extract<JsonNode, { kind: 'object' }>

/** What stands in a list or alone. */
interface Item {
  readonly text: string
  readonly line: number
}

/** Problems gather while it reads; what is returned counts only if there are none. */
class Grammar {
  readonly problems: PolicyProblem[] = []
  readonly #kind: PolicyKind
  readonly #rules: Rules
  readonly #sids = new Set<string>()
  #hasVariables = false

  constructor(kind: PolicyKind) {
    this.#kind = kind
    this.#rules = rules[kind]
  }

  policy(node: JsonNode, size: number): Policy | null {
    if (node.kind !== 'object') {
      this.#problem(node.line, 'a policy is a JSON object')
      return null
    }
    const members = this.#members(node, this.#rules.isResourceBased ? policyWithId : policyElements, 'policy')
    const version = this.#version(members.get('Version'))
    this.#hasVariables = version === '2012-10-17'
    const idMember = members.get('Id')
    const id = idMember === undefined ? null : this.#string(idMember.value, 'Id')
    const list = members.get('Statement')
    if (list === undefined) {
      this.#problem(node.line, 'the policy has no Statement')
      return null
    }
    const nodes = list.value.kind === 'array' ? list.value.items : [list.value]
    // A group that nobody may post to keeps a policy without statements.
    if (nodes.length === 0 && this.#kind !== 'resource') this.#problem(list.line, 'Statement is empty')
    const statements = nodes.map((statement, index) => this.#statement(statement, index))
    if (this.problems.length > 0) return null
    return { kind: this.#kind, version, id, statements: statements as Statement[], size }
  }

  #version(member: JsonMember | undefined): Policy['version'] {
    if (member === undefined) return '2008-10-17'
    const text = this.#string(member.value, 'Version')
    if (text === '2012-10-17' || text === '2008-10-17') return text
    this.#problem(member.value.line, 'Version is neither "2012-10-17" nor "2008-10-17"')
    return '2012-10-17'
  }

  #statement(node: JsonNode, index: number): Statement | null {
    if (node.kind !== 'object') {
      this.#problem(node.line, 'a statement is a JSON object')
      return null
    }
    const members = this.#members(node, statementElements, 'statement')
    const effect = this.#effect(members.get('Effect'), node.line)
    const actions = this.#oneOf(node, members, 'Action', 'required', (value) => this.#actions(value))
    const resources = this.#oneOf(node, members, 'Resource', this.#rules.resource, (value) =>
      this.#resources(value),
    )
    const principals = this.#oneOf(node, members, 'Principal', this.#rules.principal, (value) =>
      this.#principals(value),
    )
    if (principals?.negated === true) this.#notPrincipal(principals, effect)
    const condition = members.get('Condition')
    return {
      sid: this.#sid(members.get('Sid')),
      index,
      line: node.line,
      effect,
      principals,
      actions: actions ?? { negated: false, line: node.line, items: [] },
      resources,
      conditions: condition === undefined ? [] : this.#conditions(condition.value),
    }
  }

  #sid(member: JsonMember | undefined): string | null {
    const sid = member === undefined ? '' : this.#string(member.value, 'Sid')
    if (member === undefined || sid === '') return null
    const { line } = member.value
    if (this.#kind === 'trust' || !this.#rules.isResourceBased)
      if (!isMadeOf(sid, lettersAndDigits)) this.#problem(line, 'a Sid holds only letters and digits')
    if (this.#sids.has(sid)) this.#problem(line, `the Sid "${sid}" stands twice`)
    this.#sids.add(sid)
    return sid
  }

  #effect(member: JsonMember | undefined, line: number): 'Allow' | 'Deny' {
    if (member === undefined) this.#problem(line, 'the statement has no Effect')
    else if (member.value.kind === 'string') {
      const { value } = member.value
      if (value === 'Allow' || value === 'Deny') return value
      this.#problem(member.value.line, `Effect is "Allow" or "Deny", not ${JSON.stringify(value)}`)
    } else this.#problem(member.value.line, 'Effect is "Allow" or "Deny"')
    return 'Deny'
  }

  /** An element or its `Not…`: not both, and one of them where it is required. */
  #oneOf<T>(
    statement: JsonObject,
    members: ReadonlyMap<string, JsonMember>,
    name: string,
    presence: 'required' | 'optional' | 'forbidden',
    read: (value: JsonNode) => T[],
  ): OneOf<T> | null {
    const plain = members.get(name)
    const negated = members.get(`Not${name}`)
    const member = plain ?? negated
    if (member === undefined) {
      if (presence === 'required')
        this.#problem(statement.line, `the statement has neither ${name} nor Not${name}`)
      return null
    }
    if (presence === 'forbidden')
      this.#problem(member.line, `${member.name} is only for policies of resources and roles`)
    if (plain !== undefined && negated !== undefined)
      this.#problem(negated.line, `the statement has both ${name} and Not${name}`)
    return { negated: plain === undefined, line: member.line, items: read(member.value) }
  }

  #actions(node: JsonNode): ActionPattern[] {
    return this.#items(node, 'an action').map(({ text, line }) => {
      const colon = text.indexOf(':')
      const isAction =
        text === '*' ||
        (colon > 0 &&
          colon < text.length - 1 &&
          isMadeOf(text.slice(0, colon), servicePrefix) &&
          isMadeOf(text.slice(colon + 1), actionName))
      if (!isAction) this.#problem(line, `${JSON.stringify(text)} is no action: "*" or "service:Name"`)
      return { text, line, pattern: patternOf(codesOf(text.toLowerCase())) }
    })
  }

  #resources(node: JsonNode): ResourcePattern[] {
    return this.#items(node, 'a resource').map(({ text, line }): ResourcePattern => {
      if (text === '*') return { kind: 'any', text, line }
      const problem = problemWithResource(text)
      if (problem !== null) this.#problem(line, `${JSON.stringify(text)}: ${problem}`)
      const syntax = { wildcards: true, variables: this.#hasVariables, lowerCase: false }
      const parsed = parseTemplate(text, syntax)
      if ('problem' in parsed) {
        this.#problem(line, parsed.problem)
        return { kind: 'any', text: '*', line }
      }
      const { template } = parsed
      return { kind: 'arn', text, line, variables: template.variables, pattern: arnPatternFor(template) }
    })
  }

  /** `"*"`, or an object: kind of principal → one or more. */
  #principals(node: JsonNode): PrincipalPattern[] {
    if (node.kind === 'string' && node.value === '*') return [{ kind: 'anyone', text: '*', line: node.line }]
    if (node.kind !== 'object') {
      this.#problem(node.line, 'a principal is "*" or an object: { "AWS": … }')
      return []
    }
    const members = this.#members(node, principalTypes, 'principal')
    if (node.members.length === 0) this.#problem(node.line, 'the principal names nobody')
    return [...members.values()].flatMap(({ name, value }) =>
      this.#items(value, 'a principal').flatMap(({ text, line }) => {
        const pattern = parsePrincipal(name as PrincipalType, text, line)
        if ('problem' in pattern) this.#problem(line, pattern.problem)
        return 'problem' in pattern ? [] : [pattern]
      }),
    )
  }

  #notPrincipal({ line, items }: OneOf<PrincipalPattern>, effect: 'Allow' | 'Deny'): void {
    if (effect === 'Allow')
      this.#problem(line, 'NotPrincipal with Allow would allow everybody else: name who may')
    for (const { text, line: itemLine } of unlistedAccounts(items))
      this.#problem(
        itemLine,
        `NotPrincipal must list the account of "${text}" too, or it is denied with its account`,
      )
  }

  #conditions(node: JsonNode): Condition[] {
    if (node.kind !== 'object') {
      this.#problem(node.line, 'Condition is an object: operator → key → values')
      return []
    }
    return node.members.flatMap(({ name: operatorText, line, value: keys }) => {
      const use = parseOperatorUse(operatorText)
      if (use === null) {
        this.#problem(line, `there is no condition operator "${operatorText}"`)
        return []
      }
      if (keys.kind !== 'object' || keys.members.length === 0) {
        this.#problem(keys.line, `${operatorText} needs an object: key → values`)
        return []
      }
      const seen = new Set<string>()
      return keys.members.map((member) => {
        const key = member.name.toLowerCase()
        if (!isContextKey(member.name)) this.#problem(member.line, `"${member.name}" is no condition key`)
        if (seen.has(key)) this.#problem(member.line, `"${member.name}" stands twice under ${operatorText}`)
        seen.add(key)
        const place = { operatorText, keyText: member.name, line: member.line, key }
        return this.#condition(place, use, member.value)
      })
    })
  }

  #condition(
    place: Pick<Condition, 'operatorText' | 'keyText' | 'line' | 'key'>,
    use: OperatorUse,
    node: JsonNode,
  ): Condition {
    const items = this.#items(node, 'a value', true)
    if (use.kind === 'null')
      return { ...place, kind: 'null', absent: items.map((item) => this.#nullOperand(item)) }
    const operands = items.flatMap(({ text, line }): Operand[] => {
      const operand = use.operator.parseOperand(text, this.#hasVariables)
      if ('problem' in operand) this.#problem(line, `${place.operatorText}: ${operand.problem}`)
      return 'problem' in operand ? [] : [operand]
    })
    const hasVariables = operands.some(({ variables }) => variables.length > 0)
    return { ...place, ...use, operands, hasVariables }
  }

  #nullOperand({ text, line }: Item): boolean {
    const operand = parseNullOperand(text)
    if (operand === null) this.#problem(line, `Null: ${JSON.stringify(text)} is neither true nor false`)
    return operand === true
  }

  /** One or a list of them. Values of conditions may be written without quotes when they are numbers or booleans. */
  #items(node: JsonNode, what: string, areValues = false): Item[] {
    const nodes = node.kind === 'array' ? node.items : [node]
    if (nodes.length === 0) this.#problem(node.line, `the list is empty where ${what} is expected`)
    return nodes.flatMap((item) => {
      const { line } = item
      if (item.kind === 'number' && areValues) return [{ text: item.text, line }]
      if (item.kind === 'boolean' && areValues) return [{ text: String(item.value), line }]
      return [{ text: this.#string(item, what), line }]
    })
  }

  /** `what` is for the message. Also holds the characters that IAM allows in policies. */
  #string(node: JsonNode, what: string): string {
    if (node.kind !== 'string') {
      this.#problem(node.line, `${what} is expected to be a string`)
      return ''
    }
    this.#checkCharacters(node.value, node.line)
    return node.value
  }

  #checkCharacters(text: string, line: number): void {
    for (const character of text) {
      const isAllowed = (character >= ' ' && character <= '\u00ff') || '\t\n\r'.includes(character)
      if (!isAllowed) {
        this.#problem(line, `policies cannot hold the character ${JSON.stringify(character)}`)
        return
      }
    }
  }

  /** The members of an object by name; only these are known. */
  #members(node: JsonObject, known: ReadonlySet<string>, what: string): Map<string, JsonMember> {
    const members = new Map<string, JsonMember>()
    for (const member of node.members) {
      if (known.has(member.name)) members.set(member.name, member)
      else this.#problem(member.line, `a ${what} has no element ${JSON.stringify(member.name)}`)
    }
    return members
  }

  #problem(line: number, reason: string): void {
    this.problems.push({ line, reason })
  }
}

const policyElements = new Set(['Version', 'Statement'])
const policyWithId = new Set([...policyElements, 'Id'])
const statementElements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
const principalTypes = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const lettersAndDigits = new Set(`${letters}0123456789`)
const servicePrefix = new Set([...lettersAndDigits, '-'])
const actionName = new Set([...lettersAndDigits, '-', '_', '*', '?'])
/** Of the parts of an ARN before the last. */
const arnPart = new Set([...lettersAndDigits, '-', '*', '?'])

function isMadeOf(text: string, characters: ReadonlySet<string>): boolean {
  for (const character of text) if (!characters.has(character)) return false
  return true
}

function problemWithResource(text: string): string | null {
  const parts = splitArn(text)
  if (parts === null) return 'a resource is "*" or an ARN: arn:partition:service:region:account:resource'
  const [, partition = '', service = '', region = '', account = '', resource = ''] = parts
  if (service === '' || !isMadeOf(service, servicePrefix))
    return 'the service of an ARN is written out, without wildcards'
  if (partition === '' || resource === '') return 'the partition and the resource of an ARN cannot be empty'
  for (const part of [partition, region, account])
    if (!isMadeOf(part, arnPart))
      return `variables and other characters than letters, digits, - * ? may stand only in the last part`
  return null
}
