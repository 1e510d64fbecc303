/**
 * The architecture as a list: which package may import which, and inside the server which folder may import which.
 * Imports go one way, type imports included (docs/architecture.md). Run by `make check`.
 *
 * The check proves that it looks: it fails when it saw no files, and when the seeded violation in
 * `check-imports.test.ts` is not found.
 */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** What each package may import of ours. Anything outside packages/ (npm, node:*) is the package.json's concern. */
const packageRules: Readonly<Record<string, readonly string[]>> = {
  profile: [],
  wire: [],
  analysis: ['profile'],
  server: ['profile', 'wire', 'analysis'],
  web: ['profile', 'wire'],
  cli: ['profile', 'wire', 'server'],
  'agent-node': ['profile', 'wire'],
}

/** Inside packages/server/src: folder (or file) → what it may import beside itself. Higher rows know lower ones. */
const serverRules: Readonly<Record<string, readonly string[]>> = {
  'index.ts': ['main.ts', 'audit', 'config'],
  'main.ts': ['*'],
  http: [
    'audit',
    'operations',
    'sign-in',
    'access',
    'iam',
    'sts',
    'roles-anywhere',
    'metrics',
    'config',
    'identity',
    'storage',
    'threads',
  ],
  operations: [
    'alarms',
    'anomalies',
    'cost',
    'findings',
    'doctor',
    'access',
    'iam',
    'sts',
    'roles-anywhere',
    'metrics',
    'config',
    'identity',
    'jobs',
    'notifications',
    'storage',
    'threads',
  ],
  audit: ['config', 'iam', 'identity', 'storage'],
  doctor: ['access', 'iam', 'config', 'identity'],
  findings: ['alarms', 'cost', 'config', 'identity', 'storage'],
  access: [],
  alarms: ['metrics', 'storage'],
  anomalies: ['cost', 'identity', 'jobs', 'storage', 'threads'],
  iam: ['access'],
  jobs: ['storage'],
  certificates: [],
  cost: ['config', 'storage'],
  'roles-anywhere': ['access', 'certificates', 'iam'],
  metrics: [],
  config: [],
  'sign-in': ['config', 'iam', 'identity', 'storage'],
  sts: ['access', 'iam', 'identity', 'outgoing', 'storage'],
  notifications: ['access', 'config', 'iam', 'identity', 'outgoing', 'storage'],
  outgoing: ['config'],
  identity: ['config', 'iam', 'storage'],
  store: ['storage', 'threads'],
  storage: ['threads'],
  threads: [],
}

/** What every folder of the server may import: how starting fails, in words for whoever starts it. */
const forAll = 'startup-error.ts'

/** Packages that must run in a browser or inside a host process: no node:* imports outside their tests. */
const pure: readonly string[] = ['profile', 'analysis']

export interface Violation {
  readonly file: string
  readonly message: string
}

/** Source text of a file → the module specifiers it imports or re-exports (static and dynamic). */
export function importsOf(source: string): string[] {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s*(?:[\w*{}\s,$]+?\s*from\s*)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '')
}

/** Judges one file. `file` is relative to the repository root, with forward slashes. */
export function violationsIn(file: string, source: string): Violation[] {
  const [top, name] = file.split('/')
  if (top !== 'packages' || name === undefined) return []
  const isTest = /\.(test|contract)\.tsx?$/.test(file) || file.includes('/testing/')
  return importsOf(source).flatMap((specifier) => {
    const message = judge(file, name, specifier, isTest)
    return message === null ? [] : [{ file, message: `${message} ('${specifier}')` }]
  })
}

function judge(file: string, name: string, specifier: string, isTest: boolean): string | null {
  const allowed = packageRules[name]
  if (allowed === undefined) return `packages/${name} has no row in scripts/check-imports.ts`
  if (specifier.startsWith('@wick/')) {
    const target = specifier.split('/')[1] ?? ''
    return target === name || allowed.includes(target) ? null : `${name} may not import ${target}`
  }
  if (specifier.startsWith('node:')) {
    return pure.includes(name) && !isTest ? `${name} is pure: no node:* imports` : null
  }
  if (!specifier.startsWith('.')) return null
  const target = relative('.', resolve(dirname(file), specifier))
    .split(sep)
    .join('/')
  if (!target.startsWith(`packages/${name}/`))
    return `${name} reaches outside its folder: import the package instead`
  return name === 'server' && !isTest ? judgeServerFolder(file, target) : null
}

function judgeServerFolder(file: string, target: string): string | null {
  const from = folderOf(file)
  const to = folderOf(target)
  if (from === to || to === forAll) return null
  const allowed = serverRules[from]
  if (allowed === undefined) return `packages/server/src/${from} has no row in scripts/check-imports.ts`
  return allowed.includes('*') || allowed.includes(to) ? null : `server/${from} may not import server/${to}`
}

/** `packages/server/src/http/listener.ts` → `http`; a file directly in src is its own folder, `config.ts` counts as config. */
function folderOf(file: string): string {
  const part = file.split('/')[3] ?? ''
  return part === 'config.ts' ? 'config' : part
}

async function sourceFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'))
    .filter((file) => /^packages\/[^/]+\/src\//.test(file))
}

async function main(): Promise<number> {
  const files = await sourceFiles('packages')
  const violations: Violation[] = []
  for (const file of files) violations.push(...violationsIn(file, await readFile(file, 'utf8')))
  for (const { file, message } of violations) console.error(`${file}: ${message}`)
  console.log(`imports: ${files.length} files seen, ${violations.length} against the rules`)
  return files.length > 0 && violations.length === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main()
