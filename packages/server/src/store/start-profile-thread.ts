import { type MessagePort, Worker } from 'node:worker_threads'
import type { ProfileLimits } from '@wick/profile'
import { StartupError } from '../startup-error.ts'
import type { Retention } from '../storage/catalog.ts'
import type { Damage, GroupKey, ProfileStore } from '../storage/ports.ts'
import { connect } from '../threads/rpc.ts'
import type { HeldMemory, StoreShares } from './profile-store.ts'

/** What the thread is started with: what can be cloned, and the port, which is handed over. */
export interface ProfileThreadData {
  /** Where the segments lie. */
  readonly directory: string
  /** Where sealed blobs lie. */
  readonly blobs: string
  /** Leads to the thread that has the manifest. */
  readonly manifestPort: MessagePort
  readonly groups: readonly GroupKey[]
  readonly limits: ProfileLimits
  readonly maxProfileAgeMilliseconds: number
  readonly shares: StoreShares
  /** Whether generated parts of frame names are left out. */
  readonly normaliseNames: boolean
  readonly retention: Retention
}

export interface ProfileThreadEvents {
  readonly onDamage: (damage: Damage) => void
  /** What the store holds, bytes; told every few seconds. */
  readonly onMemory: (held: HeldMemory) => void
  /** What is done beside the posts and answers (sealing) failed, and will be tried again. */
  readonly onTrouble: (message: string) => void
  readonly onNotice: (message: string) => void
  readonly onFatal: (message: string) => void
}

/** Opens the store in a thread of its own, so that no body and no query holds up the others. @throws StartupError */
export function startProfileThread(
  data: ProfileThreadData,
  { onDamage, onMemory, onTrouble, onNotice, onFatal }: ProfileThreadEvents,
): Promise<ProfileStore> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./profile-thread.ts', import.meta.url), {
      workerData: data,
      transferList: [data.manifestPort],
    })
    const { api, terminate } = connect<ProfileStore>(worker, (event, value) => {
      if (event === 'damage') onDamage(value as Damage)
      if (event === 'memory') onMemory(value as HeldMemory)
      if (event === 'trouble') onTrouble(String(value))
      if (event === 'notice') onNotice(String(value))
      if (event === 'fatal') onFatal(String(value))
      if (event === 'failed')
        reject(new StartupError(`The profiles in ${data.directory} cannot be opened: ${value}`))
      if (event === 'ready') resolve(closing)
    })
    worker.once('error', (error) => {
      onFatal(error instanceof Error ? error.message : String(error))
      reject(error as Error)
    })
    const close = async (): Promise<void> => {
      await api.close()
      await terminate()
    }
    const closing = new Proxy(api, {
      get: (target, name) => (name === 'close' ? close : Reflect.get(target, name)),
    })
  })
}
