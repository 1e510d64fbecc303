import { StorageSyncError, StorageWriteError } from '../ports.ts'

/** What fails here has promised nothing yet. @throws StorageWriteError */
export async function written<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw new StorageWriteError((error as Error).message)
  }
}

/** What fails here leaves open what the disk holds. @throws StorageSyncError */
export async function synced(step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    throw new StorageSyncError((error as Error).message)
  }
}
