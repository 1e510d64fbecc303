import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { ApiError } from '../errors.ts'
import { parseAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import { plainRequest } from './testing/arbitrary-request.ts'
import { type PlainRequest, type Signing, signers } from './testing/independent-signers.ts'
import { allMutations, meaning, signedHeaderNames } from './testing/mutations.ts'
import { type Draw, drawer, type WireRequest, writeForWire } from './testing/wire-request.ts'
import { verify } from './verify.ts'

/** Mutations that must be refused; WICK_MUTATIONS asks for more. */
const wanted = Number(process.env.WICK_MUTATIONS ?? 20_000)

const signing: Signing = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-west-1',
  service: 'codeguru-profiler',
  now: Date.parse('2026-11-24T13:15:00Z'),
}
const otherKey = 'AKIDOTHER'
const otherRegion = 'us-east-1'
const secrets = new Map([
  [signing.accessKeyId, signing.secretAccessKey],
  [otherKey, 'fakeSecretForTestsOnly'],
])

/** @returns 'accepted', or what it is refused with. Anything else that is thrown is a bug. */
function judge({ request, body }: WireRequest): string {
  try {
    const parsed = parseAuthorization(request)
    const secret = secrets.get(parsed.accessKeyId)
    if (secret === undefined) return 'unknown key'
    verify(parsed, {
      regions: [signing.region, otherRegion],
      service: signing.service,
      now: signing.now,
      skewMilliseconds: 5 * 60_000,
      secret,
      bodySha256Hex: sha256Hex(body),
    })
    return 'accepted'
  } catch (error) {
    if (error instanceof ApiError)
      return error.message.includes('does not match the signature') ? 'another signature' : error.code
    throw error
  }
}

const seed = fc.noBias(fc.integer())

async function signedBy(signer: string, plain: PlainRequest, draw: Draw): Promise<WireRequest> {
  return writeForWire(plain, await signers[signer]!(plain, signing), draw)
}

for (const signer of Object.keys(signers)) {
  test(`what ${signer} signs is accepted, however it is written on the wire`, async () => {
    await fc.assert(
      fc.asyncProperty(plainRequest, seed, async (plain, seed) => {
        assert.equal(judge(await signedBy(signer, plain, drawer(seed))), 'accepted')
      }),
      { numRuns: 500 },
    )
  })
}

test('a single mutation of a signed request is refused', async (t: TestContext) => {
  const mutations = Object.entries(allMutations(otherKey, otherRegion))
  const tried = new Map<string, number>()
  const answers = new Map<string, number>()
  let unchanged = 0
  const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)

  const mutate = async (signer: string, plain: PlainRequest, seed: number) => {
    const draw = drawer(seed)
    const wire = await signedBy(signer, plain, draw)
    assert.equal(judge(wire), 'accepted')
    const signed = signedHeaderNames(wire)
    const before = meaning(wire, signed)
    for (const [name, mutation] of mutations) {
      const mutant = mutation(wire, draw)
      if (mutant === null) continue
      if (meaning(mutant, signed) === before) {
        unchanged++
        continue
      }
      const answer = judge(mutant)
      add(tried, name)
      add(answers, answer)
      assert.notEqual(answer, 'accepted', `${name}: ${JSON.stringify({ wire, mutant })}`)
    }
  }
  // A request has most of its parts: more than 30 mutations of it are other requests.
  await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(signers)), plainRequest, seed, mutate), {
    numRuns: Math.ceil(wanted / 30),
  })

  const total = tried.values().reduce((sum, count) => sum + count, 0)
  t.diagnostic(`${total} mutations refused, 0 accepted; ${unchanged} more left the request what it was`)
  for (const [answer, count] of answers) t.diagnostic(`refused as ${answer}: ${count}`)
  assert.ok(total >= wanted, `${total} mutations`)
  for (const [name] of mutations) assert.ok((tried.get(name) ?? 0) > 0, `${name} was never tried`)
})
