import { randomBytes, randomInt } from 'node:crypto'

/** How IAM tells kinds of ids apart. */
const prefixes = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  accessKey: 'AKIA',
  temporaryKey: 'ASIA',
} as const

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The prefix and random characters of base 32: 16 for keys and 17 for the rest, as AWS's. */
export function newId(kind: keyof typeof prefixes): string {
  const length = kind === 'accessKey' || kind === 'temporaryKey' ? 16 : 17
  return `${prefixes[kind]}${Array.from({ length }, () => letters[randomInt(letters.length)]).join('')}`
}

/** 40 characters, as AWS's. */
export function newSecret(): string {
  return randomBytes(30).toString('base64')
}
