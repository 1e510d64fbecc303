/**
 * What remembering the profileTokens of 25 hours costs: `node bench/tokens.ts 10 100` for that many posts a second. Lists
 * as sealing writes them, one for each five minutes; then a start that reads them back, new tokens, and repeated ones. CPU
 * time, bytes held and lists read. Prints JSON lines; asserts nothing about time.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDirectoryBlobs } from '../packages/server/src/storage/files/directory-blobs.ts'
import { realFiles } from '../packages/server/src/storage/files/real-files.ts'
import { SealedTokens } from '../packages/server/src/store/sealed-tokens.ts'
import { encodeTokenList } from '../packages/server/src/store/token-list.ts'

const windows = 25 * 12
const mostInList = 32_768
const entryLength = 40
const asked = 20_000

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function measure(postsPerSecond: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-tokens-'))
  try {
    const blobs = await openDirectoryBlobs(realFiles, join(directory, 'blocks'))
    const lists: { key: string; receivedAt: number }[] = []
    const known: Uint8Array[] = []
    for (let window = 0; window < windows; window++) {
      for (let left = postsPerSecond * 300; left > 0; left -= mostInList) {
        const length = Math.min(left, mostInList)
        const entries = randomBytes(entryLength * length)
        const list = encodeTokenList(`tokens/${lists.length}`, { length, entries })
        await blobs.put(list.key, list.bytes)
        lists.push({ key: list.key, receivedAt: window })
        known.push(Uint8Array.from(entries.subarray(0, 16)))
      }
    }
    let read = 0
    const get: typeof blobs.get = (key) => {
      read++
      return blobs.get(key)
    }
    const manifest = { tokenLists: async () => lists }
    const onDamage = (): void => {}
    const tokens = new SealedTokens({ manifest, blobs: { get }, onDamage }, 4 * 1024 * 1024)
    let before = cpuMilliseconds()
    await tokens.recall()
    await tokens.find(randomBytes(16))
    const startMs = cpuMilliseconds() - before

    read = 0
    const fresh = Array.from({ length: asked }, () => randomBytes(16))
    before = cpuMilliseconds()
    for (const hash of fresh) await tokens.find(hash)
    const newUs = ((cpuMilliseconds() - before) / asked) * 1000
    const falseReads = read

    before = cpuMilliseconds()
    for (const hash of known) if ((await tokens.find(hash)) === null) throw new Error('a token is unknown')
    const repeatedMs = (cpuMilliseconds() - before) / known.length
    const count = postsPerSecond * 300 * windows
    console.log(
      JSON.stringify({
        bench: 'tokens',
        posts_per_second: postsPerSecond,
        tokens: count,
        mib_held: Number((tokens.byteLength / 1024 / 1024).toFixed(1)),
        bytes_each: Number((tokens.byteLength / count).toFixed(2)),
        start_cpu_ms: Math.round(startMs),
        new_token_cpu_us: Number(newUs.toFixed(2)),
        lists_read_by_new_tokens: falseReads,
        repeated_list_not_in_memory_cpu_ms: Number(repeatedMs.toFixed(2)),
      }),
    )
  } finally {
    await rm(directory, { recursive: true })
  }
}

const rates = process.argv.slice(2).map(Number)
for (const rate of rates.length > 0 ? rates : [10, 100]) await measure(rate)
