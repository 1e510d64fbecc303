import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { refuses } from '../testing/refuses.ts'
import { parseAuthorization } from './authorization.ts'
import { sha256Hex } from './canonical-request.ts'
import type { SignedRequest } from './signed-request.ts'
import { verify } from './verify.ts'

/** What AWS's Python agent sent, byte for byte, signed by botocore. */
const folder = new URL('../../../../fixtures/agent-bodies/', import.meta.url)
const suffix = '.headers.json'
const names = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))

interface Recorded {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
  readonly bodyBytes: number
}

function recorded(name: string): { request: SignedRequest; body: Uint8Array } {
  const { method, path, headers, bodyBytes }: Recorded = JSON.parse(
    readFileSync(new URL(`${name}${suffix}`, folder), 'utf8'),
  )
  const kind = path.includes('/agentProfile') ? 'body' : 'request'
  const body = readFileSync(new URL(`${name}.${kind}.json`, folder))
  assert.equal(body.length, bodyBytes)
  return { request: { method, rawTarget: path, rawHeaders: headers.flat() }, body }
}

function judge(request: SignedRequest, body: Uint8Array): void {
  const parsed = parseAuthorization(request)
  assert.equal(parsed.accessKeyId, 'AKIDEXAMPLE')
  verify(parsed, {
    regions: ['us-east-1', 'eu-west-1'],
    service: 'codeguru-profiler',
    now: parsed.time.instant + 1000,
    skewMilliseconds: 5 * 60_000,
    secret: 'fakeSecretForTestsOnly',
    bodySha256Hex: sha256Hex(body),
  })
}

test('both calls of the agent are recorded', () => {
  const targets = names.map((name) => recorded(name).request.rawTarget)
  assert.ok(targets.some((target) => target.endsWith('/configureAgent')))
  assert.ok(targets.some((target) => target.includes('/agentProfile?profileToken=')))
})

for (const name of names) {
  test(`${name} is verified as it was recorded`, () => {
    const { request, body } = recorded(name)
    judge(request, body)
  })

  test(`${name} is refused with one bit of its body changed`, () => {
    const { request, body } = recorded(name)
    const changed = Uint8Array.from(body)
    changed[body.length >> 1]! ^= 1
    refuses('InvalidSignatureException', () => judge(request, changed), /does not match/)
  })
}
