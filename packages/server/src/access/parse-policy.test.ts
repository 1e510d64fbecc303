import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePolicy, policySize } from './parse-policy.ts'
import type { PolicyKind } from './policy.ts'
import { account, alice, policy } from './testing/requests.ts'

/** `line: reason` of each problem; empty when the policy is right. */
function problems(text: string, kind: PolicyKind = 'identity'): string[] {
  const parsed = parsePolicy(text, kind)
  return parsed.kind === 'policy' ? [] : parsed.problems.map(({ line, reason }) => `${line}: ${reason}`)
}

/** A policy with one statement that allows everything, and these elements in it instead. */
function statement(elements: Readonly<Record<string, unknown>>, version = '2012-10-17'): string {
  const whole = { Effect: 'Allow', Action: '*', Resource: '*', ...elements }
  return JSON.stringify({ Version: version, Statement: whole })
}

/** What a resource's policy says about this principal. */
function principal(value: unknown): string {
  return statement({ Principal: value })
}

describe('a policy may leave out and shorten', () => {
  test('Version: then it is of 2008-10-17', () => {
    assert.equal(policy('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}').version, '2008-10-17')
  })
  test('the list of statements, of actions and of resources, when it is one', () => {
    const one = policy('{"Statement":{"Effect":"Deny","Action":"a:B","Resource":"*"}}')
    const list = policy('{"Statement":[{"Resource":["*"],"Action":["a:B"],"Effect":"Deny"}]}')
    assert.deepEqual(one, { ...list, size: one.size })
  })
  test('the quotes of numbers and booleans in conditions', () => {
    const conditions = {
      NumericLessThan: { 'a:b': [1, -2.5, '3'] },
      Bool: { 'a:c': true },
      Null: { 'a:d': false },
    }
    assert.deepEqual(problems(statement({ Condition: conditions })), [])
  })
  test('every Sid, or leave all of them empty', () => {
    const text =
      '{"Statement":[{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}]}'
    assert.deepEqual(
      policy(text).statements.map(({ sid }) => sid),
      [null, null],
    )
  })
})

test('the policies of resources and roles may have an Id', () => {
  const statements = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
  for (const kind of ['resource', 'trust', 'endpoint'] as const)
    assert.equal(policy({ Id: 'x y', Statement: statements }, kind).id, 'x y')
})

test('the policy of a resource may be empty', () => {
  assert.deepEqual(policy('{ "Version" : "2012-10-17", "Statement" : [ ] }', 'resource').statements, [])
})

describe('threat 21: a policy that is not in the grammar is refused with the line and the reason', () => {
  const base = { Effect: 'Allow', Action: '*', Resource: '*' }
  // biome-ignore format: a table
  const cases: readonly (readonly [title: string, text: string, wanted: readonly string[], kind?: PolicyKind])[] = [
    ['no JSON', 'Allow', ['1: a value was expected, not "A"']],
    ['nothing', '', ['1: the text ends where a value was expected']],
    ['a list', '[]', ['1: a policy is a JSON object']],
    ['a name twice', '{"Version":"2012-10-17",\n"Statement":[],\n"Version":"2008-10-17"}', ['3: "Version" stands twice in one object']],
    ['a name twice, written differently', '{"Statement":[],"\\u0053tatement":[]}', ['1: "Statement" stands twice in one object']],
    ['an unknown version', '{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', ['1: Version is neither "2012-10-17" nor "2008-10-17"']],
    ['a version that is no string', '{"Version":2012,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', ['1: Version is expected to be a string', '1: Version is neither "2012-10-17" nor "2008-10-17"']],
    ['no statement', '{"Version":"2012-10-17"}', ['1: the policy has no Statement']],
    ['an empty list of statements', '{"Statement":[]}', ['1: Statement is empty']],
    ['a statement that is none', '{"Statement":["Allow"]}', ['1: a statement is a JSON object']],
    ['an unknown element of the policy', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"},"Comment":""}', ['1: a policy has no element "Comment"']],
    ['an element in lower case', '{"statement":{}}', ['1: a policy has no element "statement"', '1: the policy has no Statement']],
    ['Id outside of resources', '{"Id":"x","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', ['1: a policy has no element "Id"']],
    ['an unknown element of a statement', statement({ Efect: 'Allow' }), ['1: a statement has no element "Efect"']],
    ['a name that JavaScript knows', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","__proto__":{}}}', ['1: a statement has no element "__proto__"']],
    ['no effect', statement({ Effect: undefined }), ['1: the statement has no Effect']],
    ['an effect in lower case', statement({ Effect: 'allow' }), ['1: Effect is "Allow" or "Deny", not "allow"']],
    ['an effect that is no string', statement({ Effect: ['Allow'] }), ['1: Effect is "Allow" or "Deny"']],
    ['no action', statement({ Action: undefined }), ['1: the statement has neither Action nor NotAction']],
    ['both actions', statement({ NotAction: '*' }), ['1: the statement has both Action and NotAction']],
    ['no actions in the list', statement({ Action: [] }), ['1: the list is empty where an action is expected']],
    ['an action that is no string', statement({ Action: [1] }), ['1: an action is expected to be a string', '1: "" is no action: "*" or "service:Name"']],
    ['an action without a service', statement({ Action: 'GetProfile' }), ['1: "GetProfile" is no action: "*" or "service:Name"']],
    ['an action without a name', statement({ Action: 'iam:' }), ['1: "iam:" is no action: "*" or "service:Name"']],
    ['a wildcard in the service', statement({ Action: 'codeguru*:GetProfile' }), ['1: "codeguru*:GetProfile" is no action: "*" or "service:Name"']],
    ['a space in an action', statement({ Action: 'iam:Get User' }), ['1: "iam:Get User" is no action: "*" or "service:Name"']],
    ['a variable in an action', statement({ Action: 'iam:${aws:username}' }), ['1: "iam:${aws:username}" is no action: "*" or "service:Name"']],
    ['no resource', statement({ Resource: undefined }), ['1: the statement has neither Resource nor NotResource']],
    ['both resources', statement({ NotResource: '*' }), ['1: the statement has both Resource and NotResource']],
    ['a resource that is no ARN', statement({ Resource: 'orders' }), ['1: "orders": a resource is "*" or an ARN: arn:partition:service:region:account:resource']],
    ['too few parts of an ARN', statement({ Resource: 'arn:aws:iam::*' }), ['1: "arn:aws:iam::*": a resource is "*" or an ARN: arn:partition:service:region:account:resource']],
    ['a wildcard in the service of an ARN', statement({ Resource: 'arn:aws:i*:::x' }), ['1: "arn:aws:i*:::x": the service of an ARN is written out, without wildcards']],
    ['no service in an ARN', statement({ Resource: 'arn:aws::::x' }), ['1: "arn:aws::::x": the service of an ARN is written out, without wildcards']],
    ['no partition', statement({ Resource: 'arn::iam:::x' }), ['1: "arn::iam:::x": the partition and the resource of an ARN cannot be empty']],
    ['nothing behind the fifth colon', statement({ Resource: 'arn:aws:iam:::' }), ['1: "arn:aws:iam:::": the partition and the resource of an ARN cannot be empty']],
    ['a variable before the last part', statement({ Resource: 'arn:aws:iam::${aws:PrincipalAccount}:user/x' }), ['1: "arn:aws:iam::${aws:PrincipalAccount}:user/x": variables and other characters than letters, digits, - * ? may stand only in the last part']],
    ['a variable that does not end', statement({ Resource: 'arn:aws:iam:::${aws:username' }), ['1: a variable does not end: ${aws:username']],
    ['a variable without a service', statement({ Resource: 'arn:aws:iam:::${username}' }), ['1: no variable: ${username}']],
    ['an empty variable', statement({ Resource: 'arn:aws:iam:::${}' }), ['1: no variable: ${}']],
    ['a default without quotes', statement({ Resource: 'arn:aws:iam:::${aws:username, x}' }), ['1: no variable: ${aws:username, x}']],
    ['a default with one quote', statement({ Resource: "arn:aws:iam:::${aws:username, 'x}" }), ["1: a variable does not end: ${aws:username, 'x}"]],
    ['a quote as default', statement({ Resource: "arn:aws:iam:::${aws:username, 'x''y'}" }), ["1: no variable: ${aws:username, 'x''y'}"]],
    ['a principal in a policy of an identity', principal('*'), ['1: Principal is only for policies of resources and roles']],
    ['a principal in a session policy', principal('*'), ['1: Principal is only for policies of resources and roles'], 'session'],
    ['a principal in a boundary', statement({ NotPrincipal: '*' }), ['1: NotPrincipal is only for policies of resources and roles', '1: NotPrincipal with Allow would allow everybody else: name who may'], 'boundary'],
    ['no principal in a policy of a resource', statement({}), ['1: the statement has neither Principal nor NotPrincipal'], 'resource'],
    ['no principal in a trust policy', statement({}), ['1: the statement has neither Principal nor NotPrincipal'], 'trust'],
    ['both principals', statement({ Effect: 'Deny', Principal: '*', NotPrincipal: '*' }), ['1: the statement has both Principal and NotPrincipal'], 'resource'],
    ['NotPrincipal with Allow', statement({ NotPrincipal: { AWS: account } }), ['1: NotPrincipal with Allow would allow everybody else: name who may'], 'resource'],
    ['NotPrincipal without the account', statement({ Effect: 'Deny', NotPrincipal: { AWS: alice.arn } }), [`1: NotPrincipal must list the account of "${alice.arn}" too, or it is denied with its account`], 'resource'],
    ['a Sid with a hyphen', statement({ Sid: 'a-b' }), ['1: a Sid holds only letters and digits']],
    ['a Sid with a hyphen in a trust policy', statement({ Sid: 'a-b', Principal: '*' }), ['1: a Sid holds only letters and digits'], 'trust'],
    ['a Sid twice', JSON.stringify({ Statement: [{ Sid: 'A', ...base }, { Sid: 'A', ...base }] }), ['1: the Sid "A" stands twice']],
    ['a Sid that is no string', statement({ Sid: 1 }), ['1: Sid is expected to be a string']],
    ['conditions in a list', statement({ Condition: [] }), ['1: Condition is an object: operator → key → values']],
    ['an unknown operator', statement({ Condition: { StringMatches: { 'a:b': 'c' } } }), ['1: there is no condition operator "StringMatches"']],
    ['an operator in lower case', statement({ Condition: { stringEquals: { 'a:b': 'c' } } }), ['1: there is no condition operator "stringEquals"']],
    ['an operator that JavaScript knows', statement({ Condition: { constructor: { 'a:b': 'c' } } }), ['1: there is no condition operator "constructor"']],
    ['NullIfExists', statement({ Condition: { NullIfExists: { 'a:b': 'true' } } }), ['1: there is no condition operator "NullIfExists"']],
    ['Null with a set prefix', statement({ Condition: { 'ForAnyValue:Null': { 'a:b': 'true' } } }), ['1: there is no condition operator "ForAnyValue:Null"']],
    ['two set prefixes', statement({ Condition: { 'ForAnyValue:ForAllValues:Bool': { 'a:b': 'true' } } }), ['1: there is no condition operator "ForAnyValue:ForAllValues:Bool"']],
    ['IfExists twice', statement({ Condition: { BoolIfExistsIfExists: { 'a:b': 'true' } } }), ['1: there is no condition operator "BoolIfExistsIfExists"']],
    ['an unknown set prefix', statement({ Condition: { 'ForSomeValue:Bool': { 'a:b': 'true' } } }), ['1: there is no condition operator "ForSomeValue:Bool"']],
    ['an operator without keys', statement({ Condition: { Bool: {} } }), ['1: Bool needs an object: key → values']],
    ['an operator with a value', statement({ Condition: { Bool: 'true' } }), ['1: Bool needs an object: key → values']],
    ['a key without a service', statement({ Condition: { Bool: { SecureTransport: true } } }), ['1: "SecureTransport" is no condition key']],
    ['a key that ends with a colon', statement({ Condition: { Bool: { 'aws:': true } } }), ['1: "aws:" is no condition key']],
    ['a key with a variable', statement({ Condition: { Bool: { 'aws:RequestTag/${aws:username}': true } } }), ['1: "aws:RequestTag/${aws:username}" is no condition key']],
    ['a key with a space around it', statement({ Condition: { Bool: { ' aws:SecureTransport': true } } }), ['1: " aws:SecureTransport" is no condition key']],
    ['a key with a space before the colon', statement({ Condition: { Bool: { 'aws x:SecureTransport': true } } }), ['1: "aws x:SecureTransport" is no condition key']],
    ['a key that JavaScript knows', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"__proto__":true}}}}', ['1: "__proto__" is no condition key']],
    ['a key beyond Latin-1', statement({ Condition: { Bool: { 'aws:RequestTag/\u0101': true } } }), ['1: "aws:RequestTag/\u0101" is no condition key']],
    ['a key of 513 characters', statement({ Condition: { Bool: { [`aws:${'x'.repeat(509)}`]: true } } }), [`1: "aws:${'x'.repeat(509)}" is no condition key`]],
    ['a key twice, in another case', statement({ Condition: { Bool: { 'aws:X': true, 'AWS:x': false } } }), ['1: "AWS:x" stands twice under Bool']],
    ['no values', statement({ Condition: { StringEquals: { 'a:b': [] } } }), ['1: the list is empty where a value is expected']],
    ['a value that is an object', statement({ Condition: { StringEquals: { 'a:b': {} } } }), ['1: a value is expected to be a string']],
    ['a value that is null', statement({ Condition: { StringEquals: { 'a:b': [null] } } }), ['1: a value is expected to be a string']],
    ['a number that is none', statement({ Condition: { NumericEquals: { 'a:b': 'ten' } } }), ['1: NumericEquals: "ten" is no number']],
    ['a hexadecimal number', statement({ Condition: { NumericEquals: { 'a:b': '0x10' } } }), ['1: NumericEquals: "0x10" is no number']],
    ['no number at all', statement({ Condition: { NumericEquals: { 'a:b': '' } } }), ['1: NumericEquals: "" is no number']],
    ['an infinite number', statement({ Condition: { NumericEquals: { 'a:b': '1e999' } } }), ['1: NumericEquals: "1e999" is no number']],
    ['a variable as a number', statement({ Condition: { NumericEquals: { 'a:b': '${aws:x}' } } }), ['1: NumericEquals: "${aws:x}" is no number']],
    ['a date that is none', statement({ Condition: { DateLessThan: { 'a:b': '2025-02-30' } } }), ['1: DateLessThan: "2025-02-30" is no date (ISO 8601 with a time zone, or seconds since 1970)']],
    ['a boolean that is none', statement({ Condition: { Bool: { 'a:b': 'yes' } } }), ['1: Bool: "yes" is neither true nor false']],
    ['a Null that is no boolean', statement({ Condition: { Null: { 'a:b': 'no' } } }), ['1: Null: "no" is neither true nor false']],
    ['an address that is none', statement({ Condition: { IpAddress: { 'a:b': '10.0.0.0/33' } } }), ['1: IpAddress: "10.0.0.0/33" is no IP address or network']],
    ['base64 that is none', statement({ Condition: { BinaryEquals: { 'a:b': 'a' } } }), ['1: BinaryEquals: "a" is no base64']],
    ['an ARN that is none', statement({ Condition: { ArnLike: { 'a:b': 'arn:aws:iam' } } }), ['1: ArnLike: "arn:aws:iam" is no ARN']],
    ['a broken variable in a condition', statement({ Condition: { StringLike: { 'a:b': '${x' } } }), ['1: StringLike: a variable does not end: ${x']],
    ['a character beyond Latin-1', statement({ Sid: 'Ā' }), ['1: policies cannot hold the character "Ā"', '1: a Sid holds only letters and digits']],
    ['a control character', statement({ Condition: { StringEquals: { 'a:b': '\u0000' } } }), ['1: policies cannot hold the character "\\u0000"']],
  ]
  for (const [title, text, wanted, kind] of cases)
    test(title, () => assert.deepEqual(problems(text, kind), wanted))

  test('sixty mistakes and more are known here', () => assert.ok(cases.length >= 60))

  test('every problem is told, each with its line', () => {
    const text = `{
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "allow", "Action": "*", "Resource": "*" },
        { "Effect": "Allow",
          "Action": ["iam:*",
                     "iam"],
          "Resource": "*",
          "Condition": {
            "StringEqual": { "aws:username": "x" } } }
      ] }`
    assert.deepEqual(problems(text), [
      '4: Effect is "Allow" or "Deny", not "allow"',
      '7: "iam" is no action: "*" or "service:Name"',
      '10: there is no condition operator "StringEqual"',
    ])
  })
})

describe('principals', () => {
  const ok = [
    '*',
    { AWS: '*' },
    { AWS: account },
    { AWS: `arn:aws:iam::${account}:root` },
    { AWS: [alice.arn, `arn:aws-cn:iam::${account}:role/path/agent`] },
    {
      AWS: [
        `arn:aws:sts::${account}:assumed-role/agent/host-1`,
        `arn:aws:sts::${account}:federated-user/bob`,
      ],
    },
    { AWS: ['AIDAALICEALICEALICE1', 'AROAAGENTAGENTAGENT1'] },
    {
      Service: 'codeguru-profiler.amazonaws.com',
      Federated: ['accounts.google.com', `arn:aws:iam::${account}:oidc-provider/issuer.example.com/path`],
    },
    { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' },
  ]
  for (const value of ok)
    test(`${JSON.stringify(value)} is one`, () => {
      assert.deepEqual(problems(principal(value), 'resource'), [])
      assert.deepEqual(problems(principal(value), 'trust'), [])
      assert.deepEqual(problems(principal(value), 'endpoint'), [])
    })

  const wrong = [
    'alice',
    [],
    {},
    { aws: account },
    { AWS: [] },
    { AWS: 1 },
    { AWS: 'alice' },
    { AWS: '11112222333' },
    { AWS: '11112222333x' },
    { AWS: `arn:aws:iam::${account}:user/*` },
    { AWS: `arn:aws:iam::${account}:user/al?ce` },
    { AWS: `arn:aws:iam::*:root` },
    { AWS: `arn:aws:iam::${account}:user` },
    { AWS: `arn:aws:iam::${account}:user/` },
    { AWS: `arn:aws:iam::${account}:group/ops` },
    { AWS: `arn:aws:iam:eu-west-1:${account}:user/alice` },
    { AWS: `arn:gcp:iam::${account}:user/alice` },
    { AWS: `arn:aws:s3::${account}:user/alice` },
    { AWS: `arn:aws:sts::${account}:assumed-role/agent` },
    { AWS: `arn:aws:sts::${account}:assumed-role/agent/` },
    { AWS: `arn:aws:sts::${account}:assumed-role/agent/*` },
    { AWS: `arn:aws:sts::${account}:federated-user/a/b` },
    { AWS: 'arn:aws:iam::${aws:PrincipalAccount}:root' },
    { AWS: 'AIDAalicealicealice1' },
    { AWS: 'AIDASHORT' },
    { Service: '*' },
    { Service: '' },
    { Service: 'a b' },
    { Federated: 'accounts.*' },
    { Service: 'x'.repeat(2049) },
  ]
  for (const value of wrong)
    test(`${JSON.stringify(value).slice(0, 80)} is none`, () => {
      assert.notDeepEqual(problems(principal(value), 'resource'), [])
    })
})

describe('limits', () => {
  const fill = (length: number): string => {
    const empty = statement({ Resource: 'arn:aws:iam:::' }).length
    return statement({ Resource: `arn:aws:iam:::${'x'.repeat(length - empty)}` })
  }
  const limits = { identity: 10_240, boundary: 6144, session: 2048 } as const
  for (const [kind, limit] of Object.entries(limits) as [PolicyKind, number][])
    test(`a policy of kind ${kind} may have ${limit} characters`, () => {
      assert.deepEqual(problems(fill(limit), kind), [])
      const reason = `the policy has ${limit + 1} characters without white space; at most ${limit} are allowed`
      assert.deepEqual(problems(fill(limit + 1), kind), [`1: ${reason}`])
    })

  test('white space does not count', () => {
    const text = fill(2048)
      .replaceAll(':', ':\n\t \r')
      .replaceAll('arn:\n\t \raws:\n\t \riam:\n\t \r:\n\t \r:\n\t \r', 'arn:aws:iam:::')
    assert.ok(text.length > 2048)
    assert.deepEqual(problems(text, 'session'), [])
  })

  test('its size is what counts', () => {
    const text = '{ "Statement" : { "Effect":"Allow", "Action":"*",\n\t"Resource":"*" } }'
    assert.equal(policySize(text), 60)
    assert.equal(policy(text).size, 60)
  })

  test('but not without end', () => {
    assert.deepEqual(problems(' '.repeat(131_073), 'session'), [
      '1: the policy has 131073 characters; at most 131072 are allowed',
    ])
  })

  test('whoever knows better gives another limit', () => {
    assert.equal(parsePolicy(fill(2049), 'session', 2049).kind, 'policy')
    assert.equal(parsePolicy(fill(2049), 'identity', 2048).kind, 'problems')
  })

  test('threat 2: deep nesting is refused', () => {
    for (const open of ['[', '{"a":'])
      assert.deepEqual(problems(open.repeat(2000)), ['1: nested more than 10 deep'])
  })

  test('threat 22: names that JavaScript knows change nothing', () => {
    const text =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"Statement":[]}'
    assert.deepEqual(problems(text), [
      '1: a policy has no element "__proto__"',
      '1: a policy has no element "constructor"',
      '1: Statement is empty',
    ])
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })
})
