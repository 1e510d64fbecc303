import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { apply, put } from '../changes.ts'
import { accountId, type TestIam, testIam, testStart } from '../testing/test-iam.ts'
import { totpCode } from '../testing/totp-code.ts'

const period = 30_000
const SerialNumber = `arn:aws:iam::${accountId}:mfa/phone`

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
})

const create = (VirtualMFADeviceName = 'phone'): void =>
  void iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName })
/** Two codes that the device shows one after the other, the second one `offset` steps from now. */
const codes = (offset = 0): { AuthenticationCode1: string; AuthenticationCode2: string } => {
  const step = Math.floor(iam.now / period) + offset
  const seed = iam.seeds.get('phone')!
  return { AuthenticationCode1: totpCode(seed, step - 1), AuthenticationCode2: totpCode(seed, step) }
}

test('a device is made with a seed that is told once, as text and as a picture', () => {
  const { VirtualMFADevice } = iam.call('CreateVirtualMFADevice', {
    VirtualMFADeviceName: 'Phone',
    Path: '/p/',
  })
  assert.equal(VirtualMFADevice.SerialNumber, `arn:aws:iam::${accountId}:mfa/p/Phone`)
  assert.match(Buffer.from(VirtualMFADevice.Base32StringSeed!).toString(), /^[A-Z2-7]{32}$/)
  assert.equal(Buffer.from(VirtualMFADevice.QRCodePNG!).toString('latin1', 1, 4), 'PNG')
  assert.equal(iam.seeds.get('phone')!.length, 20)
  const [listed] = iam.call('ListVirtualMFADevices').VirtualMFADevices
  assert.deepEqual(listed, { SerialNumber: VirtualMFADevice.SerialNumber, User: null, EnableDate: null })
  iam.refuses('EntityAlreadyExists', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'PHONE' })
  iam.refuses('ValidationError', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'x'.repeat(250) }, /256/)
  const tagged = { VirtualMFADeviceName: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] }
  iam.refuses('InvalidInput', 'CreateVirtualMFADevice', tagged)
})

test('a device is enabled for a user with two codes that follow each other', () => {
  create()
  iam.call('EnableMFADevice', { UserName: 'ann', SerialNumber, ...codes() })
  const { MFADevices } = iam.call('ListMFADevices', { UserName: 'ann' })
  assert.deepEqual(MFADevices, [{ UserName: 'ann', SerialNumber, EnableDate: testStart }])
  const listed = (AssignmentStatus: string): (string | undefined)[] =>
    iam
      .call('ListVirtualMFADevices', { AssignmentStatus })
      .VirtualMFADevices.map(({ User }) => User?.UserName)
  assert.deepEqual(listed('Assigned'), ['ann'])
  assert.deepEqual(listed('Unassigned'), [])
  assert.deepEqual(listed('Any'), ['ann'])
  const step = Math.floor(testStart / period)
  assert.equal(iam.account.mfaDevices.get('phone')!.lastStep, step, 'the codes are used')
})

test('wrong codes enable nothing', () => {
  create()
  const { AuthenticationCode1, AuthenticationCode2 } = codes()
  for (const wrong of [
    { AuthenticationCode1: AuthenticationCode2, AuthenticationCode2: AuthenticationCode1 },
    { AuthenticationCode1, AuthenticationCode2: AuthenticationCode1 },
    codes(30),
  ])
    iam.refuses('InvalidAuthenticationCode', 'EnableMFADevice', { UserName: 'ann', SerialNumber, ...wrong })
})

test('a device belongs to one user, and can be given to another once it is free', () => {
  create()
  iam.call('CreateUser', { UserName: 'bob' })
  iam.call('EnableMFADevice', { UserName: 'ann', SerialNumber, ...codes() })
  iam.now += 2 * period
  iam.refuses(
    'EntityAlreadyExists',
    'EnableMFADevice',
    { UserName: 'bob', SerialNumber, ...codes() },
    /in use/,
  )
  iam.refuses('NoSuchEntity', 'DeactivateMFADevice', { UserName: 'bob', SerialNumber }, /not assigned/)
  iam.refuses('DeleteConflict', 'DeleteVirtualMFADevice', { SerialNumber }, /deactivate/)
  iam.refuses('DeleteConflict', 'DeleteUser', { UserName: 'ann' }, /deactivate MFA devices/)
  iam.call('DeactivateMFADevice', { UserName: 'ann', SerialNumber })
  iam.call('EnableMFADevice', { UserName: 'bob', SerialNumber, ...codes() })
  iam.call('DeactivateMFADevice', { UserName: 'bob', SerialNumber })
  iam.call('DeleteVirtualMFADevice', { SerialNumber })
  iam.refuses('NoSuchEntity', 'DeleteVirtualMFADevice', { SerialNumber }, /does not exist/)
})

test('a device whose clock goes wrong is synchronised, with codes that were not used', () => {
  create()
  iam.call('EnableMFADevice', { UserName: 'ann', SerialNumber, ...codes() })
  iam.refuses('InvalidAuthenticationCode', 'ResyncMFADevice', { UserName: 'ann', SerialNumber, ...codes() })
  iam.call('ResyncMFADevice', { UserName: 'ann', SerialNumber, ...codes(7) })
  assert.equal(iam.account.mfaDevices.get('phone')!.drift, 7)
  iam.refuses('NoSuchEntity', 'ResyncMFADevice', { UserName: 'wick-admin', SerialNumber, ...codes(9) })
})

test('passkeys stand among the devices; whoever may deactivate those removes them', () => {
  create()
  iam.call('EnableMFADevice', { UserName: 'ann', SerialNumber, ...codes() })
  const { id: userId } = iam.account.users.get('ann')!
  const passkey = { userId, createdAt: testStart, publicKey: 'key', counter: 0 }
  const made = [
    put('passkey', { ...passkey, id: 'a'.repeat(1000), name: 'my läptop / <b>' }),
    put('passkey', { ...passkey, id: 'b', name: '' }),
  ]
  iam.account = apply(iam.account, made, iam.account.revision + 1)
  const serials = () =>
    iam.call('ListMFADevices', { UserName: 'ann' }).MFADevices.map((one) => one.SerialNumber)
  const [phone, ...passkeys] = serials()
  assert.equal(phone, SerialNumber)
  assert.match(passkeys[1]!, /^arn:aws:iam::\d{12}:u2f\/user\/ann\/mylptopb-[0-9a-f]{16}$/)
  assert.match(passkeys[0]!, /^arn:aws:iam::\d{12}:u2f\/user\/ann\/-[0-9a-f]{16}$/)
  iam.refuses('DeleteConflict', 'DeleteUser', { UserName: 'ann' }, /deactivate MFA devices/)
  iam.call('CreateUser', { UserName: 'bob' })
  iam.refuses('NoSuchEntity', 'DeactivateMFADevice', { UserName: 'bob', SerialNumber: passkeys[0]! })
  for (const serial of passkeys) iam.call('DeactivateMFADevice', { UserName: 'ann', SerialNumber: serial })
  assert.deepEqual(serials(), [SerialNumber])
  iam.call('DeactivateMFADevice', { UserName: 'ann', SerialNumber })
  iam.call('DeleteUser', { UserName: 'ann' })
})

test('a serial number is exact', () => {
  create()
  for (const other of [
    `arn:aws:iam::${accountId}:mfa/Phone`,
    `arn:aws:iam::${accountId}:mfa/p/phone`,
    'arn:aws:iam::999999999999:mfa/phone',
    'GAHT12345678',
  ])
    iam.refuses('NoSuchEntity', 'EnableMFADevice', { UserName: 'ann', SerialNumber: other, ...codes() })
})

test('a user has at most eight devices, listed a page at a time', () => {
  for (let i = 0; i <= 8; i++) {
    create(`d${i}`)
    const seed = iam.seeds.get(`d${i}`)!
    const step = Math.floor(iam.now / period)
    const parameters = {
      UserName: 'ann',
      SerialNumber: `arn:aws:iam::${accountId}:mfa/d${i}`,
      AuthenticationCode1: totpCode(seed, step - 1),
      AuthenticationCode2: totpCode(seed, step),
    }
    if (i < 8) iam.call('EnableMFADevice', parameters)
    else iam.refuses('LimitExceeded', 'EnableMFADevice', parameters, /MFADevicesPerUser: 8/)
  }
  assert.deepEqual(
    iam.pages('ListMFADevices', 'MFADevices', 5, { UserName: 'ann' }).map(({ length }) => length),
    [5, 3],
  )
  assert.equal(iam.pages('ListVirtualMFADevices', 'VirtualMFADevices', 5).flat().length, 9)
})
