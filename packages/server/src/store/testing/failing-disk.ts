import type { KeptIn } from './store-bench.ts'

/** A disk that gives nothing back of what `fail` throws for: such files can be neither read nor copied. */
export function failingDisk(fail: (key: string) => void): (parts: KeptIn) => KeptIn {
  return ({ blobs, manifest }) => ({
    manifest,
    blobs: {
      ...blobs,
      get: async (key, ...range) => {
        fail(key)
        return blobs.get(key, ...range)
      },
      setAside: async (key) => {
        fail(key)
        return blobs.setAside(key)
      },
    },
  })
}

/** What Node says of a bad sector. */
export function badSector(): Error {
  return Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
}
