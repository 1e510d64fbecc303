import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { builtInPolicies } from './built-in-policies.ts'
import { withKnownKeys } from './known-keys.ts'
import { parsePolicy } from './parse-policy.ts'

function problemsOf(statement: object): string[] {
  const text = JSON.stringify(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...statement } },
    null,
    1,
  )
  const parsed = withKnownKeys(parsePolicy(text, 'identity'))
  return parsed.kind === 'policy' ? [] : parsed.problems.map(({ line, reason }) => `${line}: ${reason}`)
}

const asking = (key: string): object => ({ Condition: { StringEqualsIfExists: { [key]: 'x' } } })

describe('a policy that is written may ask about', () => {
  const keys = [
    'aws:PrincipalArn',
    'AWS:principalarn',
    'aws:PrincipalOrgID',
    'aws:PrincipalTag/team',
    'aws:ResourceTag/cost center',
    'iam:PolicyARN',
    'iam:ResourceTag/team',
    'sts:ExternalId',
    'token.actions.example.com:sub',
    'oidc.eks.example.com/id/ABC:aud',
    'localhost:8443/realm:oaud',
  ]
  for (const key of keys) test(key, () => assert.deepEqual(problemsOf(asking(key)), []))

  test('whatever the policies ask that come built in', () => {
    for (const { document } of builtInPolicies) {
      const parsed = withKnownKeys(parsePolicy(document, 'identity'))
      assert.equal(parsed.kind, 'policy')
    }
  })
})

describe('a policy that is written is refused, with line and key, when it asks about', () => {
  const keys = [
    'aws:MultiFactorAuthPresnt',
    'aws:PrincipalTag/',
    's3:prefix',
    'ec2:ResourceTag/team',
    'codeguru-profiler:GroupName',
    'saml:aud',
  ]
  for (const key of keys)
    test(key, () => assert.deepEqual(problemsOf(asking(key)), [`9: there is no condition key "${key}"`]))

  test('an unknown key in a variable, of a resource or a value', () => {
    const Resource = 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/${aws:UserNam}'
    assert.deepEqual(problemsOf({ Resource }), ['6: there is no condition key "aws:usernam"'])
    const Condition = { StringLike: { 'aws:PrincipalTag/team': '${s3:prefix}-*' } }
    assert.deepEqual(problemsOf({ Condition }), ['9: there is no condition key "s3:prefix"'])
  })
})
