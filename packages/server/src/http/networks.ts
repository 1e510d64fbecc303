import { BlockList, isIP, SocketAddress } from 'node:net'

/** Judges addresses. What is no address is in no network. */
export type Networks = (address: string | undefined) => boolean

/** Addresses and networks (`10.0.0.0/8`), as settings hold them. */
export function networksOf(networks: readonly string[]): Networks {
  if (networks.length === 0) return () => false
  const listed = new BlockList()
  for (const network of networks) {
    const [written = '', bits] = network.split('/')
    const address = plainAddress(written)!
    const family = familyOf(address)
    // A network of IPv4 written as one of IPv6 (::ffff:10.0.0.0/104) is what its plain form is.
    const isMapped = family === 'ipv4' && isIP(written) === 6
    const length = Number(bits ?? (isIP(written) === 6 ? 128 : 32)) - (isMapped ? 96 : 0)
    listed.addSubnet(address, length, family)
  }
  return (text) => {
    const address = plainAddress(text)
    return address !== null && listed.check(address, familyOf(address))
  }
}

/** Loopback, and those given. */
export function loopbackAnd(networks: readonly string[]): Networks {
  return networksOf(['127.0.0.0/8', '::1', ...networks])
}

/**
 * One spelling for each address: lower case, shortest, without a zone (`%eth0`); and IPv4 as such, which a socket that
 * takes both families shows as `::ffff:10.0.0.1`. Null where the text is no address.
 */
export function plainAddress(text = ''): string | null {
  const family = isIP(text)
  if (family !== 6) return family === 4 ? text : null
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/**
 * Who counts as one where strangers are counted: an address of IPv4; of IPv6 the network of 64 bits, all of which one
 * machine may use.
 */
export function hostOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === '' ? 0 : tail.split(':').length
  const zeros = new Array<string>(Math.max(0, 8 - groups.length - behind)).fill('0')
  return [...groups, ...zeros].slice(0, 4).join(':')
}
