import { CallPaths } from './call-paths.ts'
import { NameInterner } from './name-interner.ts'

/** Every call path a profiling group has shown, once, with the names of its frames (`frame` is an index into `frames`). */
export class CallPathTrie extends CallPaths {
  readonly frames = new NameInterner()
  readonly files = new NameInterner()

  /** Bytes held, capacity and names included. */
  override get byteLength(): number {
    return super.byteLength + this.frames.byteLength + this.files.byteLength
  }
}
