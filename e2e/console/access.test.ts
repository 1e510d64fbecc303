/** Administering identities in a real browser, against IAM as every other client has it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from '../support/browser.ts'
import type { Caller } from '../support/caller.ts'
import { type OpenConsole, startConsole } from '../support/console.ts'

let caller: Caller
/** As the administrator. */
let signedIn: OpenConsole
let stop: (() => Promise<void>) | undefined

before(async () => {
  ;({ caller, signedIn, stop } = await startConsole())
  await caller.createGroup('orders')
})

after(() => stop?.())

async function confirm(page: Page, question: string, verb: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: question })
  await dialog.waitFor()
  await assertAccessible(page)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** What a key gets when it sends a profile, and when it looks. */
async function statusesOf(key: { id: string; secret: string }): Promise<readonly number[]> {
  const signature = { accessKeyId: key.id, secretAccessKey: key.secret }
  const end = Date.now()
  const profile = JSON.stringify({ start: end - 60_000, end, callgraph: { counts: { RUNNABLE: 1 } } })
  const posted = await caller.post('orders', profile, { signature })
  const looked = await caller.send({ target: '/profilingGroups/orders', signature })
  return [posted.status, looked.status]
}

test('an identity for an agent is made in one step, its secret is shown once, and it may do that and no more', async () => {
  const page = await signedIn.open('/console/')
  await page.getByRole('link', { name: 'Access' }).click()
  await page.getByRole('heading', { name: 'Users' }).waitFor()
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Identity for an agent' }).click()
  const dialog = page.getByRole('dialog', { name: 'Identity for an agent' })
  await dialog.getByLabel('Profiling group').fill('orders')
  await assertAccessible(page)
  await dialog.getByRole('button', { name: 'Create' }).click()
  const lines = await dialog.getByRole('region', { name: 'access key', exact: true }).textContent()
  const [, id, secret] = /aws_access_key_id = (\S+)\s+aws_secret_access_key = (\S+)/.exec(lines!)!
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name: 'agent-orders' }).waitFor()
  assert.ok(!(await page.content()).includes(secret!))
  assert.deepEqual(await statusesOf({ id: id!, secret: secret! }), [204, 403])

  await page.getByRole('link', { name: 'agent-orders' }).click()
  await page.getByRole('heading', { name: 'agent-orders' }).waitFor()
  await page.getByRole('row').filter({ hasText: id! }).getByText('codeguru-profiler').waitFor()
  await page.getByRole('button', { name: `Deactivate ${id}` }).click()
  await confirm(page, `Deactivate ${id}?`, 'Deactivate')
  await page.getByRole('button', { name: `Activate ${id}` }).waitFor()
  assert.deepEqual(await statusesOf({ id: id!, secret: secret! }), [403, 403])
  await page.getByRole('button', { name: `Activate ${id}` }).click()
  await page.getByRole('button', { name: `Deactivate ${id}` }).waitFor()
  assert.deepEqual(await statusesOf({ id: id!, secret: secret! }), [204, 403])
  await page.getByRole('button', { name: `Delete ${id}` }).click()
  await confirm(page, `Delete ${id}?`, 'Delete')
  await page.getByText('None: programs cannot act as this user.').waitFor()
  assert.deepEqual(await statusesOf({ id: id!, secret: secret! }), [403, 403])
  await page.close()
})

test('an inline policy is edited; what is wrong with it is told with line and reason', async () => {
  const page = await signedIn.open('/console/access/users/agent-orders')
  await page.locator('summary').filter({ hasText: 'agent' }).click()
  const editor = page.getByRole('textbox', { name: 'Policy agent' })
  assert.match(await editor.inputValue(), /"codeguru-profiler:ConfigureAgent"/)
  const right = await editor.inputValue()
  await editor.fill(right.replace('"Allow"', '"allow"'))
  const wrongLine = right.split('\n').findIndex((line) => line.includes('"Allow"')) + 1
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByRole('button', { name: `Line ${wrongLine}` }).click()
  await assertAccessible(page)
  assert.equal(await page.evaluate(() => String(getSelection())), '      "Effect": "allow",')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: `Line ${wrongLine}` }).waitFor()
  await editor.fill(right.replace('ConfigureAgent', 'PutPermission'))
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('The policy is in the grammar.').waitFor()
  const saved = page.waitForResponse(
    (answer) => answer.request().postData()?.includes('PutUserPolicy') === true,
  )
  await page.getByRole('button', { name: 'Save' }).click()
  assert.equal((await saved).status(), 200)
  await page.reload()
  await page.locator('summary').filter({ hasText: 'agent' }).click()
  assert.match(await editor.inputValue(), /"codeguru-profiler:PutPermission"/)
  await page.close()
})

test('a user is made, may nothing, gets a policy and a boundary, and is deleted with all it holds', async () => {
  const page = await signedIn.open('/console/access/users')
  await page.getByRole('button', { name: 'Create a user' }).click()
  await page.getByLabel('Name of the user').fill('alice')
  await page.getByRole('dialog').getByRole('button', { name: 'Create a user' }).click()
  await page.getByRole('heading', { name: 'alice' }).waitFor()
  await page.getByText('None attached.').waitFor()
  await page.getByLabel('Attach a policy').fill('AmazonCodeGuruProfilerReadOnlyAccess')
  await page.getByRole('button', { name: 'Attach' }).click()
  await page.getByRole('link', { name: 'AmazonCodeGuruProfilerReadOnlyAccess' }).waitFor()
  await page.getByLabel('None. Set one').fill('AmazonCodeGuruProfilerAgentAccess')
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await page.getByRole('link', { name: 'AmazonCodeGuruProfilerAgentAccess' }).waitFor()
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByRole('region', { name: 'access key', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByLabel(/^Password/).fill('correct horse battery staple')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('to be changed at the next sign-in').waitFor()
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Delete the user alice' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete the user alice?' })
  assert.equal(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), true)
  await dialog.getByRole('textbox').fill('alice')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Users' }).waitFor()
  await page.getByRole('link', { name: 'wick-admin' }).first().waitFor()
  assert.equal(await page.getByRole('link', { name: 'alice' }).count(), 0)
  await page.close()
})

test('a user who is not there is said to be none', async () => {
  const page = await signedIn.open('/console/access/users/nobody')
  await page.getByRole('heading', { name: 'There is no user “nobody”' }).waitFor()
  await assertAccessible(page)
  await page.close()
})

test('the page needs the session’s token for IAM as for everything: another site’s form changes nothing', async () => {
  const cookies = await signedIn.context.cookies()
  const headers = {
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    'content-type': 'application/x-www-form-urlencoded',
    'x-wick-service': 'iam',
  }
  const target = '/'
  const body = 'Action=CreateUser&Version=2010-05-08&UserName=mallory'
  const send = (more: Record<string, string>) =>
    caller.send({ method: 'POST', target, headers: { ...headers, ...more }, body, signature: null })
  for (const more of [{}, { 'x-wick-console': '1' }, { 'x-wick-console': '1', 'x-wick-csrf': 'guess' }]) {
    const { status, body: told } = await send(more)
    assert.equal(status, 403, told.toString())
  }
  const page = await signedIn.open('/console/access/users')
  await page.getByRole('link', { name: 'agent-orders' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'mallory' }).count(), 0)
  await page.close()
})
