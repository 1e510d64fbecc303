import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Certificate, parseCertificate } from './certificate.ts'
import { findChain, type Trust } from './chain.ts'
import { nameText } from './name.ts'
import { parseRevocationList, type RevocationList } from './revocation-list.ts'
import {
  clientAuthentication,
  ecKeys,
  extension,
  type Made,
  make,
  makeAuthority,
  makeList,
  now,
  rsaKeys,
  serverAuthentication,
  type ToMake,
  usages,
} from './testing/pki.ts'
import { refused } from './testing/refused.ts'

const root = await makeAuthority('CN=Root')
const middle = await makeAuthority('CN=Middle', { by: root })
const day = 86_400_000

const read = ({ der }: Made): Certificate => parseCertificate(der)

interface Case extends Partial<Omit<Trust, 'anchors'>> {
  readonly anchors?: readonly Made[]
  readonly sent?: readonly Made[]
}

function chainOf(leaf: Made, { anchors = [root], sent = [], revocationLists = [], ...trust }: Case = {}) {
  return findChain(read(leaf), sent.map(read), { anchors: anchors.map(read), revocationLists, now, ...trust })
}

const names = (chain: readonly Certificate[]) => chain.map(({ subject }) => nameText(subject)).join(' < ')
const leafBy = (by: Made, parts: ToMake = {}) => make({ by, subject: 'CN=leaf', ...parts })

const noChain = /No chain leads from the certificate to the trust anchor/

test('a certificate of the anchor is accepted', async () =>
  assert.equal(names(chainOf(await leafBy(root))), 'CN=leaf < CN=Root'))

test('authorities between may come along in any order, with others among them', async () => {
  const lower = await makeAuthority('CN=Lower', { by: middle })
  const leaf = await leafBy(lower)
  const stranger = await makeAuthority('CN=Stranger')
  for (const sent of [
    [middle, lower],
    [lower, middle],
    [stranger, lower, root, middle],
  ])
    assert.equal(names(chainOf(leaf, { sent })), 'CN=leaf < CN=Lower < CN=Middle < CN=Root')
})

test('an anchor may stand in the middle: what is above it does not matter', async () => {
  const leaf = await leafBy(middle)
  assert.equal(names(chainOf(leaf, { anchors: [middle] })), 'CN=leaf < CN=Middle')
  refused(() => chainOf(leaf), noChain)
})

test('an anchor may be of RSA, and leaves of either kind', async () => {
  const rsa = await makeAuthority('CN=RSA', { keys: await rsaKeys(2048) })
  chainOf(await leafBy(rsa), { anchors: [rsa] })
  chainOf(await leafBy(root, { keys: await rsaKeys(2048) }))
})

test('of several anchors each will do', async () => {
  const other = await makeAuthority('CN=Other')
  for (const by of [root, other]) chainOf(await leafBy(by), { anchors: [other, root] })
  refused(() => chainOf(leafless, { anchors: [] }), noChain)
})
const leafless = await leafBy(root)

test('a certificate of somebody else is refused, whatever comes along', async () => {
  const stranger = await makeAuthority('CN=Stranger')
  const leaf = await leafBy(stranger)
  refused(() => chainOf(leaf), noChain)
  refused(() => chainOf(leaf, { sent: [stranger] }), noChain)
  refused(() => chainOf(leaf, { sent: [root, middle, stranger] }), noChain)
})

test('an authority of the same name with another key is not the anchor', async () => {
  const impostor = await makeAuthority('CN=Root')
  const leaf = await leafBy(impostor)
  refused(() => chainOf(leaf), noChain)
  refused(() => chainOf(leaf, { sent: [impostor] }), noChain)
})

test('a certificate signed by itself is refused', async () => refused(() => chainOf(alone), noChain))
const alone = await make({ subject: 'CN=alone' })

test('a certificate that some certificate signed which is no authority is refused', async () => {
  const leaf = await leafBy(root)
  const below = await make({ by: leaf, subject: 'CN=below' })
  refused(() => chainOf(below, { sent: [leaf] }), /'CN=leaf' is none of an authority/)
  const unable = await makeAuthority('CN=Unable', { by: root, keyUsage: usages.cRLSign })
  const below2 = await leafBy(unable)
  refused(() => chainOf(below2, { sent: [unable] }), /'CN=Unable' is none of an authority/)
})

test('an authority may not sign requests', async () => {
  refused(() => chainOf(middle), /is one of an authority/)
  refused(() => chainOf(root), /is one of an authority/)
  refused(() => chainOf(versatile), /is one of an authority/)
})
const versatile = await makeAuthority('CN=Both', {
  by: root,
  keyUsage: usages.keyCertSign | usages.digitalSignature,
})

test('what the key is for must include signatures, and clients where uses are listed', async () => {
  const wrong = /key usage digitalSignature/
  const encipher = await leafBy(root, { keyUsage: usages.keyEncipherment })
  refused(() => chainOf(encipher), wrong)
  const silent = await leafBy(root, { keyUsage: null })
  refused(() => chainOf(silent), wrong)
  const server = await leafBy(root, { extendedKeyUsage: [serverAuthentication] })
  refused(() => chainOf(server), /must include clientAuth/)
  const any = await leafBy(root, { extendedKeyUsage: ['2.5.29.37.0'] })
  refused(() => chainOf(any), /must include clientAuth/)
  chainOf(await leafBy(root, { extendedKeyUsage: [serverAuthentication, clientAuthentication] }))
})

test('an authority for servers only does not issue for clients', async () => {
  const servers = await makeAuthority('CN=Servers', { by: root, extendedKeyUsage: [serverAuthentication] })
  const leaf = await leafBy(servers)
  refused(() => chainOf(leaf, { sent: [servers] }), /may not issue certificates for clients/)
})

test('a certificate counts from its first moment to its last', async () => {
  const leaf = await leafBy(root, { notBefore: now, notAfter: now + day })
  const at = (time: number) => chainOf(leaf, { now: time })
  at(now)
  refused(() => at(now - 1), /'CN=leaf' is not valid before 2026-11-25T12:00:00.000Z/)
  const short = await leafBy(root, { notBefore: now - day, notAfter: now })
  chainOf(short)
  refused(() => chainOf(short, { now: now + 1 }), /'CN=leaf' expired at 2026-11-25T12:00:00.000Z/)
})

test('an authority or anchor that expired, or is not valid yet, ends the chain', async () => {
  const old = await makeAuthority('CN=Old', { by: root, notAfter: now - 1000 })
  const below = await leafBy(old)
  refused(() => chainOf(below, { sent: [old] }), /'CN=Old' expired/)
  const early = await makeAuthority('CN=Early', { notBefore: now + 1000 })
  const below2 = await leafBy(early)
  refused(() => chainOf(below2, { anchors: [early] }), /'CN=Early' is not valid before/)
})

test('the path length of every authority is kept', async () => {
  const strict = await makeAuthority('CN=Strict', { authority: { pathLength: 0 } })
  chainOf(await leafBy(strict), { anchors: [strict] })
  const under = await makeAuthority('CN=Under', { by: strict })
  const leaf = await leafBy(under)
  refused(
    () => chainOf(leaf, { anchors: [strict], sent: [under] }),
    /more authorities than 'CN=Strict' allows/,
  )

  const one = await makeAuthority('CN=One', { authority: { pathLength: 1 } })
  const a = await makeAuthority('CN=A', { by: one })
  const b = await makeAuthority('CN=B', { by: a })
  chainOf(await leafBy(a), { anchors: [one], sent: [a] })
  const deep = await leafBy(b)
  refused(() => chainOf(deep, { anchors: [one], sent: [a, b] }), /more authorities than 'CN=One' allows/)
})

test('an authority issued to itself does not count for the path length', async () => {
  const strict = await makeAuthority('CN=Strict', { authority: { pathLength: 0 } })
  const renewed = await makeAuthority('CN=Strict', { by: strict, serialNumber: '02' })
  chainOf(await leafBy(renewed), { anchors: [strict], sent: [renewed] })
})

test('authorities that sign each other lead nowhere, and to an end', async () => {
  const keys = await Promise.all([ecKeys(), ecKeys(), ecKeys(), ecKeys()])
  const made = await Promise.all(keys.map((pair, i) => makeAuthority(`CN=L${i}`, { keys: pair })))
  // Each is signed by each other: all ways through them are tried, none comes to the anchor.
  const ring = await Promise.all(
    made.map((by, i) => makeAuthority(`CN=L${(i + 1) % 4}`, { by, keys: keys[(i + 1) % 4]! })),
  )
  const leaf = await leafBy(made[0]!)
  refused(() => chainOf(leaf, { sent: ring }), noChain)
})

test('five authorities of one name and key are not asked more often than there are pairs', async () => {
  const keys = await ecKeys()
  const first = await makeAuthority('CN=Same', { keys })
  const same = await Promise.all(
    ['11', '12', '13', '14', '15'].map((serialNumber) =>
      makeAuthority('CN=Same', { by: first, keys, serialNumber }),
    ),
  )
  const leaf = read(await leafBy(first))
  const sent = same.map(read)
  let asked = 0
  const counting = (certificate: Certificate): Certificate => {
    const platform = Object.create(certificate.platform) as Certificate['platform']
    platform.verify = (key) => {
      asked++
      return certificate.platform.verify(key)
    }
    return { ...certificate, platform }
  }
  const trust = { anchors: [read(root)], revocationLists: [], now }
  refused(() => findChain(counting(leaf), sent.map(counting), trust), noChain)
  assert.ok(asked > 0 && asked <= 6 * 5, `${asked} signatures verified`)
})

// Revocation

const listOf = async (
  by: Made,
  serialNumbers: readonly string[],
  authorities = [root],
): Promise<RevocationList> =>
  parseRevocationList((await makeList(by, { serialNumbers })).der, authorities.map(read))

test('a certificate on a list of its issuer is refused; others of that issuer are not', async () => {
  const list = await listOf(root, ['0a', 'ff01'])
  const revoked = await leafBy(root, { serialNumber: 'ff01' })
  refused(() => chainOf(revoked, { revocationLists: [list] }), /'CN=leaf' is revoked/)
  chainOf(revoked)
  chainOf(await leafBy(root, { serialNumber: 'ff02' }), { revocationLists: [list] })
})

test('the same serial number of another issuer is not meant', async () => {
  const list = await listOf(root, ['0a'])
  const leaf = await leafBy(middle, { serialNumber: '0a' })
  chainOf(leaf, { sent: [middle], revocationLists: [list] })
  const own = await listOf(middle, ['0a'], [root, middle])
  refused(() => chainOf(leaf, { sent: [middle], revocationLists: [list, own] }), /'CN=leaf' is revoked/)
})

test('an authority that is revoked takes what it issued with it', async () => {
  const bad = await makeAuthority('CN=Bad', { by: root, serialNumber: '0bad' })
  const leaf = await leafBy(bad)
  const revocationLists = [await listOf(root, ['0bad'])]
  chainOf(leaf, { sent: [bad] })
  refused(() => chainOf(leaf, { sent: [bad], revocationLists }), /'CN=Bad' is revoked/)
  // Another certificate for the same authority leads there still.
  const renewed = await makeAuthority('CN=Bad', { by: root, keys: bad.keys, serialNumber: '0c' })
  chainOf(leaf, { sent: [bad, renewed], revocationLists })
})

test('a list is read whole: its issuer, its times and its numbers', async () => {
  const made = await makeList(root, { serialNumbers: ['01', '7fffffff', '0badc0de'] })
  const list = parseRevocationList(made.der, [read(root)])
  assert.equal(nameText(list.issuer), 'CN=Root')
  assert.equal(list.thisUpdate, now - day)
  assert.equal(list.nextUpdate, now + day)
  assert.deepEqual(list.serialNumbers, new Set([1n, 0x7fffffffn, 0xbadc0den]))
  assert.equal(
    parseRevocationList((await makeList(root, { serialNumbers: [] })).der, [read(root)]).serialNumbers.size,
    0,
  )
})

test('a list that its issuer did not sign is refused', async () => {
  const unsigned = /not signed by an authority of the trust anchor/
  const stranger = await makeAuthority('CN=Stranger')
  const byStranger = await makeList(stranger, { serialNumbers: ['01'] })
  refused(() => parseRevocationList(byStranger.der, [read(root)]), unsigned)
  const forged = await makeList(stranger, { serialNumbers: ['01'], issuer: 'CN=Root' })
  refused(() => parseRevocationList(forged.der, [read(root)]), unsigned)
  const unable = await makeAuthority('CN=Unable', { keyUsage: usages.keyCertSign })
  const byUnable = await makeList(unable, { serialNumbers: [] })
  refused(() => parseRevocationList(byUnable.der, [read(unable)]), unsigned)
})

test('a list of changes, and one for others, say so and are refused', async () => {
  const made = await makeList(root, {
    serialNumbers: [],
    extensions: [extension('2.5.29.27', true, [2, 1, 1])],
  })
  refused(
    () => parseRevocationList(made.der, [read(root)]),
    /critical extension 2\.5\.29\.27 is not understood/,
  )
  const partial = await makeList(root, {
    serialNumbers: [],
    extensions: [extension('2.5.29.28', true, [0x30, 0])],
  })
  refused(() => parseRevocationList(partial.der, [read(root)]), /critical extension 2\.5\.29\.28/)
  // Its number is said to nobody in particular.
  const numbered = await makeList(root, {
    serialNumbers: [],
    extensions: [extension('2.5.29.20', false, [2, 1, 1])],
  })
  parseRevocationList(numbered.der, [read(root)])
})

test('a list with any one byte changed, cut off or too long is refused', async () => {
  const { der } = await makeList(root, { serialNumbers: ['0a', '0b'] })
  const authorities = [read(root)]
  const unlike = /not signed|cannot be read|critical|weak|negative/
  for (let at = 0; at < der.length; at++) {
    const changed = Buffer.from(der)
    changed[at]! ^= 4
    refused(() => parseRevocationList(changed, authorities), unlike)
    refused(() => parseRevocationList(der.subarray(0, at), authorities), unlike)
  }
  refused(() => parseRevocationList(Buffer.alloc(300_001), authorities), /300000 bytes at most/)
})

test('thousands of revoked certificates are read in a moment', async () => {
  const serialNumbers = Array.from({ length: 7000 }, (_, i) => (0x100000 + i).toString(16).padStart(8, '0'))
  const { der } = await makeList(root, { serialNumbers })
  const before = process.cpuUsage()
  assert.equal(parseRevocationList(der, [read(root)]).serialNumbers.size, 7000)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 1_000_000, `${user} µs`)
})
