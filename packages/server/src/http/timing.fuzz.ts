/**
 * Whether what is refused alike also takes as long: two ways of being wrong, in random order, measured a great many times and
 * compared by Welch's t (|t| < 4.5, after the slowest are cut off, as dudect does it). For `make fuzz`: it takes minutes, and the
 * figures are what it is about. Chance and other programs disturb a measurement, a real difference shows in every one: a
 * measurement that fails is repeated, twice at most.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, type TestContext, test } from 'node:test'
import { parseAuthorization, sign, verify } from '@wick/wire/sigv4'
import type { LoginProfile } from '../iam/account.ts'
import { put } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import { acceptedStep } from '../iam/totp.ts'
import { isCsrfToken } from '../identity/console-access.ts'
import { signIn } from '../sign-in/sign-in.ts'
import { codeAt } from '../sign-in/testing/codes.ts'
import { testGrant } from '../sts/testing/grants.ts'
import { type AccessKey, startTestServer, type TestServer } from './testing/test-server.ts'

/** What is measured: each way is called in turn, milliseconds are what it took. */
type Way = () => unknown

interface Comparison {
  readonly t: number
  /** Of the means, in parts of the greater one. */
  readonly difference: number
}

const attempts = 3
const boundOfT = 4.5
/** A million samples, where one takes microseconds. */
const manyPairs = 500_000
/** A password takes tens of milliseconds, a call over HTTP some: no more of them are made in some minutes. */
const passwordPairs = 300
const callPairs = 4000
/** What sealed text ends with. */
const tagBytes = 16

let server: TestServer
let stranger: AccessKey
before(async () => {
  server = await startTestServer()
  stranger = await server.addUser('stranger')
})
after(() => server.close())

async function compare(ways: readonly [Way, Way], pairs: number): Promise<Comparison> {
  const times = ways.map(() => [] as number[])
  for (let i = 0; i < pairs; i++) {
    const first = randomBytes(1)[0]! & 1
    for (const which of [first, 1 - first]) {
      const startedAt = process.hrtime.bigint()
      await ways[which]!()
      times[which]!.push(Number(process.hrtime.bigint() - startedAt))
    }
  }
  // What a pause of the machine adds says nothing: the same bound for both.
  const bound = times.flat().sort((a, b) => a - b)[Math.floor(pairs * 2 * 0.8)]!
  const [a, b] = times.map((all) => momentsOf(all.slice(pairs / 10).filter((time) => time <= bound)))
  const t = (a!.mean - b!.mean) / Math.sqrt(a!.variance / a!.count + b!.variance / b!.count)
  return { t, difference: Math.abs(a!.mean - b!.mean) / Math.max(a!.mean, b!.mean) }
}

function momentsOf(values: readonly number[]): { mean: number; variance: number; count: number } {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { mean, variance, count }
}

async function alike(
  context: TestContext,
  name: string,
  ways: readonly [Way, Way],
  pairs: number,
  isAlike: (comparison: Comparison) => boolean = ({ t }) => Math.abs(t) < boundOfT,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { t, difference } = await compare(ways, pairs)
    const figures = `t ${t.toFixed(2)}, means ${(difference * 100).toFixed(2)} % apart`
    context.diagnostic(`${name}: ${pairs} pairs, ${figures}`)
    if (isAlike({ t, difference })) return
    assert.ok(attempt < attempts, `${name}: ${figures}`)
  }
}

test('threat 14: where a signature, a session token, a CSRF token or a code is wrong cannot be timed', async (context) => {
  const now = server.test.now
  const secret = 'fakeSecretForTestsOnly'
  const scope = { region: 'us-east-1', service: 'codeguru-profiler' }
  const url = 'https://wick.example/profilingGroups'
  const headers = sign({
    ...scope,
    method: 'GET',
    url,
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: secret,
    now,
  })
  const bodySha256Hex = createHash('sha256').digest('hex')
  const rules = {
    ...{ regions: [scope.region], service: scope.service, now, skewMilliseconds: 60_000 },
    ...{ secret, bodySha256Hex },
  }
  const withSignature = (change: (signature: string) => string): Way => {
    const rawHeaders = Object.entries({ host: 'wick.example', ...headers }).flatMap(([name, value]) => [
      name,
      name.toLowerCase() === 'authorization' ? value.replace(/[0-9a-f]{64}$/, change) : value,
    ])
    const parsed = parseAuthorization({ method: 'GET', rawTarget: '/profilingGroups', rawHeaders })
    return () => assert.throws(() => verify(parsed, rules))
  }
  const flip = (digit: string): string => (digit === '0' ? '1' : '0')
  const wrongAt = [
    withSignature((text) => flip(text[0]!) + text.slice(1)),
    withSignature((text) => text.slice(0, -1) + flip(text.at(-1)!)),
  ] as const
  await alike(context, 'signature: first and last digit', wrongAt, manyPairs)

  const { sessions } = server.test.services
  const credentials = await sessions.issue(testGrant(server.administrator, { expiresAt: now + 3_600_000 }))
  const sealed = Buffer.from(credentials.sessionToken, 'base64url')
  const withByte = (at: number): Way => {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    const sessionToken = changed.toString('base64url')
    return () => assert.throws(() => sessions.find(credentials.accessKeyId, sessionToken, now))
  }
  const tokens = [withByte(sealed.length - tagBytes), withByte(sealed.length - 1)] as const
  await alike(context, 'session token: first and last byte of its seal', tokens, manyPairs)

  const { session } = (await server.access.open(server.administrator, null, now))!
  const token = session.csrfToken
  const csrf = [
    () => isCsrfToken(session, (token[0] === 'A' ? 'B' : 'A') + token.slice(1)),
    () => isCsrfToken(session, token.slice(0, -1) + (token.at(-1) === 'A' ? 'B' : 'A')),
  ] as const
  await alike(context, 'CSRF token: first and last character', csrf, manyPairs)

  const seed = randomBytes(20)
  const right = codeAt(seed, now)
  const otherDigit = (digit: string): string => String((Number(digit) + 5) % 10)
  const clock = { lastStep: 0, drift: 0 }
  const codes = [
    () => acceptedStep(seed, otherDigit(right[0]!) + right.slice(1), clock, now),
    () => acceptedStep(seed, right.slice(0, -1) + otherDigit(right.at(-1)!), clock, now),
  ] as const
  await alike(context, 'one-time code: first and last digit', codes, manyPairs)
})

test('threat 14: whether there is a user of that name, and whether they have a password, cannot be timed', async (context) => {
  const { accounts, passwords, sealer, secondFactor } = server.test.services
  const { accountId } = server.administrator
  const known = testUser('known')
  const passwordHash = await passwords.hash('correct horse battery staple')
  const profile: LoginProfile = { userId: known.id, passwordHash, createdAt: 0, mustChange: false }
  await accounts.change(accountId, () => ({
    changes: [put('user', known), put('login-profile', profile), put('user', testUser('keyless'))],
    output: null,
  }))
  const check =
    (userName: string): Way =>
    async () => {
      // A new one each time: nobody is locked out.
      const door = signIn({
        accounts,
        passwords,
        sealer,
        secondFactor,
        requiresMfa: false,
        now: () => server.test.now,
      })
      const step = await door.begin(
        { accountId, userName, password: 'wrong' },
        { address: '192.0.2.1', site: null },
      )
      assert.equal(step.kind, 'refused')
    }
  await alike(context, 'unknown user and wrong password', [check('nobody'), check('known')], passwordPairs)
  await alike(context, 'no password and wrong password', [check('keyless'), check('known')], passwordPairs)
})

test('threat 9: whether there is a group cannot be timed by who may not see it: means less than 5 % apart', async (context) => {
  const body = JSON.stringify({ profilingGroupName: 'there' })
  const headers = { 'content-type': 'application/json' }
  const made = await server.signed({
    method: 'POST',
    target: '/profilingGroups?clientToken=x',
    headers,
    body,
  })
  assert.equal(made.status, 201, made.text)
  const ask =
    (name: string): Way =>
    async () => {
      server.test.now += 1000
      const { status } = await server.signed({ target: `/profilingGroups/${name}` }, { key: stranger })
      assert.equal(status, 403)
    }
  const isAlike = ({ difference }: Comparison): boolean => difference < 0.05
  await alike(context, '403 for a group and for none', [ask('there'), ask('gone1')], callPairs, isAlike)
})
