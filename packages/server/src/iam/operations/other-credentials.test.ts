import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testIam } from '../testing/test-iam.ts'

test('nobody has credentials of services that are not here', () => {
  const iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
  const ann = { UserName: 'ann' }
  assert.deepEqual(iam.call('ListSSHPublicKeys', ann).SSHPublicKeys, [])
  assert.deepEqual(iam.call('ListSigningCertificates', ann).Certificates, [])
  assert.deepEqual(iam.call('ListServiceSpecificCredentials', ann).ServiceSpecificCredentials, [])
  assert.deepEqual(
    iam.call('ListServiceSpecificCredentials', { AllUsers: 'true' }).ServiceSpecificCredentials,
    [],
  )
  for (const action of [
    'ListSSHPublicKeys',
    'ListSigningCertificates',
    'ListServiceSpecificCredentials',
  ] as const)
    iam.refuses('NoSuchEntity', action, { UserName: 'nobody' })
})
