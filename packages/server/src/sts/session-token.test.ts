import assert from 'node:assert/strict'
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { newId } from '../iam/ids.ts'
import {
  GrantTooLarge,
  maxTokenLength,
  packedPercent,
  parseToken,
  type SessionGrant,
  sessionKeyBytes,
  sessionSealer,
} from './session-token.ts'
import { testGrant } from './testing/grants.ts'

const key = randomBytes(sessionKeyBytes)
const sealer = sessionSealer(key)
const accessKeyId = newId('temporaryKey')
const grant = testGrant({
  kind: 'role',
  accountId: '012345678901',
  roleId: newId('role'),
  sessionName: 'x@y',
})
const { sessionToken, secretAccessKey } = sealer.seal(accessKeyId, grant)

/** What a token says beside an access key; null where it is refused, wherever that is. */
function read(token: string, id = accessKeyId): SessionGrant | null {
  const parts = parseToken(token)
  return parts?.keyId === sealer.keyId ? sealer.open(id, parts) : null
}

test('a token says what it was given for', () => {
  assert.deepEqual(read(sessionToken), grant)
  assert.deepEqual(sessionSealer(key).open(accessKeyId, parseToken(sessionToken)!), grant)
})

test('a token names account and key, so that both are found without trying', () => {
  assert.deepEqual(
    [parseToken(sessionToken)!.accountId, parseToken(sessionToken)!.keyId],
    ['012345678901', createHash('sha256').update(key.subarray(0, 32)).digest('hex').slice(0, 16)],
  )
})

test('the secret is like that of any access key, and follows from key and id alone', () => {
  assert.match(secretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  const expected = createHmac('sha256', key.subarray(32)).update(accessKeyId).digest('base64').slice(0, 40)
  assert.equal(secretAccessKey, expected)
  assert.equal(sealer.secretOf(accessKeyId), expected)
  assert.notEqual(sealer.secretOf(newId('temporaryKey')), expected)
})

test('nothing of the grant can be read in the token', () => {
  const bytes = Buffer.from(sessionToken, 'base64url')
  assert.ok(!bytes.includes('x@y') && !bytes.includes(deflateRawSync(JSON.stringify(grant))))
  assert.notEqual(sealer.seal(accessKeyId, grant).sessionToken, sessionToken)
})

test('the token of another access key is refused', () => {
  const other = newId('temporaryKey')
  assert.equal(read(sessionToken, other), null)
  assert.equal(read(sealer.seal(other, grant).sessionToken), null)
})

test('a token of another session key is refused, also one that claims to be of this', () => {
  const other = sessionSealer(randomBytes(sessionKeyBytes)).seal(accessKeyId, grant).sessionToken
  assert.equal(read(other), null)
  const claimed = Buffer.from(other, 'base64url')
  Buffer.from(sealer.keyId, 'hex').copy(claimed, 8)
  assert.equal(read(claimed.toString('base64url')), null)
})

test('a change of any bit is refused', () => {
  const bytes = Buffer.from(sessionToken, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    assert.equal(read(changed.toString('base64url')), null, `bit ${bit}`)
  }
})

test('a token that is cut off or goes on is refused', () => {
  for (let length = 0; length < sessionToken.length; length++)
    assert.equal(read(sessionToken.slice(0, length)), null)
  for (const more of ['A', 'AAAA', '=', '==', ' ', '\0']) assert.equal(read(sessionToken + more), null)
})

test('a token has one form: no other letters for the same bytes', () => {
  for (const other of [`${sessionToken}=`, ` ${sessionToken}`, sessionToken.replace(/^./, '$&\n')])
    assert.equal(parseToken(other), null)
  const standard = Buffer.from(sessionToken, 'base64url').toString('base64')
  assert.equal(standard === sessionToken ? null : parseToken(standard), null)
  for (const foreign of ['', 'token', 'x'.repeat(100_000), '🔑'.repeat(100), '__proto__'])
    assert.equal(parseToken(foreign), null)
})

test('what was sealed with the key for anything else is no token', () => {
  const cipher = createCipheriv('aes-256-gcm', key.subarray(0, 32), Buffer.alloc(12)).setAAD(
    Buffer.from(`access-key:${accessKeyId}`),
  )
  const text = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(grant))), cipher.final()])
  const head = Buffer.from(sessionToken, 'base64url').subarray(0, 16)
  const token = Buffer.concat([head, Buffer.alloc(12), text, cipher.getAuthTag()])
  assert.equal(read(token.toString('base64url')), null)
})

test('what fits into a token is told in percent, and what does not is refused when it is given', () => {
  const { subject, session } = grant
  const withPolicy = (policy: string): SessionGrant => ({
    subject,
    session: { ...session, policies: [policy] },
  })
  assert.equal(packedPercent(grant), null)
  let fitting = 0
  for (let length = 1; length < 4000; length += 97) {
    const sized = withPolicy(randomBytes(3000).toString('base64').slice(0, length))
    const percent = packedPercent(sized)!
    if (percent > 100) assert.throws(() => sealer.seal(accessKeyId, sized), GrantTooLarge)
    else {
      fitting++
      assert.ok(sealer.seal(accessKeyId, sized).sessionToken.length <= maxTokenLength)
    }
  }
  // As long as a session policy can be, and no more than twice that.
  assert.ok(fitting > 2048 / 97 && fitting < 4096 / 97, `${fitting}`)
  assert.ok(packedPercent({ subject, session: { ...session, tags: { team: 'a' } } })! <= 1)
})
