/** Signing in to the console in a real browser: password, authenticator app, passkey, and one's own account. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { codeAt, seedIn } from '../../packages/server/src/sign-in/testing/codes.ts'
import { assertAccessible, serverCertificate, startBrowser } from '../support/browser.ts'
import { ended, runWick, startWick, type Wick } from '../support/wick.ts'

const first = 'correct horse battery staple'
const second = 'an entirely different horse'

let directory: string
let wick: Wick
let browser: Browser
/** By its host name: passkeys have no addresses. */
let origin: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-sign-in-'))
  wick = await startWick({ directory, flags: ['--require-console-mfa'] })
  origin = wick.url.replace('127.0.0.1', 'localhost')
  browser = await startBrowser(await serverCertificate(directory))
  const ca = await readFile(join(directory, 'tls/ca.pem'))
  const iam = new IAMClient({
    endpoint: wick.url,
    region: 'us-east-1',
    credentials: wick.credentials,
    requestHandler: { httpsAgent: new Agent({ ca }) },
  })
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const profile = { UserName: 'alice', Password: first, PasswordResetRequired: true }
  await iam.send(new CreateLoginProfileCommand(profile))
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn }))
})

after(async () => {
  await browser?.close()
  await wick?.stop()
  await rm(directory, { recursive: true })
})

/** Alice's authenticator app, once it is set up. */
let seed: Buffer

async function enterPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('User name').fill('alice')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/console/`)
  await page.getByRole('heading', { name: 'Sign in to Wick' }).waitFor()
  return page
}

test('a first sign-in sets up an authenticator app and a password of one’s own', async () => {
  const context = await browser.newContext()
  const page = await open(context)
  await assertAccessible(page)
  await enterPassword(page, 'not the password')
  await page.getByRole('alert').getByText('That is not right').waitFor()
  await enterPassword(page, first)
  await page.getByRole('img', { name: 'The key as a QR code' }).waitFor()
  await assertAccessible(page)
  seed = seedIn(`otpauth://totp/x?secret=${await page.locator('code.seed').textContent()}`)
  const now = Date.now()
  await page.getByLabel('First code').fill(codeAt(seed, now - 30_000))
  await page.getByLabel('The code after it').fill(codeAt(seed, now))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('New password').fill(second)
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  await context.close()
})

test('then the password and a code sign in, and a code that was used does not', async () => {
  const context = await browser.newContext({ colorScheme: 'dark' })
  const page = await open(context)
  await enterPassword(page, second)
  const code = page.getByLabel('Code of your authenticator app')
  const used = codeAt(seed, Date.now() - 30_000)
  await code.fill(used)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('was used before').waitFor()
  await assertAccessible(page)
  await code.fill(codeAt(seed, Date.now() + 30_000))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Profiling groups' }).waitFor()
  await context.close()
})

test('a sign-in link stands for the password only: the second factor is owed all the same', async () => {
  const { stdout } = await ended(runWick(['console', '--data', directory]))
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(stdout.trim().replace('127.0.0.1', 'localhost'))
  await page.getByText('Everybody here needs a second factor').waitFor()
  await context.close()
})

test('a passkey is made on one’s account page and signs in from then on', async () => {
  const context = await browser.newContext()
  const page = await open(context)
  const authenticator = await context.newCDPSession(page)
  await authenticator.send('WebAuthn.enable')
  await authenticator.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
  })
  await enterPassword(page, second)
  // The step after the next: whichever of the ones before was used, this one was not. Its clock may be ahead by one.
  await page.getByLabel('Code of your authenticator app').waitFor()
  await nextStep()
  await page.getByLabel('Code of your authenticator app').fill(codeAt(seed, Date.now() + 30_000))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('link', { name: /^alice/ }).click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  await assertAccessible(page)
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('button', { name: 'Remove the passkey laptop' }).waitFor()
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await enterPassword(page, second)
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  await context.close()
})

test('the page says what the identity provider could not', async () => {
  const page = await browser.newPage()
  await page.goto(`${origin}/console/sign-in?trouble=no-role`)
  await page.getByText('none of your groups has a role here').waitFor()
  await page.goto(`${origin}/console/sign-in?trouble=__proto__`)
  await page.getByRole('heading', { name: 'Sign in to Wick' }).waitFor()
  await page.close()
})

/** Waits for the next thirty seconds of authenticator apps to begin. */
function nextStep(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30_000 - (Date.now() % 30_000) + 100))
}
