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
   * wrong ones in a row, and the device is locked for a quarter of an hour.
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
  /** ARN of the device. */
  readonly serialNumber: string
  readonly code: string
}

const maxFailures = 5

export function secondFactor(accounts: Pick<Accounts, 'find' | 'secret' | 'change'>): SecondFactor {
  const devices = lockout(maxFailures)
  return {
    accept: async ({ accountId, userId, serialNumber, code }, now, directory) => {
      const account = accounts.find(accountId)
      // Devices of others are not there: nobody locks what is not theirs.
      if (account === null || deviceOf(account, userId, serialNumber) === null) return 'refused'
      if (devices.isLocked(serialNumber, now)) return 'locked'
      // Counted before it is known: of a thousand guesses at the same time five are looked at.
      devices.failed(serialNumber, now)
      const isGood = await accounts.change(
        accountId,
        (current) => {
          const device = deviceOf(current, userId, serialNumber)
          if (device === null) return { changes: [], output: false }
          const seed = accounts.secret('mfa-device', accountId, keyOf('mfa-device', device))
          const step = acceptedStep(seed, code, device, now)
          if (step === null) return { changes: [], output: false }
          return { changes: [put('mfa-device', { ...device, lastStep: step })], output: true }
        },
        directory,
      )
      if (isGood) devices.succeeded(serialNumber)
      return isGood ? 'accepted' : 'refused'
    },
  }
}

function deviceOf(account: Account, userId: string, serialNumber: string): MfaDevice | null {
  const name = serialNumber.slice(serialNumber.lastIndexOf('/') + 1).toLowerCase()
  const device = account.mfaDevices.get(name)
  return device?.userId === userId && mfaArn(account.id, device) === serialNumber ? device : null
}
