/**
 * The bytes in a buffer of exactly their size. Node's small buffers are views of a shared pool; handed to another
 * thread as they are, the whole pool would be copied along.
 */
export function wholeBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength) {
    return bytes as Uint8Array<ArrayBuffer>
  }
  return Uint8Array.from(bytes)
}
