import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInRange, parseAddress, parseIpRange } from './ip-range.ts'

const ipv6Like = fc
  .array(fc.constantFrom('0', '1', 'ff', 'ffff', 'db8', '', ':', '10.0.0.1', '12345', 'g'), { maxLength: 10 })
  .map((groups) => groups.join(':'))
const ipv4Like = fc
  .array(fc.constantFrom('0', '1', '10', '255', '256', '01', '', '1e1'), { maxLength: 5 })
  .map((parts) => parts.join('.'))
const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  ipv4Like,
  ipv6Like,
  fc.ipV4().map((one) => `::ffff:${one}`),
)

test('what is an address is what Node takes for one', () => {
  let valid = 0
  fc.assert(
    fc.property(addresses, (text) => {
      const isAddress = isIP(text) !== 0
      assert.equal(parseAddress(text) !== null, isAddress, text)
      if (isAddress) valid++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(valid > 1000)
})

test('what is in a network is what Node finds in it', () => {
  const range = fc.oneof(
    fc.tuple(fc.constantFrom('10.0.0.0', '10.1.2.3', '192.168.255.1'), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.constantFrom('2001:db8::', '::1', 'fe80::ffff'), fc.integer({ min: 0, max: 128 })),
  )
  const near = fc.oneof(
    fc.nat(255).map((last) => `10.1.2.${last}`),
    fc.nat(0xffff).map((last) => `2001:db8::${last.toString(16)}`),
    fc.nat(0xffff).map((last) => `fe80::${last.toString(16)}`),
    fc.ipV4(),
    fc.ipV6(),
  )
  let inside = 0
  fc.assert(
    fc.property(range, near, ([network, bits], address) => {
      const family = isIP(network) === 6 ? 'ipv6' : 'ipv4'
      const list = new BlockList()
      list.addSubnet(network, bits, family)
      // Node's list takes ::ffff:1.2.3.4 for IPv4 in any spelling; so do we, and a network of IPv6 does not hold it.
      const bytes = parseAddress(address)!
      const wanted =
        (bytes.length === 4) === (family === 'ipv4') &&
        list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
      assert.equal(
        isInRange(parseIpRange(`${network}/${bits}`)!, bytes),
        wanted,
        `${address} in ${network}/${bits}`,
      )
      if (wanted) inside++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(inside > 1000)
})
