/** Each place that credentials may come from, and which one wins; services of the platform are spoken to over HTTP. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { HttpClient } from '../http-exchange.ts'
import { ServerClock } from '../server-clock.ts'
import { type ChainOptions, CredentialChain } from './chain.ts'

interface Platform {
  readonly directory: string
  readonly url: string
  /** Method, path, body and authorization of each call. */
  readonly requests: string[]
  expiration: string
  /** How far the clock of STS is ahead of this machine's. */
  aheadMs: number
  environment: Record<string, string>
  chain(profileName?: string, more?: Partial<ChainOptions>): CredentialChain
}

const temporary = (key: string, expiration: string): string =>
  JSON.stringify({ AccessKeyId: key, SecretAccessKey: 's', Token: 't', Expiration: expiration })

/** Epoch milliseconds; what is not signed is of any time. */
function signedAt(headers: IncomingHttpHeaders): number {
  const said = headers['x-amz-date']
  if (said === undefined) return Number.NaN
  return Date.parse(String(said).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/** STS, a container's and an instance's metadata (IMDSv2) at one address. */
async function platform(t: TestContext): Promise<Platform> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-agent-chain-'))
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString()
    const { authorization = '' } = request.headers
    requests.push(`${request.method} ${request.url} ${body} ${authorization}`)
    const roles = '/latest/meta-data/iam/security-credentials/'
    const now = Date.now() + here.aheadMs
    if (request.url === '/' && Math.abs(signedAt(request.headers) - now) > 300_000) {
      response.writeHead(403, { date: new Date(now).toUTCString() })
      response.end('<E><Code>SignatureDoesNotMatch</Code></E>')
    } else if (request.url === '/') {
      const key = body.includes('WebIdentity') ? 'WEB' : `ROLE${requests.length}`
      response.end(
        `<R><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${here.expiration}</Expiration></R>`,
      )
    } else if (request.url === '/container' && authorization === 'pod-token')
      response.end(temporary('CONTAINER', here.expiration))
    else if (request.url === '/latest/api/token' && request.method === 'PUT') response.end('imds-token')
    else if (request.headers['x-aws-ec2-metadata-token'] !== 'imds-token') response.writeHead(401).end()
    else if (request.url === roles) response.end('shop-role\n')
    else if (request.url === `${roles}shop-role`) response.end(temporary('INSTANCE', here.expiration))
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const here: Platform = {
    directory,
    url,
    requests,
    expiration: '2099-01-01T00:00:00Z',
    aheadMs: 0,
    environment: {
      HOME: directory,
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_ENDPOINT_URL_STS: url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    chain: (profileName = 'default', more = {}) => {
      const { environment } = here
      const http = new HttpClient({ environment })
      const clock = new ServerClock()
      return new CredentialChain({ environment, profileName, region: 'eu-west-1', http, clock, ...more })
    },
  }
  return here
}

test('without any, it says where it has looked', async (t) => {
  const here = await platform(t)
  await assert.rejects(
    here.chain().get(),
    /no AWS credentials: none in the environment, in profile 'default'/,
  )
})

test('the environment wins over files', async (t) => {
  const here = await platform(t)
  await writeFile(
    join(here.directory, 'credentials'),
    '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n',
  )
  assert.equal((await here.chain().get()).accessKeyId, 'FILE')
  Object.assign(here.environment, { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' })
  assert.equal((await here.chain().get()).accessKeyId, 'ENV')
})

test('a profile that an argument chose wins over the environment: its keys, and its web identity', async (t) => {
  const here = await platform(t)
  const file = join(here.directory, 'token')
  await writeFile(file, 'token')
  Object.assign(here.environment, {
    AWS_ACCESS_KEY_ID: 'ENV',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/shop',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
  })
  const chosen = { isProfileChosen: true }
  await writeFile(join(here.directory, 'config'), '[profile shop]\nregion = eu-west-1\n')
  await assert.rejects(here.chain('shop', chosen).get(), /no AWS credentials: none in profile 'shop'/)
  assert.equal(here.requests.length, 0)
  await writeFile(
    join(here.directory, 'credentials'),
    '[shop]\naws_access_key_id = SHOP\naws_secret_access_key = s\n',
  )
  assert.equal((await here.chain('shop', chosen).get()).accessKeyId, 'SHOP')
  assert.equal((await here.chain('shop').get()).accessKeyId, 'ENV', 'AWS_PROFILE does not')
})

test('what is set up and cannot be used ends the search: an instance that would answer is not asked', async (t) => {
  const here = await platform(t)
  here.environment.AWS_EC2_METADATA_DISABLED = 'false'
  await writeFile(
    join(here.directory, 'credentials'),
    '[half]\naws_access_key_id = HALF\n[shop]\nrole_arn = a\nsource_profile = hubb\n' +
      '[own]\nrole_arn = b\nsource_profile = own\naws_access_key_id = OWN\n',
  )
  for (const [profileName, why] of [
    ['shpo', 'the profile shpo is in neither of the shared files'],
    ['shop', 'the profile hubb is in neither of the shared files'],
    ['half', 'the profile half has a key without its secret'],
    ['own', 'the profile own has a key without its secret'],
  ] as const) {
    for (const isProfileChosen of [false, true])
      await assert.rejects(here.chain(profileName, { isProfileChosen }).get(), { message: why })
  }
  here.environment.AWS_ACCESS_KEY_ID = 'ENV'
  await assert.rejects(here.chain().get(), { message: 'AWS_ACCESS_KEY_ID has a key without its secret' })
  assert.deepEqual(here.requests, [])
})

test('where nobody named a profile, none need be there', async (t) => {
  const here = await platform(t)
  here.environment.AWS_EC2_METADATA_DISABLED = 'false'
  assert.equal((await here.chain('default').get()).accessKeyId, 'INSTANCE')
})

test('a profile may run a program', async (t) => {
  const here = await platform(t)
  await writeFile(join(here.directory, 'answer.json'), temporary('PROGRAM', here.expiration))
  await writeFile(
    join(here.directory, 'config'),
    `[profile shop]\ncredential_process = cat "${here.directory}/answer.json"\n`,
  )
  const found = await here.chain('shop').get()
  assert.deepEqual([found.accessKeyId, found.sessionToken], ['PROGRAM', 't'])
})

test("a profile's program has the environment of this one, but is not profiled", async (t) => {
  const here = await platform(t)
  Object.assign(here.environment, { AWS_CODEGURU_PROFILER_ENABLED: 'true', SHOP: 'BOOKS' })
  const path = join(here.directory, 'program')
  const said = '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "s", "SessionToken": "%s"}'
  await writeFile(path, `printf '${said}' "$SHOP" "$AWS_CODEGURU_PROFILER_ENABLED"`)
  await writeFile(join(here.directory, 'config'), `[profile shop]\ncredential_process = sh "${path}"\n`)
  const found = await here.chain('shop').get()
  assert.deepEqual([found.accessKeyId, found.sessionToken], ['BOOKS', 'false'])
})

test('a program that does not end is ended, though it takes no notice of SIGTERM, or has left a child', async (t) => {
  const here = await platform(t)
  for (const [name, script] of [
    ['deaf', "trap '' TERM; while :; do sleep 0.1; done"],
    ['parent', 'sleep 20 & wait'],
  ] as const) {
    const path = join(here.directory, name)
    await writeFile(path, `echo $$ > "${path}.pid"; ${script}`)
    await writeFile(join(here.directory, 'config'), `[profile shop]\ncredential_process = sh "${path}"\n`)
    await assert.rejects(here.chain('shop', { processMs: 500 }).get(), /the credential process 'sh' fails/)
    const pid = Number(await readFile(`${path}.pid`, 'utf8'))
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
  }
})

test('a token of an identity provider is exchanged, and read anew each time', async (t) => {
  const here = await platform(t)
  const file = join(here.directory, 'token')
  Object.assign(here.environment, {
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/shop',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
  })
  await writeFile(file, 'first')
  const chain = here.chain()
  assert.equal((await chain.get()).accessKeyId, 'WEB')
  await writeFile(file, 'second')
  await chain.newerThan(await chain.get())
  assert.match(here.requests[0]!, /RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fshop.*WebIdentityToken=first/)
  assert.match(here.requests[1]!, /WebIdentityToken=second/)
})

test('a role is taken with the keys of its source, one after the other', async (t) => {
  const here = await platform(t)
  await writeFile(
    join(here.directory, 'config'),
    '[profile shop]\nrole_arn = arn:aws:iam::2:role/shop\nsource_profile = hub\nexternal_id = x\n' +
      '[profile hub]\nrole_arn = arn:aws:iam::1:role/hub\nsource_profile = hub\n',
  )
  await writeFile(
    join(here.directory, 'credentials'),
    '[hub]\naws_access_key_id = HUB\naws_secret_access_key = s\n',
  )
  assert.equal((await here.chain('shop').get()).accessKeyId, 'ROLE2')
  assert.match(here.requests[0]!, /role%2Fhub.*Credential=HUB\/\d+\/eu-west-1\/sts\/aws4_request/)
  assert.match(here.requests[1]!, /ExternalId=x.*Credential=ROLE1\//)
})

const role =
  '[shop]\nrole_arn = arn:aws:iam::1:role/shop\nsource_profile = hub\n' +
  '[hub]\naws_access_key_id = HUB\naws_secret_access_key = s\n'

test('for a role it signs by the clock that the server was found to have; else it learns that here', async (t) => {
  const here = await platform(t)
  here.aheadMs = -3 * 3_600_000
  await writeFile(join(here.directory, 'credentials'), role)
  const known = new ServerClock(here.aheadMs)
  assert.equal((await here.chain('shop', { clock: known }).get()).accessKeyId, 'ROLE1')
  const clock = new ServerClock()
  assert.equal((await here.chain('shop', { clock }).get()).accessKeyId, 'ROLE3')
  assert.ok(Math.abs(clock.error - here.aheadMs) < 60_000)
})

test('keys of a role end by the clock of the server', async (t) => {
  const here = await platform(t)
  here.aheadMs = 3 * 3_600_000
  await writeFile(join(here.directory, 'credentials'), role)
  const chain = here.chain('shop', { clock: new ServerClock(here.aheadMs) })
  here.expiration = new Date(Date.now() + here.aheadMs + 3_600_000).toISOString()
  await chain.get()
  await chain.get()
  assert.equal(here.requests.length, 1, 'held')
  here.expiration = new Date(Date.now() + here.aheadMs + 200_000).toISOString()
  await chain.newerThan(await chain.get())
  await chain.get()
  assert.equal(here.requests.length, 3, 'by the clock of this machine they are good for hours')
})

test('roles that lead in a circle are given up', async (t) => {
  const here = await platform(t)
  await writeFile(
    join(here.directory, 'config'),
    '[default]\nrole_arn = a\nsource_profile = other\n[profile other]\nrole_arn = b\nsource_profile = default\n',
  )
  await assert.rejects(here.chain().get(), /more than 5 profiles in a row/)
  assert.equal(here.requests.length, 0)
})

test('a container is asked with the token of its file; over plain HTTP only on this machine', async (t) => {
  const here = await platform(t)
  const file = join(here.directory, 'pod')
  await writeFile(file, 'pod-token\n')
  here.environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = file
  here.environment.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${here.url}/container`
  assert.equal((await here.chain().get()).accessKeyId, 'CONTAINER')
  const { port } = new URL(here.url)
  for (const host of ['127.1', 'localhost']) {
    here.environment.AWS_CONTAINER_CREDENTIALS_FULL_URI = `http://${host}:${port}/container`
    assert.equal((await here.chain().get()).accessKeyId, 'CONTAINER')
  }
  const others = ['192.0.2.1', '127.wick.invalid', '127.0.0.1.wick.invalid', 'localhost.wick.invalid']
  for (const host of others) {
    here.environment.AWS_CONTAINER_CREDENTIALS_FULL_URI = `http://${host}/container`
    await assert.rejects(here.chain().get(), {
      message: `AWS_CONTAINER_CREDENTIALS_FULL_URI is plain HTTP to ${host}, which is not this machine`,
    })
  }
})

test('an instance is asked by the second version of its protocol, unless that is forbidden', async (t) => {
  const here = await platform(t)
  await assert.rejects(here.chain().get())
  assert.equal(here.requests.length, 0)
  here.environment.AWS_EC2_METADATA_DISABLED = 'false'
  assert.equal((await here.chain().get()).accessKeyId, 'INSTANCE')
})

test('they are renewed five minutes before their end', async (t) => {
  const here = await platform(t)
  here.environment.AWS_EC2_METADATA_DISABLED = 'false'
  const chain = here.chain()
  here.expiration = new Date(Date.now() + 400_000).toISOString()
  await chain.get()
  const calls = here.requests.length
  await chain.get()
  assert.equal(here.requests.length, calls, 'held')
  here.expiration = new Date(Date.now() + 200_000).toISOString()
  await chain.newerThan(await chain.get())
  await chain.get()
  assert.equal(here.requests.length, 3 * calls, 'asked anew')
})

test('what is held stays where nothing newer is found', async (t) => {
  const here = await platform(t)
  here.environment.AWS_EC2_METADATA_DISABLED = 'false'
  const chain = here.chain()
  here.expiration = new Date(Date.now() + 3_600_000).toISOString()
  const held = await chain.get()
  here.environment.AWS_EC2_METADATA_DISABLED = 'true'
  assert.equal(await chain.newerThan(held), null)
  assert.equal(await chain.get(), held)
})
