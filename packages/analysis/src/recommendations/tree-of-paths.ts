import { CallPathTrie, type CallTree, encodeName } from '@wick/profile'

/** A tree of call paths without samples. */
export function treeOfPaths(paths: readonly (readonly string[])[]): CallTree {
  const trie = new CallPathTrie()
  for (const path of paths) {
    let node = 0
    for (const frame of path) {
      const name = encodeName(frame)
      node = trie.child(node, trie.frames.intern(name, 0, name.length))
    }
  }
  const unknown = new Int32Array(trie.nodeCount).fill(-1)
  return {
    names: trie.frames.table(),
    files: trie.files.table(),
    parent: trie.parent.slice(0, trie.nodeCount),
    frame: trie.frame.slice(0, trie.nodeCount),
    file: unknown,
    firstLine: unknown,
    lastLine: unknown,
    counters: [],
  }
}
