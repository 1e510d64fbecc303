/** File systems of a test's own. Mounting needs root: a test that cannot mount fails and says so. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** An empty disk in memory, of `size` as mount writes it (`8m`), until the test ends. @returns where it is mounted */
export function smallDisk(test: TestContext, size: string): Promise<string> {
  return mounted(test, (place) => mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place))
}

/** A view of a directory that is read-only, for root, too, until the test ends. @returns where it is mounted */
export function readOnlyView(test: TestContext, directory: string): Promise<string> {
  return mounted(test, (place) => {
    mount('--bind', directory, place)
    mount('-o', 'remount,ro,bind', place)
  })
}

async function mounted(test: TestContext, mountAt: (place: string) => void): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'wick-e2e-mount-'))
  test.after(async () => {
    // Lazily: a server may still be about to leave it.
    execFileSync('sh', ['-c', 'while umount --lazy "$0" 2>/dev/null; do :; done', place])
    await rmdir(place)
  })
  mountAt(place)
  return place
}

function mount(...args: readonly string[]): void {
  try {
    execFileSync('mount', args, { stdio: 'pipe' })
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string }
    const said = stderr?.toString().trim() || message
    throw new Error(`This test mounts a file system, which needs root (sudo make test) and Linux: ${said}`)
  }
}
