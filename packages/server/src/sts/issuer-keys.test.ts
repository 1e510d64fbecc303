import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { FetchFailed } from '../outgoing/fetch-json.ts'
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts'

const issuer = 'https://issuer.example/a'
const second = 1000
const minute = 60_000
const jwk: JWK = {
  ...(await exportJWK((await generateKeyPair('ES256')).publicKey)),
  kid: 'one',
  alg: 'ES256',
}

interface Fake {
  readonly keys: IssuerKeys
  readonly asked: string[]
  now: number
  documents: Readonly<Record<string, unknown>>
}

const good = {
  [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: 'https://keys.example/' },
  'https://keys.example/': { keys: [jwk] },
}

function fake(documents: Readonly<Record<string, unknown>> = good): Fake {
  const asked: string[] = []
  const made: Fake = {
    documents,
    now: 1_000_000,
    asked,
    keys: issuerKeys(
      async (url) => {
        asked.push(url)
        if (!(url in made.documents)) throw new FetchFailed('down')
        return made.documents[url]
      },
      () => made.now,
    ),
  }
  return made
}

const hasKey = async (set: ReturnType<IssuerKeys['find']>): Promise<boolean> =>
  (await (await set)({ alg: 'ES256', kid: 'one' }, { payload: '', signature: '' })) !== null

test('keys are where the configuration of the issuer says', async () => {
  const { keys, asked } = fake()
  assert.ok(await hasKey(keys.find(issuer)))
  assert.deepEqual(asked, Object.keys(good))
})

test('an issuer with a slash at its end is asked like one without', async () => {
  const slashed = `${issuer}/`
  const { keys, asked } = fake({
    [`${issuer}/.well-known/openid-configuration`]: { issuer: slashed, jwks_uri: 'https://keys.example/' },
    'https://keys.example/': { keys: [jwk] },
  })
  await keys.find(slashed)
  assert.equal(asked[0], `${issuer}/.well-known/openid-configuration`)
})

test('they are asked for every five minutes, and once for everybody at the same time', async () => {
  const made = fake()
  await Promise.all([made.keys.find(issuer), made.keys.find(issuer), made.keys.findNew(issuer)])
  made.now += 5 * minute - 1
  await made.keys.find(issuer)
  assert.equal(made.asked.length, 2)
  made.now += 1
  await made.keys.find(issuer)
  assert.equal(made.asked.length, 4)
})

test('a key that is not among them makes the issuer be asked again, once a minute at most', async () => {
  const made = fake()
  await made.keys.find(issuer)
  assert.equal(await made.keys.findNew(issuer), null)
  made.now += minute
  assert.notEqual(await made.keys.findNew(issuer), null)
  for (let i = 0; i < 100; i++) assert.equal(await made.keys.findNew(issuer), null)
  assert.equal(made.asked.length, 4)
})

test('an issuer that is down is asked every ten seconds at most, whoever asks', async () => {
  const made = fake({})
  for (let i = 0; i < 100; i++) await assert.rejects(made.keys.find(issuer), FetchFailed)
  assert.equal(made.asked.length, 1)
  made.now += 10 * second
  made.documents = good
  assert.ok(await hasKey(made.keys.find(issuer)))
})

test('keys count for an hour where the issuer is down, and no longer', async () => {
  const made = fake()
  await made.keys.find(issuer)
  made.documents = {}
  made.now += 60 * minute - 1
  assert.ok(await hasKey(made.keys.find(issuer)))
  made.now += 1
  await assert.rejects(made.keys.find(issuer), FetchFailed)
  made.now += 20 * second
  await assert.rejects(made.keys.find(issuer), FetchFailed)
})

const configuration = `${issuer}/.well-known/openid-configuration`
for (const [what, documents] of Object.entries<Readonly<Record<string, unknown>>>({
  'the configuration of another issuer': {
    ...good,
    [configuration]: { issuer: `${issuer}/`, jwks_uri: 'https://keys.example/' },
  },
  'a configuration without keys': { ...good, [configuration]: { issuer } },
  'a list for a configuration': { ...good, [configuration]: [] },
  'null for a configuration': { ...good, [configuration]: null },
  'no list of keys': { ...good, 'https://keys.example/': { keys: {} } },
  'null for keys': { ...good, 'https://keys.example/': null },
  'keys that are none': { ...good, 'https://keys.example/': { keys: ['x'] } },
  'too many keys': { ...good, 'https://keys.example/': { keys: Array(101).fill(jwk) } },
}))
  test(`${what} is refused`, () => assert.rejects(fake(documents).keys.find(issuer), FetchFailed))
