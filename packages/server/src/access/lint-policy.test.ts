import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { builtInPolicies } from './built-in-policies.ts'
import { lintPolicy } from './lint-policy.ts'
import type { PolicyKind } from './policy.ts'
import { account, group, policy } from './testing/requests.ts'

const narrow = { Effect: 'Allow', Action: 'codeguru-profiler:GetProfile', Resource: group }
const deny = { ...narrow, Effect: 'Deny' }
const everybody = { Principal: '*' }
const when = (Condition: object): object => ({ ...narrow, Condition })
const denyWhen = (Condition: object): object => ({ ...deny, Condition })
const variable = group.replace('orders', '${aws:username}')

/** `line kind: note` */
function notes(Statement: unknown, kind: PolicyKind = 'identity', Version = '2012-10-17'): string[] {
  const found = lintPolicy(policy(JSON.stringify({ Version, Statement }, null, 1), kind))
  return found.map((one) => `${one.kind}: ${one.note}`)
}

describe('a policy that means little and says so has no notes', () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [statement: object, kind?: PolicyKind])[] = [
    [narrow], [{ ...narrow, Action: 'codeguru-profiler:Get*' }], [{ ...narrow, Resource: group.replace('orders', '*') }],
    [{ ...deny, Action: '*', Resource: '*' }], [{ ...deny, Action: undefined, NotAction: 'iam:*' }], [{ ...deny, Resource: undefined, NotResource: group }],
    [{ ...deny, ...everybody }, 'resource'], [{ ...narrow, Principal: { AWS: account } }, 'resource'],
    [{ ...narrow, Action: 'sts:AssumeRole', Principal: { AWS: account }, Resource: undefined }, 'trust'],
    [{ ...narrow, ...everybody, Resource: '*' }, 'endpoint'], [{ ...narrow, Resource: variable }],
    [when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'stage' } })],
    [when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'stage' }, Null: { 'aws:TagKeys': false } })],
    [when({ Bool: { 'aws:MultiFactorAuthPresent': true } })], [denyWhen({ BoolIfExists: { 'aws:MultiFactorAuthPresent': false } })],
    [when({ StringLike: { 'aws:username': 'a*' } })], [when({ StringEquals: { 'aws:username': '${*}${aws:userid}' } })],
    [denyWhen({ StringEquals: { 'aws:username': "${aws:PrincipalTag/owner, 'nobody'}" } })], [denyWhen({ StringNotEquals: { 'aws:username': 'a' } })],
    [when({ Null: { 'aws:TagKeys': true } })],
  ]
  for (const [statement, kind] of cases)
    test(JSON.stringify(statement), () => assert.deepEqual(notes(statement, kind), []))
})

describe('notes', () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [title: string, statement: object, wanted: readonly string[], kind?: PolicyKind, version?: string])[] = [
    ['every action', { ...narrow, Action: '*' }, ['wide: allows every action of every service']],
    ['every action of a service', { ...narrow, Action: 'iam:*' }, ['wide: iam:* allows more actions of iam than one can see here']],
    ['actions by their end', { ...narrow, Action: ['iam:GetUser', 'iam:*User'] }, ['wide: iam:*User allows more actions of iam than one can see here']],
    ['NotAction', { ...narrow, Action: undefined, NotAction: 'iam:*' }, ['wide: allows every action but these, also those that will be added']],
    ['every resource', { ...narrow, Resource: [group, '*'] }, ['wide: allows it on every resource']],
    ['NotResource', { ...narrow, Resource: undefined, NotResource: group }, ['wide: allows every resource but these']],
    ['everybody', { ...narrow, ...everybody }, ['wide: allows everybody, of every account'], 'resource'],
    ['everybody with conditions', { ...when({ Bool: { 'aws:SecureTransport': true } }), ...everybody }, ['wide: allows everybody who meets the conditions, of every account'], 'resource'],
    ['a trust policy about something else', { ...narrow, Principal: { AWS: account }, Action: ['sts:AssumeRole', 'iam:GetUser'] }, ['surprise: iam:GetUser: a trust policy decides only about actions of sts'], 'trust'],
    ['several values, one operator', when({ StringEquals: { 'aws:TagKeys': 'stage' } }), ['surprise: aws:TagKeys can have several values: use ForAnyValue: or ForAllValues:']],
    ['several values of a web identity', when({ StringEquals: { 'issuer.example.com:amr': 'x' } }), ['surprise: issuer.example.com:amr can have several values: use ForAnyValue: or ForAllValues:']],
    ['one value, set operator', when({ 'ForAnyValue:StringEquals': { 'aws:username': 'a' } }), ['surprise: aws:username has one value: ForAnyValue:StringEquals should stand without its prefix']],
    ['all of none', when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'stage' } }), ['surprise: ForAllValues:StringEquals also allows requests without aws:TagKeys']],
    ['all of none, which may be absent', when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'stage' }, Null: { 'aws:TagKeys': [true, false] } }), ['surprise: ForAllValues:StringEquals also allows requests without aws:TagKeys']],
    ['not what is absent', when({ StringNotEquals: { 'aws:username': 'a' } }), ['surprise: StringNotEquals also allows requests without aws:username']],
    ['if it exists', when({ BoolIfExists: { 'aws:MultiFactorAuthPresent': true } }), ['surprise: BoolIfExists also allows requests without aws:MultiFactorAuthPresent']],
    ['denial of what is absent', denyWhen({ Bool: { 'aws:MultiFactorAuthPresent': false } }), ['surprise: Bool does not deny long-term keys, which have no aws:multifactorauthpresent: use BoolIfExists']],
    ['wildcards as text', when({ StringEquals: { 'aws:username': ['a', 'b*', 'c?'] } }), ['surprise: StringEquals takes "b*" literally: wildcards need StringLike', 'surprise: StringEquals takes "c?" literally: wildcards need StringLike']],
    ['variables as text', { ...when({ StringLike: { 'aws:username': '${aws:userid}' } }), Resource: variable }, [`surprise: "${variable}" is taken literally: variables need Version 2012-10-17`, 'surprise: "${aws:userid}" is taken literally: variables need Version 2012-10-17'], 'identity', '2008-10-17'],
    ['a denial with a variable', { ...denyWhen({ StringEquals: { 'aws:username': '${aws:PrincipalTag/owner}' } }), Resource: variable }, ['surprise: denies nothing here when the request has no aws:username: give it a default', 'surprise: denies nothing here when the request has no aws:principaltag/owner: give it a default']],
    ['a denial in a trust policy', { ...denyWhen({ StringEquals: { 'aws:username': '${aws:userid}' } }), Action: 'sts:*', Resource: undefined, ...everybody }, ['surprise: denies nothing here when the request has no aws:userid: give it a default'], 'trust'],
  ]
  for (const [title, statement, wanted, kind, version] of cases)
    test(title, () => assert.deepEqual(notes(statement, kind, version), wanted))

  test('come with their lines, in order', () => {
    const text = `{ "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Condition": { "StringNotEquals": {
          "aws:username": "a" } },
        "Action": ["iam:GetUser",
                   "iam:*"],
        "Resource": "*"
      }] }`
    assert.deepEqual(
      lintPolicy(policy(text)).map(({ line }) => line),
      [5, 7, 8],
    )
  })

  test('of the built-in policies only the wide ones have some', () => {
    const counts = builtInPolicies.map(
      ({ name, document }) => `${name} ${lintPolicy(policy(document)).length}`,
    )
    assert.deepEqual(counts, [
      'AdministratorAccess 2',
      'AmazonCodeGuruProfilerFullAccess 3',
      'AmazonCodeGuruProfilerReadOnlyAccess 1',
      'AmazonCodeGuruProfilerAgentAccess 0',
      'AWSServiceRoleForCodeGuru-Profiler 1',
    ])
  })
})
