import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { iamService, monitoringService, type QueryOperation, stsService } from './index.ts'
import { QueryError, type QueryErrorCode } from './query-errors.ts'
import type { Members, Optional, Shape } from './shapes.ts'

/** AWS's own models: see fixtures/service-models. */
interface Model {
  readonly metadata: { readonly apiVersion: string; readonly xmlNamespace: string }
  readonly operations: Readonly<Record<string, ModelOperation>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}
interface ModelOperation {
  readonly input?: { readonly shape: string }
  readonly output?: { readonly shape: string; readonly resultWrapper?: string }
  readonly errors?: readonly { readonly shape: string }[]
}
interface ModelShape {
  readonly type: string
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, { readonly shape: string }>>
  readonly member?: { readonly shape: string }
  readonly value?: { readonly shape: string }
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly error?: { readonly code: string; readonly httpStatusCode: number; readonly senderFault?: boolean }
}

/** What Wick does not take or give: what is about other services of AWS, its console and organisations, and token sizes. */
const leftOut: ReadonlySet<string> = new Set([
  'AlarmContributorAttributes',
  'AlarmContributorId',
  'ContextProvider',
  'IdentityCenterInstanceArn',
  'IdentityStoreArn',
  'IsTrustedIdentityPropagationEnabled',
  'MaxSigninSessionDuration',
  'MinimumSessionTokenSize',
  'OrganizationsDecisionDetail',
  'PolicyExclusionList',
  'ProvidedContexts',
  'ResetMaxSigninSessionDuration',
  'SessionTokenSize',
  'SessionTokenUtilization',
  'SourceRoleTemplate',
  'TrustedIdentityPropagationContext',
])
/** Always an empty list here: what would be in it is not told. */
const neverFilled: ReadonlySet<string> = new Set([
  'CompositeAlarm',
  'LogAlarm',
  'InstanceProfile',
  'SSHPublicKeyMetadata',
  'ServiceSpecificCredentialMetadata',
  'SigningCertificate',
  'accountAliasType',
])
/** Taken only to be refused: what would be in it does not matter. */
const refused: ReadonlySet<string> = new Set([
  'ActionConfiguration',
  'EvaluationCriteria',
  'EvaluationWindow',
  'WarmUpConfiguration',
])
/** What answers about alarms leave out, because it is refused. */
const leftOutOfAlarms = [
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
]
/** Written with code points above FFFF in a way that only Java reads. ARNs are parsed where they are used. */
const unreadablePatterns: ReadonlySet<string> = new Set(['arnType'])

const services = [
  { service: iamService, file: 'iam-2010-05-08.json', count: 105 },
  { service: stsService, file: 'sts-2011-06-15.json', count: 4 },
  { service: monitoringService, file: 'monitoring-2010-08-01.json', count: 14 },
] as const

for (const { service, file, count } of services) {
  const model: Model = JSON.parse(
    readFileSync(new URL(`../../../../fixtures/service-models/${file}`, import.meta.url), 'utf8'),
  )
  const operations: Readonly<Record<string, QueryOperation>> = service.operations

  test(`${file}: version, namespace and operations are the model's`, () => {
    assert.equal(service.version, model.metadata.apiVersion)
    assert.equal(service.namespace, model.metadata.xmlNamespace)
    assert.equal(Object.keys(operations).length, count)
    assert.deepEqual(Object.keys(operations).toSorted(), Object.keys(model.operations).toSorted())
  })

  test(`${file}: inputs and outputs have the model's members, constraints and order`, () => {
    let compared = 0
    const compareMembers = (members: Members, name: string, isInput: boolean, at: string): void => {
      const { members: modelled = {}, required = [] } = model.shapes[name]!
      const kept = Object.keys(modelled).filter(
        (member) => !leftOut.has(member) && !(name === 'MetricAlarm' && leftOutOfAlarms.includes(member)),
      )
      const own = Object.keys(members)
      // Answers are written in their order; questions come in any.
      assert.deepEqual(isInput ? own.toSorted() : own, isInput ? kept.toSorted() : kept, at)
      for (const member of kept) {
        const found = members[member]!
        assert.equal(found.kind !== 'optional', required.includes(member), `${at}.${member}`)
        compare(shapeOf(found), modelled[member]!.shape, isInput, `${at}.${member}`)
      }
    }
    const compare = (shape: Shape, name: string, isInput: boolean, at: string): void => {
      compared++
      if (neverFilled.has(name) || refused.has(name)) return
      const { type, min, max, pattern, enum: values, member, value } = model.shapes[name]!
      assert.equal(shape.kind, type, at)
      if (shape.kind === 'structure') compareMembers(shape.members, name, isInput, at)
      if (shape.kind === 'list') {
        assert.equal(shape.max, max ?? Number.POSITIVE_INFINITY, at)
        compare(shape.element, member!.shape, isInput, at)
      }
      if (shape.kind === 'map') compare(shape.value, value!.shape, isInput, at)
      if (shape.kind === 'string') {
        assert.deepEqual([shape.min, shape.max], [min ?? 0, max ?? Number.POSITIVE_INFINITY], at)
        assert.deepEqual(shape.values ?? undefined, values, at)
        if (!unreadablePatterns.has(name)) assert.equal(shape.pattern ?? undefined, pattern, at)
      }
      if (shape.kind === 'integer' && max !== undefined)
        assert.deepEqual([shape.min, shape.max], [min, max], at)
    }
    for (const [name, { input, output }] of Object.entries(operations)) {
      const { input: modelInput, output: modelOutput } = model.operations[name]!
      if (modelInput === undefined) assert.deepEqual(input, {})
      else compareMembers(input, modelInput.shape, true, name)
      const hasResult = modelOutput?.resultWrapper !== undefined
      assert.equal(output !== null, hasResult, name)
      if (output !== null) {
        assert.equal(modelOutput?.resultWrapper, `${name}Result`)
        compareMembers(output, modelOutput!.shape, false, name)
      }
    }
    assert.ok(compared > count, `${compared} members compared`)
  })

  test(`${file}: errors have the model's names and statuses`, () => {
    const named = Object.values(model.operations).flatMap(({ errors = [] }) =>
      errors.map(({ shape }) => shape),
    )
    // What cannot happen here: no context assertions are taken, issuers are asked when a token comes and not before, and
    // failures of ours are InternalFailure.
    const impossible = [
      'InvalidContextAssertionException',
      'OpenIdIdpCommunicationErrorException',
      'ServiceFailureException',
      'InternalServiceFault',
      // Of tags, which are changed one call after the other, and of alarms that others are made of.
      'ConcurrentModificationException',
      'ConflictException',
      'ResourceConflict',
      // Of CloudWatch it has another status than of IAM: told where it is thrown.
      'LimitExceededFault',
    ]
    for (const shape of new Set(named)) {
      if (impossible.includes(shape)) continue
      const { code, httpStatusCode } = model.shapes[shape]!.error!
      assert.equal(new QueryError(code as QueryErrorCode, '').status, httpStatusCode, code)
    }
  })
}

function shapeOf(member: Shape | Optional): Shape {
  return member.kind === 'optional' ? member.shape : member
}
