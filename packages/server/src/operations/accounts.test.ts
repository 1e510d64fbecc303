import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createAccount, listAccounts } from './accounts.ts'
import type { Reply } from './reply.ts'
import { apiError, requestParts, type TestServices, testServices } from './testing/test-services.ts'

let server: TestServices
beforeEach(async () => {
  server = await testServices()
})
afterEach(() => server.close())

const create = (accountId: string): Promise<Reply> =>
  createAccount(server.context(), requestParts({ body: { accountId } }))

function bodyOf(reply: Reply): Record<string, unknown> {
  assert.equal(reply.kind, 'json')
  return (reply as { value: Record<string, unknown> }).value
}

test('an account is made with an administrator of its own, whose key is told once', async () => {
  const made = bodyOf(await create('111111111111'))
  const { account, user } = server.services.accounts.findAccessKey(String(made.accessKeyId))!
  assert.deepEqual([account.id, user.name], ['111111111111', 'wick-admin'])
  const secret = server.services.accounts.secret('access-key', account.id, String(made.accessKeyId))
  assert.equal(Buffer.from(secret).toString(), made.secretAccessKey)
  assert.deepEqual(bodyOf(await listAccounts(server.context())), {
    accounts: [
      { accountId: '000000000000', users: 1, roles: 0 },
      { accountId: '111111111111', users: 1, roles: 0 },
    ],
  })
})

test('an account that exists is not made again, and keeps its administrator', async () => {
  const made = bodyOf(await create('111111111111'))
  await assert.rejects(create('111111111111'), apiError('ConflictException', /111111111111 exists already/))
  assert.notEqual(server.services.accounts.findAccessKey(String(made.accessKeyId)), null)
})
