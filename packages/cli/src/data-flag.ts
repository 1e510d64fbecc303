import { serverFlags } from './flags.ts'

/** The directory of the running server, of a command that has no other flag. @throws UsageError */
export function dataFlag(command: string, args: readonly string[]): string {
  return serverFlags(command, args, {}).data
}
