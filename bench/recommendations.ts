/**
 * What looking for all patterns in one profile costs, in CPU time: a tree of 20,000 distinct frames on 100,000 nodes, with the
 * patterns that come with Wick, and with ten times as many. JSON lines.
 */
import { PatternSet, parsePattern, shippedPatterns } from '@wick/analysis'
import { CallPathTrie, type CallTree, encodeName } from '@wick/profile'
import { seededRandom } from './synthetic-profile.ts'

const frames = 20_000
const nodes = 100_000
const rounds = 20

function syntheticTree(): CallTree {
  const random = seededRandom(1)
  const pick = (n: number): number => Math.floor(random() * n)
  const trie = new CallPathTrie()
  const names = Array.from({ length: frames }, (_, i) => {
    const name = encodeName(`com.example.area${i % 97}.Service${i % 1009}.method${i}`)
    return trie.frames.intern(name, 0, name.length)
  })
  while (trie.nodeCount < nodes) {
    let node = 0
    const depth = 20 + pick(40)
    // Callers are few, what they call is many.
    for (let level = 0; level < depth; level++)
      node = trie.child(node, names[pick(Math.min(frames, 4 ** (1 + level / 4)))]!)
  }
  const count = trie.nodeCount
  const unknown = new Int32Array(count).fill(-1)
  return {
    names: trie.frames.table(),
    files: trie.files.table(),
    parent: trie.parent.slice(0, count),
    frame: trie.frame.slice(0, count),
    ...{ file: unknown, firstLine: unknown, lastLine: unknown },
    counters: [
      {
        name: 'RUNNABLE',
        nodes: Int32Array.from({ length: count - 1 }, (_, i) => i + 1),
        counts: new Float64Array(count - 1).fill(1),
      },
    ],
  }
}

/** Every shipped pattern, and nine like it that are about something else. */
function tenfold() {
  return shippedPatterns().flatMap((pattern) =>
    Array.from({ length: 10 }, (_, i) =>
      i === 0
        ? pattern
        : parsePattern({
            ...pattern,
            id: `${pattern.id}-${i}`,
            ...{ language: pattern.language ?? 'jvm' },
            targetFrames: pattern.targetFrames.map((sequence) =>
              sequence.map((frame) => (frame === '…' ? frame : `${frame}${i}`)),
            ),
          }),
    ),
  )
}

const tree = syntheticTree()
for (const patterns of [shippedPatterns(), tenfold()]) {
  const set = new PatternSet(patterns)
  const cpu: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage()
    set.find(tree)
    const { user, system } = process.cpuUsage(start)
    cpu.push((user + system) / 1000)
  }
  cpu.sort((a, b) => a - b)
  console.log(
    JSON.stringify({
      bench: 'recommendations',
      patterns: patterns.length,
      sequences: patterns.reduce((sum, { targetFrames }) => sum + targetFrames.length, 0),
      frames: tree.names.length,
      nodes: tree.parent.length,
      cpu_ms_median: cpu[rounds >> 1],
      cpu_ms_most: cpu.at(-1),
    }),
  )
}
