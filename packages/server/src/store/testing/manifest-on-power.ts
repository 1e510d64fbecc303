/** A database on the same machine as the simulated disk. For tests. */
import type { SimulatedFiles } from '../../storage/files/simulated-files.ts'
import type { Manifest } from '../../storage/manifest.ts'

const changes: Readonly<Partial<Record<keyof Manifest, true>>> = {
  commitSeal: true,
  forgetSegments: true,
  consolidateParts: true,
  putRollUp: true,
  forgetTokenLists: true,
  removeBlocks: true,
  keepRetentionClock: true,
}

/**
 * The manifest as a program on that machine sees it: each change is one operation of the disk, so that the power can go
 * before and after it, and it can fail. A change that was made stays made; none is made once the power is out.
 */
export function onPowerOf(files: SimulatedFiles, manifest: Manifest): Manifest {
  return new Proxy(manifest, {
    get: (target, name: keyof Manifest) => {
      if (changes[name] === undefined) return target[name]
      return async (...args: readonly unknown[]) => {
        files.operate(name)
        return (target[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
      }
    },
  })
}
