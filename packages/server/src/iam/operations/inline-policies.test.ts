import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { type TestIam, testIam } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateGroup', { GroupName: 'ann' })
  const trust = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'ann', AssumeRolePolicyDocument: trust })
})

const document = '{ "Statement": [ { "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" } ] }'
/** A policy that counts `size` characters. */
const sized = (size: number): string => {
  const empty = '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"arn:aws:s3:::"}]}'
  return empty.replace(':::', `:::${'x'.repeat(size - empty.length)}`)
}

for (const [kind, size] of [
  ['User', 2048],
  ['Group', 5120],
  ['Role', 10_240],
] as const) {
  describe(`inline policies of a ${kind.toLowerCase()}`, () => {
    const holder = { [`${kind}Name`]: 'ann' }
    const list = `List${kind}Policies` as const

    test('are put, shown as they were given, replaced and deleted', () => {
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'p', PolicyDocument: document })
      assert.deepEqual(iam.call(`Get${kind}Policy`, { ...holder, PolicyName: 'p' }), {
        ...holder,
        PolicyName: 'p',
        PolicyDocument: document,
      })
      const other = document.replace('s3', 'sns')
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'p', PolicyDocument: other })
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'P', PolicyDocument: document })
      assert.equal(iam.call(`Get${kind}Policy`, { ...holder, PolicyName: 'p' }).PolicyDocument, other)
      assert.deepEqual(iam.pages(list, 'PolicyNames', 1, holder), [['P'], ['p']])
      iam.call(`Delete${kind}Policy`, { ...holder, PolicyName: 'p' })
      assert.deepEqual(iam.call(list, holder).PolicyNames, ['P'])
    })

    test('that are not there cannot be found, also under names that objects have', () => {
      for (const PolicyName of ['p', 'constructor', '__proto__'])
        for (const verb of ['Get', 'Delete'] as const)
          iam.refuses(
            'NoSuchEntity',
            `${verb}${kind}Policy`,
            { ...holder, PolicyName },
            new RegExp(`^The ${kind.toLowerCase()} policy with name ${PolicyName} cannot be found\\.$`),
          )
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: '__proto__', PolicyDocument: document })
      assert.deepEqual(iam.call(list, holder).PolicyNames, ['__proto__'])
    })

    test('that are none are refused with line and reason', () => {
      const broken =
        '{\n "Statement": [{\n  "Effect": "Allow",\n  "Action": "s3:*",\n  "Resources": "*"\n }]\n}'
      iam.refuses(
        'MalformedPolicyDocument',
        `Put${kind}Policy`,
        { ...holder, PolicyName: 'p', PolicyDocument: broken },
        /^Syntax errors in policy: .*line 5: .*Resources/,
      )
    })

    test(`have ${size} characters together, white space not counted`, () => {
      const half = size / 2
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'a', PolicyDocument: sized(half) })
      const spaced = sized(half).replaceAll(',', ' ,\n\t ')
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'b', PolicyDocument: spaced })
      // In place of one that is there it counts once.
      iam.call(`Put${kind}Policy`, { ...holder, PolicyName: 'b', PolicyDocument: sized(half) })
      iam.refuses(
        'LimitExceeded',
        `Put${kind}Policy`,
        { ...holder, PolicyName: 'b', PolicyDocument: sized(half + 1) },
        new RegExp(`^Maximum policy size of ${size} bytes exceeded for ${kind.toLowerCase()} ann$`),
      )
    })
  })
}
