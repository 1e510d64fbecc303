import { type Account, type LoginProfile, type User, userById } from '../account.ts'
import { type Change, put, remove } from '../changes.ts'
import { passwordProblem } from '../password-rules.ts'
import { found, getUser, getUserOrCaller, require } from './find.ts'
import { answer, done, type IamHandlers, type IamOutput } from './handler.ts'

/** Passwords for the console. They come here as hashes: `call.password`. */
export const loginProfileHandlers: IamHandlers<
  'CreateLoginProfile' | 'GetLoginProfile' | 'UpdateLoginProfile' | 'DeleteLoginProfile' | 'ChangePassword'
> = {
  CreateLoginProfile: (account, { UserName, Password, PasswordResetRequired }, { caller, now, password }) => {
    const user = getUserOrCaller(account, UserName, caller)
    require(!account.loginProfiles.has(
      user.id,
    ), 'EntityAlreadyExists', `Login Profile for User ${user.name} already exists.`)
    require(Password !== null, 'ValidationError', 'A password is needed: Password.')
    requireGood(Password!, user)
    const profile: LoginProfile = {
      userId: user.id,
      passwordHash: password.hash!,
      createdAt: now,
      mustChange: PasswordResetRequired ?? false,
    }
    return { changes: [put('login-profile', profile)], output: { LoginProfile: view(user, profile) } }
  },

  GetLoginProfile: (account, { UserName }, { caller }) => {
    const user = getUserOrCaller(account, UserName, caller)
    return answer({ LoginProfile: view(user, profileOf(account, user)) })
  },

  UpdateLoginProfile: (account, { UserName, Password, PasswordResetRequired }, { now, password }) => {
    const user = getUser(account, UserName)
    const profile = profileOf(account, user)
    if (Password !== null) requireGood(Password, user)
    return done(
      put('login-profile', {
        ...profile,
        passwordHash: password.hash ?? profile.passwordHash,
        mustChange: PasswordResetRequired ?? profile.mustChange,
      }),
      ...(Password === null ? [] : [signedOut(user, now)]),
    )
  },

  DeleteLoginProfile: (account, { UserName }, { caller, now }) => {
    const user = getUserOrCaller(account, UserName, caller)
    return done(remove('login-profile', profileOf(account, user)), signedOut(user, now))
  },

  ChangePassword: (account, { NewPassword }, { caller, now, password }) => {
    const user = caller.kind === 'user' ? userById(account, caller.entityId) : null
    require(user !== null, 'InvalidUserType', 'Only a user has a password to change.')
    const profile = profileOf(account, user!)
    require(password.isOldRight, 'InvalidInput', 'The old password is not right.')
    requireGood(NewPassword, user!)
    const changed = { ...profile, passwordHash: password.hash!, mustChange: false }
    return done(put('login-profile', changed), signedOut(user!, now))
  },
}

/** Whoever is in the console with the old password, or as somebody who had one, is not any more. */
function signedOut(user: User, now: number): Change {
  return put('user', { ...user, consoleEndedBefore: now })
}

function profileOf({ loginProfiles }: Account, { id, name }: User): LoginProfile {
  return found(loginProfiles.get(id), `Login Profile for User ${name} cannot be found.`)
}

function requireGood(password: string, { name }: User): void {
  const problem = passwordProblem(password, name)
  require(problem === null, 'PasswordPolicyViolation', problem ?? '')
}

function view(
  { name }: User,
  { createdAt, mustChange }: LoginProfile,
): IamOutput<'GetLoginProfile'>['LoginProfile'] {
  return { UserName: name, CreateDate: createdAt, PasswordResetRequired: mustChange }
}
