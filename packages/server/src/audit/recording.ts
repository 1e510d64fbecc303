import type { Accounts } from '../identity/accounts.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { AccountCommit } from '../storage/directory.ts'
import { isRecordedMethod, type RecordedMethod } from '../storage/recorded-change.ts'

/** What an operation changes things with: the first change of a call is one transaction with the call's record. */
export interface Recording {
  readonly catalog: Catalog
  readonly accounts: Accounts
}

/**
 * @param draft of the call's record, with what is to be changed
 * @param onRecorded told of it once it is committed
 */
export function recording(
  base: { readonly catalog: Catalog; readonly accounts: Accounts },
  draft: (changes: Readonly<Record<string, unknown>>) => string,
  onRecorded: () => void,
): Recording {
  let isRecorded = false
  const change = async (method: RecordedMethod, args: never): Promise<unknown> => {
    const outcome = await base.catalog.recorded(draft(changesOf(method, args)), method, args)
    if (outcome.isRecorded) {
      isRecorded = true
      onRecorded()
    }
    return outcome.value
  }
  const catalog = new Proxy(base.catalog, {
    get: (target, name) =>
      isRecordedMethod(name) && !isRecorded
        ? (...args: unknown[]) => change(name, args as never)
        : Reflect.get(target, name),
  })
  const { accounts } = base
  return {
    catalog,
    accounts: {
      ...accounts,
      change: (accountId, think, directory = catalog) => accounts.change(accountId, think, directory),
      create: (accountId, changes, directory = catalog) => accounts.create(accountId, changes, directory),
    },
  }
}

/** What of an account is put or removed: an access key that was made has no other place in the record. */
function changesOf(method: RecordedMethod, args: readonly unknown[]): Readonly<Record<string, unknown>> {
  if (method !== 'commitAccount') return {}
  const { accountId, changes } = args[0] as AccountCommit
  const named = (isPut: boolean): string[] =>
    changes.filter(({ document }) => (document !== null) === isPut).map(({ kind, key }) => `${kind} ${key}`)
  return { account: accountId, put: named(true), removed: named(false) }
}
