import { type BlockRecord, levelMilliseconds } from '../../storage/manifest.ts'
import { profilesOf } from '../cover.ts'
import type { SaidOfBlock } from './verify-file.ts'

/** What of a block's row in the manifest is not so. */
export interface RowFault {
  readonly problem: string
  /** Of a roll-up: whether it is the row alone that is wrong, and one made again of what is kept has all that this one has. */
  readonly isRemade: boolean
}

/**
 * Compares a block's row in the manifest with what its file says of itself, and a roll-up's with the rows of the windows
 * it is the sum of. A database has no checksums of its own, and a roll-up that is said to include other windows than it does
 * counts some twice, or leaves some out. Pure.
 *
 * @param known all of the group's blocks, at one instant at which the row was there
 */
export function rowFault(
  row: BlockRecord,
  said: SaidOfBlock,
  known: readonly BlockRecord[],
): RowFault | null {
  if (row.level === 'PT5M') {
    const problem = windowProblem(row, said)
    return problem === null ? null : { problem, isRemade: false }
  }
  const windows = windowsOf(row, known)
  const problem = rollUpProblem(row, said, windows)
  if (problem !== null) return { problem, isRemade: profilesOf(windows) >= (said.profiles ?? row.profiles) }
  // Less is right where windows are kept no longer.
  const sum = profilesOf(windows.filter(({ id }) => id <= row.through))
  if (sum <= row.profiles) return null
  return {
    problem: `the windows in it have ${sum} profiles by the catalog, it has ${row.profiles}`,
    isRemade: false,
  }
}

function windowProblem({ profiles, receivedAt, through }: BlockRecord, said: SaidOfBlock): string | null {
  if (said.profiles !== null && said.profiles !== profiles) return otherProfiles(profiles, said.profiles)
  if (said.receivedAt !== null && said.receivedAt !== receivedAt)
    return 'the catalog says another time when its last profile was received'
  return through === 0 ? null : 'the catalog says of a window which window is the last one in it'
}

function rollUpProblem(
  { id, profiles, through }: BlockRecord,
  said: SaidOfBlock,
  windows: readonly BlockRecord[],
): string | null {
  if (said.profiles !== null && said.profiles !== profiles) return otherProfiles(profiles, said.profiles)
  // It was made after all that is in it, and of everything that there was of its time.
  if (through >= id)
    return 'the catalog says that it includes what came after it: later profiles of its time are left out'
  return windows.some((window) => window.id > through && window.id < id)
    ? 'the catalog says that it includes less than it does: profiles of its time are counted twice'
    : null
}

function otherProfiles(row: number, file: number): string {
  return `the catalog says ${row} profiles of it, the file ${file}`
}

function windowsOf({ level, start }: BlockRecord, known: readonly BlockRecord[]): BlockRecord[] {
  const end = start + levelMilliseconds[level]
  return known.filter((block) => block.level === 'PT5M' && block.start >= start && block.start < end)
}
