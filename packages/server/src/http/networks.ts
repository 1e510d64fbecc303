import { BlockList, isIP } from 'node:net'

/** Judges peers' addresses. Only the connection's own address counts, never a header about it. */
export type Networks = (address: string | undefined) => boolean

/** Loopback and the given addresses or networks (`10.0.0.0/8`). */
export function loopbackAnd(networks: readonly string[]): Networks {
  const allowed = new BlockList()
  for (const network of ['127.0.0.0/8', '::1', ...networks]) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    allowed.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return (address = '') => {
    // A socket that takes both families shows IPv4 peers as ::ffff:10.0.0.1.
    const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
    const family = isIP(plain)
    return family !== 0 && allowed.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}
