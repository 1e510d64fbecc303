/**
 * What is published of the Node.js agent: compiled, bundled JavaScript, because Node strips no types below node_modules,
 * and a guest brings no packages of its own along.
 */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const source = join(root, 'packages/agent-node/src')
const dist = join(root, 'packages/agent-node/dist')

rmSync(dist, { recursive: true, force: true })

/** Each file whole: one module to load, in a thread that may be a program's. */
async function bundle(entry: string, format: 'esm' | 'cjs', file: string): Promise<void> {
  const made = await rolldown({
    input: join(source, entry),
    platform: 'node',
    external: (name) => name.startsWith('node:') && name !== 'node:crypto',
    // Loaded when something is signed, not when the agent is.
    resolve: { alias: { 'node:crypto': join(source, 'crypto.ts') } },
    transform: { target: 'node20' },
    treeshake: { moduleSideEffects: false },
  })
  await made.write({ file: join(dist, file), format, exports: 'named', codeSplitting: false })
  await made.close()
}

await bundle('index.ts', 'esm', 'index.js')
await bundle('index.ts', 'cjs', 'index.cjs')
// Loaded later, and by the main thread alone.
await bundle('reporter.ts', 'cjs', 'reporter.cjs')
await bundle('last-report-thread.ts', 'cjs', 'last-report-thread.cjs')

// biome-ignore format: a flag and its value
const flags = [
  '--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--rewriteRelativeImportExtensions', '--strict',
  '--target', 'es2024', '--module', 'nodenext', '--types', 'node', '--skipLibCheck', '--outDir', join(dist, 'types'),
]
execFileSync(join(root, 'node_modules/.bin/tsc'), [...flags, join(source, 'index.ts')], {
  stdio: 'inherit',
  cwd: root,
})
writeFileSync(join(dist, 'index.d.ts'), "export * from './types/index.js'\n")
// For CommonJS: the types alone, which may come from a module.
writeFileSync(
  join(dist, 'index.d.cts'),
  `import type { Agent, AgentOptions } from './types/index.js' with { 'resolution-mode': 'import' }
export type { Agent, AgentOptions }
export declare function start(options?: AgentOptions): Agent
export declare function withProfiler<Handler extends (...args: never[]) => unknown>(
  handler: Handler,
  options?: AgentOptions,
): Handler
`,
)
