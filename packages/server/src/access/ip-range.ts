/** IPv4 and IPv6 addresses and networks as bytes. An IPv4 address in IPv6 form (`::ffff:10.0.0.1`) is the IPv4 address. */

/** 4 bytes, or 16. */
export type Address = readonly number[]

export interface IpRange {
  readonly address: Address
  /** How many bits of the address count. */
  readonly bits: number
}

/** null when the text is no address. */
export function parseAddress(text: string): Address | null {
  const address = text.includes(':') ? parseIpv6(text) : parseIpv4(text)
  return address !== null && isMapped(address) ? address.slice(12) : address
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits of the address behind the mask do not matter. null when it is neither. */
export function parseIpRange(text: string): IpRange | null {
  const slash = text.indexOf('/')
  const written = slash === -1 ? text : text.slice(0, slash)
  const raw = written.includes(':') ? parseIpv6(written) : parseIpv4(written)
  if (raw === null) return null
  const bits = slash === -1 ? raw.length * 8 : parseDecimal(text.slice(slash + 1), raw.length * 8)
  if (bits === null) return null
  return isMapped(raw) && bits >= 96 ? { address: raw.slice(12), bits: bits - 96 } : { address: raw, bits }
}

/** Networks of one family hold no addresses of the other. */
export function isInRange(range: IpRange, address: Address): boolean {
  if (range.address.length !== address.length) return false
  for (let i = 0; i * 8 < range.bits; i++) {
    const counted = Math.min(8, range.bits - i * 8)
    const mask = (0xff << (8 - counted)) & 0xff
    if ((range.address[i]! & mask) !== (address[i]! & mask)) return false
  }
  return true
}

function isMapped(address: Address): boolean {
  return (
    address.length === 16 &&
    address.slice(0, 10).every((byte) => byte === 0) &&
    address[10] === 0xff &&
    address[11] === 0xff
  )
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.', 5)
  if (parts.length !== 4) return null
  const bytes = parts.map((part) => parseDecimal(part, 255))
  return bytes.every((byte) => byte !== null) ? bytes : null
}

/** Digits without a leading zero (which some readers take for octal), up to `most`. */
function parseDecimal(text: string, most: number): number | null {
  if (text.length === 0 || text.length > 3 || (text.length > 1 && text.startsWith('0'))) return null
  for (const character of text) if (character < '0' || character > '9') return null
  const value = Number(text)
  return value <= most ? value : null
}

function parseIpv6(text: string): number[] | null {
  const halves = text.split('::', 3)
  if (halves.length > 2) return null
  const head = parseGroups(halves[0]!, halves.length === 1)
  if (halves.length === 1) return head !== null && head.length === 16 ? head : null
  const tail = parseGroups(halves[1]!, true)
  if (head === null || tail === null) return null
  // `::` stands for at least one group.
  const zeros = 16 - head.length - tail.length
  return zeros >= 2 ? [...head, ...new Array<number>(zeros).fill(0), ...tail] : null
}

/** Groups of up to four hexadecimal digits; the last may be an IPv4 address where the address ends with it. */
function parseGroups(text: string, isLast: boolean): number[] | null {
  if (text === '') return []
  const groups = text.split(':', 9)
  const bytes: number[] = []
  for (const [index, group] of groups.entries()) {
    if (isLast && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group)
      if (ipv4 === null) return null
      bytes.push(...ipv4)
    } else {
      const value = parseHex(group)
      if (value === null) return null
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}

function parseHex(text: string): number | null {
  if (text.length === 0 || text.length > 4) return null
  for (const character of text.toLowerCase())
    if (!((character >= '0' && character <= '9') || (character >= 'a' && character <= 'f'))) return null
  return Number.parseInt(text, 16)
}
