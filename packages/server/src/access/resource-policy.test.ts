import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourcePolicyText } from './resource-policy.ts'

const arn = 'arn:aws:codeguru-profiler:us-west-2:123456789012:profilingGroup/my-profiling-group-name'
const user = 'arn:aws:iam::123456789012:user/my-user-name'
const role = 'arn:aws:iam::210987654321:role/agent'

test('one principal stands in the policy as a bare string', () => {
  assert.equal(
    resourcePolicyText([user], arn),
    `{
  "Version" : "2012-10-17",
  "Statement" : [ {
    "Sid" : "agentPermissions-statement",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::123456789012:user/my-user-name"
    },
    "Action" : [ "codeguru-profiler:ConfigureAgent", "codeguru-profiler:PostAgentProfile" ],
    "Resource" : "arn:aws:codeguru-profiler:us-west-2:123456789012:profilingGroup/my-profiling-group-name"
  } ]
}`,
  )
})

test('several principals stand in it as a list, in their order', () => {
  const [statement] = JSON.parse(resourcePolicyText([role, user], arn)).Statement
  assert.deepEqual(statement.Principal, { AWS: [role, user] })
  assert.ok(resourcePolicyText([role, user], arn).includes(`"AWS" : [ "${role}", "${user}" ]`))
})

test('with nobody left it has no statement', () => {
  assert.deepEqual(JSON.parse(resourcePolicyText([], arn)), { Version: '2012-10-17', Statement: [] })
})

test('whatever a principal is called, it stays one string of the text', () => {
  for (const name of ['"', '\\', '","AWS":"*', '\n', '__proto__', '}', 'é😀'])
    assert.equal(JSON.parse(resourcePolicyText([name], arn)).Statement[0].Principal.AWS, name)
})
