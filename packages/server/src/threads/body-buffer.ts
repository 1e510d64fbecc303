import { roomBehind } from '@wick/profile'

/** For a body of so many bytes: a buffer of its own, with the room behind it in which readers of text need no copy. */
export function bodyBuffer(length: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(length + roomBehind)
  whole.fill(0, length)
  return whole.subarray(0, length)
}

/** Whether nothing else is in the buffer: it may be handed to another thread, or given back. */
export function isAlone({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  if (!(buffer instanceof ArrayBuffer) || byteOffset !== 0) return false
  const behind = buffer.byteLength - byteLength
  return (
    behind === 0 || (behind === roomBehind && new Uint8Array(buffer, byteLength).every((byte) => byte === 0))
  )
}
