import { isAlone } from './body-buffer.ts'

/**
 * Frees large bytes that nobody will look at again, now and not at the next garbage collection: many bodies may come
 * before that. Bytes that are a view of more are left alone.
 */
export function letGo(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (isAlone(bytes) && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}
