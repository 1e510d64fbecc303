import { type Account, keyOf, type MfaDevice } from '../iam/account.ts'
import { mfaArn } from '../iam/arns.ts'
import { put } from '../iam/changes.ts'
import { acceptedStep } from '../iam/totp.ts'
import type { Directory } from '../storage/directory.ts'
import type { Accounts } from './accounts.ts'
import { lockout } from './lockout.ts'

/** Codes of authenticator apps, judged. */
export interface SecondFactor {
  /**
   * Whether a code is good, now and for the first time: then it is used up, durably, and counts nowhere again. Five
   * wrong ones in a row, wherever they are given, and the user's codes are locked for a quarter of an hour.
   *
   * @param directory where that is committed: the one of the call
   */
  accept(
    given: GivenCode,
    now: number,
    directory?: Pick<Directory, 'commitAccount'>,
  ): Promise<'accepted' | 'refused' | 'locked'>
}

interface GivenCode {
  readonly accountId: string
  readonly userId: string
  /** ARN of the device; null for any of the user's. */
  readonly serialNumber: string | null
  readonly code: string
}

const maxFailures = 5

export function secondFactor(accounts: Pick<Accounts, 'find' | 'secret' | 'change'>): SecondFactor {
  const users = lockout(maxFailures)
  return {
    accept: async ({ accountId, userId, serialNumber, code }, now, directory) => {
      const account = accounts.find(accountId)
      // Devices of others are not there: nobody locks what is not theirs.
      if (account === null || devicesOf(account, userId, serialNumber).length === 0) return 'refused'
      const name = `${accountId}/${userId}`
      if (users.isLocked(name, now)) return 'locked'
      // Counted before it is known: of a thousand guesses at the same time five are looked at.
      users.failed(name, now)
      const isGood = await accounts.change(
        accountId,
        (current) => {
          for (const device of devicesOf(current, userId, serialNumber)) {
            const seed = accounts.secret('mfa-device', accountId, keyOf('mfa-device', device))
            const step = acceptedStep(seed, code, device, now)
            if (step !== null)
              return { changes: [put('mfa-device', { ...device, lastStep: step })], output: true }
          }
          return { changes: [], output: false }
        },
        directory,
      )
      if (isGood) users.succeeded(name)
      return isGood ? 'accepted' : 'refused'
    },
  }
}

function devicesOf(account: Account, userId: string, serialNumber: string | null): readonly MfaDevice[] {
  const own = [...account.mfaDevices.values()].filter((device) => device.userId === userId)
  return serialNumber === null ? own : own.filter((device) => mfaArn(account.id, device) === serialNumber)
}
