import type { ProfileStore } from '../storage/ports.ts'

const dayMs = 24 * 3_600_000
const hourMs = 3_600_000
/** A change shows in the hours in which its version is rolled out. */
const earlierMs = 3 * hourMs
const maxInstances = 10_000

interface Seen {
  readonly instances: readonly {
    readonly firstSeen: number
    readonly labels: Readonly<Record<string, readonly string[]>>
  }[]
}

/**
 * The value of the label `version` that profiles have since a change and had not before. Null where there is none, or more
 * than one: then nobody can tell.
 *
 * @param since epoch milliseconds, start of the change's first hour; @param until when it was found
 */
export async function newVersion(
  store: Pick<ProfileStore, 'fleet'>,
  groupId: string,
  since: number,
  until: number,
): Promise<string | null> {
  const versions = async (from: number, to: number): Promise<Set<string>> => {
    const body = await store.fleet({ groupId, from, to, maxInstances })
    const { instances }: Seen = JSON.parse(Buffer.from(body).toString())
    return new Set(instances.flatMap(({ labels }) => labels.version ?? []))
  }
  const before = await versions(since - dayMs, since - earlierMs)
  if (before.size === 0) return null
  const after = [...(await versions(since - earlierMs, until))].filter((version) => !before.has(version))
  return after.length === 1 ? after[0]! : null
}
