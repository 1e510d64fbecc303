/**
 * Frees large bytes that nobody will look at again, now and not at the next garbage collection: many bodies may come
 * before that. Bytes that are a view of more are left alone.
 */
export function letGo({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !buffer.detached)
    buffer.transfer(0)
}
