import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate } from './evaluate.ts'
import { contextOf, policy, request } from './testing/requests.ts'

const context = contextOf({ 'aws:username': 'alice', 'svc:star': '*', 'svc:many': ['alice'] })

/** Whether an Allow with these elements matches. */
function isMatch(elements: object, action: string, resource: string, version = '2012-10-17'): boolean {
  const Statement = { Effect: 'Allow', Action: '*', ...elements }
  const identityPolicies = [{ name: 'p', policy: policy({ Version: version, Statement }) }]
  return evaluate(request({ action, resource, context, identityPolicies })).kind === 'allow'
}

describe('actions', () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [pattern: string | readonly string[], action: string, wanted: boolean])[] = [
    ['*', 'svc:Get', true],
    ['svc:*', 'svc:Get', true], ['svc:*', 'svc2:Get', false], ['svc:*', 'xsvc:Get', false],
    ['svc:Get', 'svc:Get', true], ['svc:Get', 'svc:GetAll', false], ['svc:Get', 'svc:Ge', false], ['svc:Get', 'other:Get', false],
    ['SVC:GET', 'svc:Get', true], ['svc:get', 'SVC:Get', true], ['svc:gET*', 'svc:GetAll', true],
    ['svc:Get*', 'svc:Get', true], ['svc:Get*', 'svc:Put', false], ['svc:*All', 'svc:GetAll', true], ['svc:*All', 'svc:GetAllOf', false],
    ['svc:G?t', 'svc:Get', true], ['svc:G?t', 'svc:Gt', false], ['svc:???', 'svc:Get', true], ['svc:????', 'svc:Get', false],
    ['svc:*e*', 'svc:Get', true], ['svc:*x*', 'svc:Get', false],
    [['svc:Put', 'svc:Get'], 'svc:Get', true], [['svc:Put', 'svc:Post'], 'svc:Get', false],
  ]
  for (const [pattern, action, wanted] of cases) {
    test(`Action ${pattern} ${wanted ? 'has' : 'has not'} ${action}`, () => {
      assert.equal(isMatch({ Action: pattern, Resource: '*' }, action, '*'), wanted)
    })
    test(`NotAction ${pattern} ${wanted ? 'has not' : 'has'} ${action}`, () => {
      assert.equal(isMatch({ Action: undefined, NotAction: pattern, Resource: '*' }, action, '*'), !wanted)
    })
  }
})

describe('resources', () => {
  const group = 'arn:aws:codeguru-profiler:eu-west-1:111122223333:profilingGroup/orders'
  const thing = (name: string): string => `arn:aws:svc:eu:1:thing/${name}`
  // biome-ignore format: a table
  const cases: readonly (readonly [pattern: string | readonly string[], resource: string, wanted: boolean])[] = [
    ['*', group, true], ['*', '*', true], ['*', 'no ARN', true],
    [group, group, true], [group, `${group}2`, false], [group, group.slice(0, -1), false], [group, group.replace('orders', 'Orders'), false],
    [group, group.replace('eu-west-1', 'eu-west-2'), false], [group, group.replace('111122223333', '111122223334'), false],
    [group, group.replace('aws:', 'aws-cn:'), false], [group, group.replace('profiler', 'reviewer'), false], [group, '*', false],
    [group, `x${group}`, false], [group, group.replace('arn', 'ARN'), false],
    ['arn:aws:codeguru-profiler:*:*:profilingGroup/*', group, true],
    ['arn:aws:codeguru-profiler:*:*:profilingGroup/*', 'arn:aws:codeguru-profiler:::profilingGroup/', true],
    ['arn:aws:codeguru-profiler:*:*:profilingGroup/*', 'arn:aws:codeguru-profiler:eu-west-1:111122223333:other/orders', false],
    ['arn:aws:codeguru-profiler:*:*:*', group, true],
    ['arn:*:codeguru-profiler:*:*:*', group.replace('aws:', 'aws-us-gov:'), true],
    ['arn:aws:codeguru-profiler:eu-*-1:*:*', group, true], ['arn:aws:codeguru-profiler:us-*-1:*:*', group, false],
    ['arn:aws:codeguru-profiler:eu-west-?:11112222333?:profilingGroup/order?', group, true],
    ['arn:aws:codeguru-profiler::*:*', group, false],
    [thing('*'), thing('a'), true], [thing('*'), thing('a/b'), true], [thing('*'), thing('a:b'), true], [thing('*'), thing(''), true],
    ['arn:aws:svc:*:1:thing/a', 'arn:aws:svc:eu:x:1:thing/a', false],
    [thing('a?c'), thing('abc'), true], [thing('a?c'), thing('ac'), false], [thing('a*c*e'), thing('abcde'), true], [thing('a*c*e'), thing('abde'), false],
    [thing('a.c'), thing('abc'), false], [thing('[a]'), thing('a'), false], [thing('a+'), thing('aa'), false],
    [[thing('a'), thing('b')], thing('b'), true], [[thing('a'), thing('b')], thing('c'), false], [[thing('a'), '*'], 'no ARN', true],
    [thing('${aws:username}'), thing('alice'), true], [thing('${aws:username}'), thing('bob'), false], [thing('${aws:username}'), thing('${aws:username}'), false],
    [thing('${aws:username}/*'), thing('alice/x'), true], [thing('${svc:star}'), thing('*'), true], [thing('${svc:star}'), thing('a'), false],
    [thing('${*}'), thing('*'), true], [thing('${*}'), thing('a'), false], [thing("${svc:absent, 'x'}"), thing('x'), true],
    [thing("${svc:many, 'x'}"), thing('x'), true], [thing("${svc:many, 'x'}"), thing('alice'), false],
  ]

  for (const [pattern, resource, wanted] of cases) {
    test(`Resource ${pattern} ${wanted ? 'has' : 'has not'} ${resource}`, () => {
      assert.equal(isMatch({ Resource: pattern }, 'svc:Get', resource), wanted)
    })
    test(`NotResource ${pattern} ${wanted ? 'has not' : 'has'} ${resource}`, () => {
      assert.equal(isMatch({ NotResource: pattern }, 'svc:Get', resource), !wanted)
    })
  }

  test('a variable that the request does not know matches nothing, and nothing is excepted by it', () => {
    for (const unknown of ['${svc:absent}', '${svc:many}']) {
      for (const name of ['', unknown, 'alice']) {
        assert.equal(isMatch({ Resource: thing(unknown) }, 'svc:Get', thing(name)), false)
        assert.equal(isMatch({ NotResource: thing(unknown) }, 'svc:Get', thing(name)), false)
        assert.equal(
          isMatch({ NotResource: [thing('other'), thing(unknown)] }, 'svc:Get', thing(name)),
          false,
        )
      }
      assert.equal(isMatch({ Resource: [thing(unknown), thing('a')] }, 'svc:Get', thing('a')), true)
    }
  })

  test('in policies of 2008-10-17 a variable is its own text', () => {
    const old = '2008-10-17'
    assert.equal(isMatch({ Resource: thing('${aws:username}') }, 'svc:Get', thing('alice'), old), false)
    assert.equal(
      isMatch({ Resource: thing('${aws:username}') }, 'svc:Get', thing('${aws:username}'), old),
      true,
    )
    assert.equal(isMatch({ Resource: thing('${*}') }, 'svc:Get', thing('${anything}'), old), true)
  })
})
