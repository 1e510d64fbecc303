/** The key is parsed for each message that is checked. */
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { hasProblem, repeat } from './support/load.mjs'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' })
const message = Buffer.from('order 17 is paid')
const signature = sign(null, message, privateKey)

await repeat(
  hasProblem
    ? () => verify(null, message, createPublicKey(pem), signature)
    : () => verify(null, message, publicKey, signature),
)
