import { operation } from '../operation.ts'
import { list, optional } from '../shapes.ts'
import {
  assignmentStatus,
  authenticationCode,
  existingUserName,
  path,
  serialNumber,
  virtualMfaDeviceName,
} from './scalars.ts'
import { mfaDevice, page, paging, tags, virtualMfaDevice } from './structures.ts'

export const mfaDevicesOperations = {
  CreateVirtualMFADevice: operation(
    { Path: optional(path), VirtualMFADeviceName: virtualMfaDeviceName, Tags: optional(tags) },
    { VirtualMFADevice: virtualMfaDevice },
  ),
  EnableMFADevice: operation(
    {
      UserName: existingUserName,
      SerialNumber: serialNumber,
      AuthenticationCode1: authenticationCode,
      AuthenticationCode2: authenticationCode,
    },
    null,
  ),
  ResyncMFADevice: operation(
    {
      UserName: existingUserName,
      SerialNumber: serialNumber,
      AuthenticationCode1: authenticationCode,
      AuthenticationCode2: authenticationCode,
    },
    null,
  ),
  ListMFADevices: operation(
    { UserName: optional(existingUserName), ...paging },
    { MFADevices: list(mfaDevice), ...page },
  ),
  ListVirtualMFADevices: operation(
    { AssignmentStatus: optional(assignmentStatus), ...paging },
    { VirtualMFADevices: list(virtualMfaDevice), ...page },
  ),
  DeactivateMFADevice: operation({ UserName: optional(existingUserName), SerialNumber: serialNumber }, null),
  DeleteVirtualMFADevice: operation({ SerialNumber: serialNumber }, null),
} as const
