import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Passwords at rest: argon2id in the PHC string form, so that each says with what it was made. A check takes some tens of
 * milliseconds of another thread and 19 MiB; only a few run at a time.
 */
export interface Passwords {
  /** @throws PasswordsBusy */
  hash(password: string): Promise<string>
  /**
   * Takes as long where there is no hash (null): who asks learns nothing of that.
   *
   * @throws PasswordsBusy
   */
  matches(password: string, hash: string | null): Promise<boolean>
}

/** More checks are waiting than anybody would wait for. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

/** OWASP's least: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const saltBytes = 16
const tagBytes = 32
const limits = { atOnce: 2, waiting: 32 }

const derive = promisify(argon2)

export function passwords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limits.atOnce) {
      if (waiting.length >= limits.waiting) throw new PasswordsBusy('too many passwords are being checked')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
  return {
    hash: (password) => inTurn(() => hashOf(password)),
    matches: (password, hash) => inTurn(() => isMatch(password, hash)),
  }
}

async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const tag = await tagOf(password, { ...cost, salt, tagLength: tagBytes })
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

async function isMatch(password: string, hash: string | null): Promise<boolean> {
  const parsed = hash === null ? null : parse(hash)
  const { salt, tag, ...costs } = parsed ?? {
    ...cost,
    salt: Buffer.alloc(saltBytes),
    tag: Buffer.alloc(tagBytes),
  }
  const derived = await tagOf(password, { ...costs, salt, tagLength: tag.length })
  return timingSafeEqual(derived, tag) && parsed !== null
}

interface Parameters {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
}

/** Of the same characters typed on different keyboards: one password (RFC 8265's normal form). */
function tagOf(password: string, { salt, ...costs }: Parameters & { tagLength: number }): Promise<Buffer> {
  return derive('argon2id', { message: password.normalize('NFC'), nonce: salt, ...costs })
}

/** Our own, so plain splitting is enough. @throws Error where it is not */
function parse(hash: string): Parameters & { readonly tag: Buffer } {
  const [, kind, version, costs = '', salt = '', tag = ''] = hash.split('$')
  const [memory, passes, parallelism] = costs.split(',').map((pair) => Number(pair.slice(2)))
  if (kind !== 'argon2id' || version !== 'v=19' || !memory || !passes || !parallelism)
    throw new Error('a password hash cannot be read')
  return { memory, passes, parallelism, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
