/**
 * What is needed of `node:crypto`, which is megabytes in a process that does not use it: loaded by the first signature. The
 * build has @wick/wire take it from here as well.
 */

import { load } from './beside.ts'

type Crypto = typeof import('node:crypto')
const crypto = (): Crypto => load('node:crypto')

export const randomUUID: Crypto['randomUUID'] = (...args) => crypto().randomUUID(...args)
export const createHash: Crypto['createHash'] = (...args) => crypto().createHash(...args)
export const createHmac: Crypto['createHmac'] = (...args) => crypto().createHmac(...args)
export const hash = ((...args: Parameters<Crypto['hash']>) => crypto().hash(...args)) as Crypto['hash']
