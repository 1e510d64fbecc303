import { BlockList, isIP } from 'node:net'

/**
 * Addresses that belong to somebody on the internet: what is left when IANA's special-purpose registries are taken out.
 * A server that asks what others name must not be led into its own networks.
 */
const specialIPv4 = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  specialIPv4.addSubnet(network, bits)

/** What is given out so far. Without it: loopback, unique local, link-local, multicast, mapped and translated IPv4. */
const globalIPv6 = new BlockList()
globalIPv6.addSubnet('2000::', 3, 'ipv6')

const specialIPv6 = new BlockList()
for (const [network, bits] of [
  // Teredo, ORCHID and their like.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 holds an address of IPv4.
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  specialIPv6.addSubnet(network, bits, 'ipv6')

/** False also for what is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !specialIPv4.check(address)
    case 6:
      return (
        !address.includes('%') && globalIPv6.check(address, 'ipv6') && !specialIPv6.check(address, 'ipv6')
      )
    default:
      return false
  }
}
