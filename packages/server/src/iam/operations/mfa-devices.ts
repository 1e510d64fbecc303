import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { QueryError } from '@wick/wire/query'
import { type Account, type MfaDevice, passkeysOf, type User, userById } from '../account.ts'
import { mfaArn, passkeyArn } from '../arns.ts'
import { put, remove } from '../changes.ts'
import { qrPng } from '../qr-png.ts'
import { quotas } from '../quotas.ts'
import { base32Seed, provisioningUri, synchronised } from '../totp.ts'
import { found, getUser, getUserOrCaller, require, requireQuota } from './find.ts'
import { answer, done, type IamCall, type IamHandlers, type IamInput, type IamOutput } from './handler.ts'
import { pageOf } from './paging.ts'
import { viewUser } from './views.ts'

/** RFC 4226 recommends 160 bits. */
const seedBytes = 20
const maxSerialLength = 256

export const mfaDeviceHandlers: IamHandlers<
  | 'CreateVirtualMFADevice'
  | 'EnableMFADevice'
  | 'ResyncMFADevice'
  | 'ListMFADevices'
  | 'ListVirtualMFADevices'
  | 'DeactivateMFADevice'
  | 'DeleteVirtualMFADevice'
> = {
  /** The only answer that holds the seed: nobody can read it again. */
  CreateVirtualMFADevice: (account, { VirtualMFADeviceName, Path, Tags }, { now }) => {
    require(Tags === null || Tags.length === 0, 'InvalidInput', 'Tags of MFA devices are not kept here.')
    const device: MfaDevice = {
      name: VirtualMFADeviceName,
      path: Path ?? '/',
      createdAt: now,
      userId: null,
      enabledAt: null,
      lastStep: 0,
      drift: 0,
    }
    const serialNumber = mfaArn(account.id, device)
    require(serialNumber.length <=
      maxSerialLength, 'ValidationError', `The serial number of the device would be longer than ${maxSerialLength} characters: choose a shorter name or path.`)
    require(!account.mfaDevices.has(
      device.name.toLowerCase(),
    ), 'EntityAlreadyExists', `MFADevice entity with the name ${device.name} already exists.`)
    const seed = randomBytes(seedBytes)
    const VirtualMFADevice = {
      SerialNumber: serialNumber,
      Base32StringSeed: Buffer.from(base32Seed(seed)),
      QRCodePNG: qrPng(provisioningUri(seed, `${device.name}@${account.id}`, 'Wick')),
    }
    return { changes: [put('mfa-device', device, seed)], output: { VirtualMFADevice } }
  },

  EnableMFADevice: (account, input, call) => {
    const user = getUser(account, input.UserName)
    const device = getDevice(account, input.SerialNumber)
    require(device.userId === null, 'EntityAlreadyExists', `MFA device ${input.SerialNumber} is in use.`)
    const owned = devicesOf(account, user).length + passkeysOf(account, user).length
    requireQuota(owned + 1, quotas.mfaDevicesPerUser, 'MFADevicesPerUser')
    return done(
      put('mfa-device', { ...synchronise(device, input, call), userId: user.id, enabledAt: call.now }),
    )
  },

  ResyncMFADevice: (account, input, call) => {
    const device = getDeviceOf(account, getUser(account, input.UserName), input.SerialNumber)
    return done(put('mfa-device', synchronise(device, input, call)))
  },

  /** Passkeys are among them, as security keys are in IAM: who administers users sees and removes them. */
  ListMFADevices: (account, { UserName, ...paging }, { caller }) => {
    const user = getUserOrCaller(account, UserName, caller)
    const devices = [
      ...devicesOf(account, user).map((device) => ({
        UserName: user.name,
        SerialNumber: mfaArn(account.id, device),
        EnableDate: device.enabledAt ?? device.createdAt,
      })),
      ...passkeysOf(account, user).map((passkey) => ({
        UserName: user.name,
        SerialNumber: passkeyArn(account.id, user.name, passkey),
        EnableDate: passkey.createdAt,
      })),
    ]
    const { items, page } = pageOf(devices, ({ SerialNumber }) => SerialNumber.toLowerCase(), paging)
    return answer({ MFADevices: items, ...page })
  },

  ListVirtualMFADevices: (account, { AssignmentStatus, ...paging }) => {
    const devices = account.mfaDevices.values().filter(({ userId }) => {
      if (AssignmentStatus === 'Assigned') return userId !== null
      return AssignmentStatus !== 'Unassigned' || userId === null
    })
    const { items, page } = pageOf(devices, ({ name }) => name.toLowerCase(), paging)
    return answer({ VirtualMFADevices: items.map((device) => viewDevice(account, device)), ...page })
  },

  DeactivateMFADevice: (account, { UserName, SerialNumber }, { caller }) => {
    const user = getUserOrCaller(account, UserName, caller)
    const passkey = passkeysOf(account, user).find(
      (one) => passkeyArn(account.id, user.name, one) === SerialNumber,
    )
    if (passkey !== undefined) return done(remove('passkey', passkey))
    const device = getDeviceOf(account, user, SerialNumber)
    return done(put('mfa-device', { ...device, userId: null, enabledAt: null }))
  },

  DeleteVirtualMFADevice: (account, { SerialNumber }) => {
    const device = getDevice(account, SerialNumber)
    require(device.userId ===
      null, 'DeleteConflict', 'Cannot delete entity, must deactivate the MFA device first.')
    return done(remove('mfa-device', device))
  },
}

function synchronise(
  device: MfaDevice,
  { AuthenticationCode1, AuthenticationCode2 }: IamInput<'EnableMFADevice'>,
  { seedOf, now }: IamCall,
): MfaDevice {
  const clock = synchronised(seedOf(device), [AuthenticationCode1, AuthenticationCode2], device.lastStep, now)
  if (clock === null)
    throw new QueryError('InvalidAuthenticationCode', 'Authentication code for device is not valid.')
  return { ...device, ...clock }
}

function getDevice(account: Account, serialNumber: string): MfaDevice {
  const device = account.mfaDevices.get(serialNumber.slice(serialNumber.lastIndexOf('/') + 1).toLowerCase())
  const isIt = device !== undefined && mfaArn(account.id, device) === serialNumber
  return found(isIt ? device : null, `VirtualMFADevice with serial number ${serialNumber} does not exist.`)
}

function getDeviceOf(account: Account, user: User, serialNumber: string): MfaDevice {
  const device = getDevice(account, serialNumber)
  return found(
    device.userId === user.id ? device : null,
    `The device with serial number ${serialNumber} is not assigned to user ${user.name}.`,
  )
}

function devicesOf(account: Account, user: User): readonly MfaDevice[] {
  return account.mfaDevices
    .values()
    .filter(({ userId }) => userId === user.id)
    .toArray()
}

function viewDevice(
  account: Account,
  device: MfaDevice,
): IamOutput<'ListVirtualMFADevices'>['VirtualMFADevices'][number] {
  const user = device.userId === null ? null : userById(account, device.userId)
  return {
    SerialNumber: mfaArn(account.id, device),
    User: user === null ? null : { ...viewUser(account, user), Tags: null, PermissionsBoundary: null },
    EnableDate: device.enabledAt,
  }
}
