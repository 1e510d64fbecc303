import { type CallTree, nameAt, selfCounts } from '@wick/profile'
import type { Language } from './pattern.ts'

/** Less of the samples than this is no program of that language: a helper called by one, a name that looks like it. */
const leastShare = 0.01

/** The runtimes that a profile shows. A group may have programs of several. */
export function languagesOf(tree: CallTree): ReadonlySet<Language> {
  const self = selfCounts(tree)
  const samples: Record<Language, number> = { jvm: 0, python: 0, node: 0 }
  const byFile = new Map<number, Language | null>()
  const byName = new Map<number, Language | null>()
  for (let node = 1; node < self.length; node++) {
    if (self[node] === 0) continue
    const language =
      cached(byFile, tree.file[node]!, (file) => (file < 0 ? null : ofFile(nameAt(tree.files, file)))) ??
      cached(byName, tree.frame[node]!, (frame) => ofFrame(nameAt(tree.names, frame)))
    if (language !== null) samples[language] += self[node]!
  }
  const all = samples.jvm + samples.python + samples.node
  const shown = (Object.keys(samples) as Language[]).filter(
    (language) => samples[language] > 0 && samples[language] >= leastShare * all,
  )
  return new Set(shown)
}

function cached<T>(known: Map<number, T>, key: number, judge: (key: number) => T): T {
  let value = known.get(key)
  if (value === undefined) {
    value = judge(key)
    known.set(key, value)
  }
  return value
}

const endings: readonly (readonly [string, Language])[] = [
  ['.java', 'jvm'],
  ['.kt', 'jvm'],
  ['.scala', 'jvm'],
  ['.groovy', 'jvm'],
  ['.clj', 'jvm'],
  ['.py', 'python'],
  ['.pyx', 'python'],
  ['.js', 'node'],
  ['.mjs', 'node'],
  ['.cjs', 'node'],
  ['.ts', 'node'],
  ['.mts', 'node'],
  ['.cts', 'node'],
  ['.jsx', 'node'],
  ['.tsx', 'node'],
]

function ofFile(file: string): Language | null {
  if (file.startsWith('<frozen ')) return 'python'
  if (file.startsWith('node:')) return 'node'
  return endings.find(([ending]) => file.endsWith(ending))?.[1] ?? null
}

/** `module:function` is Python's or Node.js's, `package.Class.method` the JVM's. */
function ofFrame(name: string): Language | null {
  if (name.startsWith('<frozen ')) return 'python'
  if (name.startsWith('node:') || name.startsWith('native:')) return 'node'
  const colon = name.indexOf(':')
  if (colon < 0) return /^[\w$]+(\.[\w$<>/-]+)+$/.test(name) ? 'jvm' : null
  const module = name.slice(0, colon)
  return module.includes('/') || ofFile(module) === 'node' ? 'node' : 'python'
}
