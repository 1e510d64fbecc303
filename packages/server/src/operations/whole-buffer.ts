import { isAlone } from '../threads/body-buffer.ts'

/**
 * The bytes in a buffer of their own. Node's small buffers are views of a shared pool; handed to another thread as they
 * are, the whole pool would be copied along.
 */
export function wholeBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isAlone(bytes) ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes)
}
