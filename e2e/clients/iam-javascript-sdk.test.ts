/** What is the SDK for JavaScript's own in administration: its classes of errors and its waiters. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  CreatePolicyCommand,
  CreateUserCommand,
  EntityAlreadyExistsException,
  GetUserCommand,
  IAMClient,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  waitUntilUserExists,
} from '@aws-sdk/client-iam'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let iam: IAMClient

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-sdk-'))
  wick = await startWick({ directory })
  const httpsAgent = new Agent({ ca: await readFile(join(directory, 'tls/ca.pem')), keepAlive: true })
  const { url: endpoint, credentials } = wick
  iam = new IAMClient({ endpoint, region: 'us-east-1', credentials, requestHandler: { httpsAgent } })
})

after(async () => {
  iam?.destroy()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

test('a waiter sees that a user is there', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const { state } = await waitUntilUserExists({ client: iam, maxWaitTime: 10 }, { UserName: 'ann' })
  assert.equal(state, 'SUCCESS')
})

test('errors are of the classes that the SDK has for them', async () => {
  await assert.rejects(iam.send(new GetUserCommand({ UserName: 'nobody' })), NoSuchEntityException)
  await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'ann' })), EntityAlreadyExistsException)
  const broken = new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: '{}' })
  await assert.rejects(iam.send(broken), MalformedPolicyDocumentException)
})
