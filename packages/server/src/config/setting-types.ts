import { BlockList, isIP } from 'node:net'

/** How a kind of setting is written and read. Every source hands over text, so that all are judged alike. */
export interface SettingType<T> {
  /** What stands for the value in help; null for a switch, whose flag needs none. */
  readonly placeholder: string | null
  /** How the configuration file writes it. */
  readonly json: 'string' | 'number' | 'boolean' | 'list' | 'object'
  /** @throws Error with a text that completes "… must be" */
  readonly read: (text: string) => T
}

export interface ListenAddress {
  /** Host name or address, IPv6 without brackets. */
  readonly host: string
  /** 0 lets the operating system choose. */
  readonly port: number
}

export function path(placeholder: 'DIR' | 'FILE'): SettingType<string> {
  return { placeholder, json: 'string', read: readPath }
}

function readPath(text: string): string {
  if (text.includes('\0')) throw new Error('a path without NUL characters')
  return text
}

export function whole(min: number, max: number): SettingType<number> {
  const read = (text: string): number => {
    const number = Number(text)
    if (!/^\d{1,15}$/.test(text) || number < min || number > max) {
      throw new Error(`a whole number from ${min} to ${max}`)
    }
    return number
  }
  return { placeholder: 'N', json: 'number', read }
}

export const truth: SettingType<boolean> = {
  placeholder: null,
  json: 'boolean',
  read: (text) => {
    if (text !== 'true' && text !== 'false') throw new Error('true or false')
    return text === 'true'
  },
}

/** One of a few words. */
export function choice<const T extends string>(...words: readonly T[]): SettingType<T> {
  const read = (text: string): T => {
    const word = words.find((one) => one === text)
    if (word === undefined) throw new Error(words.join(' or '))
    return word
  }
  return { placeholder: words.join('|'), json: 'string', read }
}

export const accountId: SettingType<string> = {
  placeholder: 'ID',
  json: 'string',
  read: (text) => {
    if (!/^\d{12}$/.test(text)) throw new Error('12 digits')
    return text
  },
}

export const region: SettingType<string> = { placeholder: 'REGION', json: 'string', read: readRegion }

function readRegion(text: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(text)) throw new Error('a region name such as us-east-1')
  return text
}

/** `127.0.0.1:8443`, `[::1]:8443`, `localhost:0` */
export const listenAddress: SettingType<ListenAddress> = {
  placeholder: 'HOST:PORT',
  json: 'string',
  read: (text) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
    const isHost =
      bracketed === undefined ? isIP(plain ?? '') === 4 || isHostName(plain ?? '') : isIP(bracketed) === 6
    if (!isHost || Number(port) > 65_535) {
      throw new Error(
        'HOST:PORT, for example 127.0.0.1:8443 or [::1]:8443 (0.0.0.0:8443 listens on every IPv4 address)',
      )
    }
    return { host: bracketed ?? plain!, port: Number(port) }
  },
}

function isHostName(text: string): boolean {
  const isShort = text.length > 0 && text.length <= 253
  return isShort && text.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
}

export const regions: SettingType<string[]> = list('REGION', readRegion)

/** Host names (also `*.example.org`) and addresses a certificate can be made for. */
export const certificateNames: SettingType<string[]> = list('NAME', (text) => {
  if (isIP(text) === 0 && !isHostName(text.replace(/^\*\./, ''))) {
    throw new Error(`host names or IP addresses such as wick.example.org; '${text}' is neither`)
  }
  return text.toLowerCase()
})

/** As URLs name them. */
export const hosts: SettingType<string[]> = list('HOST', (text) => {
  if (isIP(text) === 0 && !isHostName(text))
    throw new Error(`host names or IP addresses such as chat.example.org; '${text}' is neither`)
  return isIP(text) === 6 ? `[${text}]` : text.toLowerCase()
})

export const networks: SettingType<string[]> = list('NETWORK', (text) => {
  const [address = '', bits, ...rest] = text.split('/')
  const longest = isIP(address) === 6 ? 128 : 32
  const isLength = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
  if (isIP(address) === 0 || !isLength || rest.length > 0) {
    throw new Error(`addresses or networks such as 10.0.0.0/8; '${text}' is neither`)
  }
  return text
})

/** Some of a few words, at least one. */
export function choices<const T extends string>(item: string, words: readonly T[]): SettingType<T[]> {
  const type = list(item, (text) => {
    const word = words.find((candidate) => candidate === text)
    if (word === undefined) throw new Error(`some of ${words.join(', ')}; '${text}' is none of them`)
    return word
  })
  const read = (text: string): T[] => {
    const chosen = type.read(text)
    if (chosen.length === 0) throw new Error(`some of ${words.join(', ')}`)
    return [...new Set(chosen)]
  }
  return { ...type, read }
}

/** Of an identity provider: TLS, unless it is on this machine. */
export const issuerUrl: SettingType<string> = {
  placeholder: 'URL',
  json: 'string',
  read: (text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
    if (!isSafe) throw new Error('an https:// address')
    return text
  },
}

/** Encrypted from the start (`smtps`) or before anything is said (`smtp`). */
export const mailServer: SettingType<string> = {
  placeholder: 'URL',
  json: 'string',
  read: (text) => {
    const url = URL.parse(text)
    const isServer = url?.protocol === 'smtps:' || url?.protocol === 'smtp:'
    if (!isServer || url.hostname === '' || url.username !== '' || url.pathname.length > 1)
      throw new Error('smtps://HOST[:465] or smtp://HOST[:587], without user and password')
    return text
  },
}

/** Visible characters, as other systems name things. */
export const word: SettingType<string> = {
  placeholder: 'TEXT',
  json: 'string',
  read: readWord,
}

function readWord(text: string): string {
  if (!/^[\x21-\x7e]{1,256}$/.test(text)) throw new Error('1 to 256 visible characters without blanks')
  return text
}

export const words: SettingType<string[]> = list('TEXT', readWord)

export interface GroupRole {
  readonly group: string
  readonly role: string
}

/** `GROUP=ROLE`: the last `=` counts, because names of roles may hold none. */
export const groupRoles: SettingType<GroupRole[]> = list('GROUP=ROLE', (text) => {
  const at = text.lastIndexOf('=')
  const [group, role] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  if (group === '' || !/^[\w+,.@-]{1,64}$/.test(role))
    throw new Error(`pairs such as profiling-admins=Operators; '${text}' is none`)
  return { group, role }
})

/** Of OpenID Connect: `https://issuer.example/path`, as its tokens say. */
export const issuers: SettingType<string[]> = list('URL', (text) => {
  if (URL.parse(text)?.protocol !== 'https:')
    throw new Error(`URLs such as https://issuer.example; '${text}' is none`)
  return text
})

/** Items between commas; none where the text is empty. */
function list<T>(item: string, readItem: (text: string) => T): SettingType<T[]> {
  const read = (text: string): T[] =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(readItem)
  return { placeholder: `${item}[,${item}…]`, json: 'list', read }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whether only programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const family = isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
