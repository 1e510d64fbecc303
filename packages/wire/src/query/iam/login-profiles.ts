import { operation } from '../operation.ts'
import { boolean, optional, structure, timestamp } from '../shapes.ts'
import { password, userName } from './scalars.ts'

const loginProfile = structure({
  UserName: userName,
  CreateDate: timestamp,
  PasswordResetRequired: optional(boolean),
})

export const loginProfilesOperations = {
  CreateLoginProfile: operation(
    {
      UserName: optional(userName),
      Password: optional(password),
      PasswordResetRequired: optional(boolean),
    },
    { LoginProfile: loginProfile },
  ),
  GetLoginProfile: operation({ UserName: optional(userName) }, { LoginProfile: loginProfile }),
  UpdateLoginProfile: operation(
    { UserName: userName, Password: optional(password), PasswordResetRequired: optional(boolean) },
    null,
  ),
  DeleteLoginProfile: operation({ UserName: optional(userName) }, null),
  ChangePassword: operation({ OldPassword: password, NewPassword: password }, null),
} as const
