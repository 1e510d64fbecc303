/** IAM over one account in memory: calls as forms, as clients send them; outputs as the handlers give them. */
import assert from 'node:assert/strict'
import {
  iamService,
  parseQueryRequest,
  QueryError,
  type QueryErrorCode,
  readQueryInput,
  writeQueryAnswer,
} from '@wick/wire/query'
import { type Account, emptyAccount, keyOf, type MfaDevice } from '../account.ts'
import { callIam } from '../call-iam.ts'
import { apply } from '../changes.ts'
import type { IamCall, IamOperationName, IamOutput, LastUse, PasswordFacts } from '../operations/handler.ts'
import { type Principal, userPrincipal } from '../principal.ts'
import { testUser } from './identities.ts'

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }
export type Parameters = Readonly<Record<string, Value>>

export interface TestIam {
  account: Account
  /** Others, whose principals trust policies may name. */
  readonly others: Account[]
  caller: Principal
  /** Epoch milliseconds. */
  now: number
  readonly uses: Map<string, LastUse>
  serviceRoleUses: string[]
  readonly seeds: Map<string, Uint8Array>
  /** What became of the passwords in the next call. */
  password: PasswordFacts
  /** Does it. @throws QueryError */
  call<N extends IamOperationName>(action: N, parameters?: Parameters): IamOutput<N>
  /** All pages, `MaxItems` each: their members of that name, one after the other. */
  pages(action: IamOperationName, member: string, maxItems: number, parameters?: Parameters): unknown[][]
  /** Asserts that it is refused, and that nothing changes. */
  refuses(code: QueryErrorCode, action: IamOperationName, parameters?: Parameters, message?: RegExp): void
}

export const accountId = '123456789012'
export const testStart = Date.UTC(2026, 10, 25, 12)

export function testIam(): TestIam {
  const seeds = new Map<string, Uint8Array>()
  const uses = new Map<string, LastUse>()
  const administrator = testUser('wick-admin')
  const empty = emptyAccount(accountId)
  const iam: TestIam = {
    account: { ...empty, users: new Map([['wick-admin', administrator]]) },
    others: [],
    caller: userPrincipal(empty, administrator),
    now: testStart,
    uses,
    serviceRoleUses: [],
    seeds,
    password: { hash: null, isOldRight: false },
    call: (action, parameters = {}) => {
      const body = formOf({ Action: action, Version: '2010-05-08', ...parameters })
      const { form } = parseQueryRequest(iamService, Buffer.from(body))
      const input = readQueryInput(iamService.operations[action], form)
      const call: IamCall = {
        caller: iam.caller,
        now: iam.now,
        seedOf: (device: MfaDevice) => seeds.get(keyOf('mfa-device', device))!,
        accounts: [iam.account, ...iam.others],
        lastUseOf: (id) => uses.get(id) ?? null,
        serviceRoleUses: iam.serviceRoleUses,
        password: iam.password,
      }
      const { changes, output } = callIam(iam.account, action, input, call)
      // Whatever is answered can be written.
      writeQueryAnswer(iamService, action, output, 'id')
      for (const change of changes)
        if (change.entity !== null && change.secret !== undefined) seeds.set(change.key, change.secret)
      iam.account = apply(iam.account, changes, iam.account.revision + 1)
      return output as IamOutput<typeof action>
    },
    pages: (action, member, maxItems, parameters = {}) => {
      const found: unknown[][] = []
      for (let marker: string | null = null; ; ) {
        const output = iam.call(action, {
          ...parameters,
          MaxItems: maxItems,
          ...(marker !== null && { Marker: marker }),
        }) as unknown as { IsTruncated: boolean; Marker: string | null } & Record<string, unknown[]>
        found.push(output[member]!)
        marker = output.Marker
        assert.equal(output.IsTruncated, marker !== null)
        if (marker === null) return found
      }
    },
    refuses: (code, action, parameters = {}, message = /./) => {
      const before = iam.account
      assert.throws(
        () => iam.call(action, parameters),
        (error) => {
          assert.ok(error instanceof QueryError, String(error))
          assert.equal(error.code, code, error.message)
          assert.match(error.message, message)
          return true
        },
      )
      assert.equal(iam.account, before)
    },
  }
  return iam
}

/** As SDKs write it: lists as `member.N`, an empty one as a name without a value. */
export function formOf(parameters: Parameters): string {
  const pairs: [string, string][] = []
  const write = (value: Value, name: string): void => {
    if (value === null) return
    if (Array.isArray(value)) {
      if (value.length === 0) pairs.push([name, ''])
      for (const [i, item] of value.entries()) write(item, `${name}.member.${i + 1}`)
    } else if (typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) write(item, name === '' ? key : `${name}.${key}`)
    } else pairs.push([name, String(value)])
  }
  write(parameters, '')
  return new URLSearchParams(pairs).toString()
}
