/** Ion binary made by ion-js, the independent implementation that tests compare with. */
import ion from 'ion-js'

/** Turns JSON or Ion text into Ion binary. */
export function ionBinary(text: Uint8Array | string): Uint8Array {
  const writer = ion.makeBinaryWriter()
  writer.writeValues(ion.makeReader(typeof text === 'string' ? text : new TextDecoder().decode(text)))
  writer.close()
  return writer.getBytes()
}
