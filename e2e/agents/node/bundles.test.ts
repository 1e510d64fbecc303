/** Bundled into the program's one file the agent has no files of its own: it says so, and the program runs as without it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type OutputOptions, rolldown } from 'rolldown'
import { type Recorder, recorder } from './recorder.ts'
import { installedProject, type Project, type Ran, reportingTo, runProgram, type Version } from './support.ts'

let project: Project
let server: Recorder

before(async () => {
  project = await installedProject()
  server = await recorder((_request, response) => response.end('{"shouldProfile":true}'))
})

after(async () => {
  server?.close()
  await project?.remove()
})

const run = (version: Version, args: readonly string[]): Promise<Ran> =>
  runProgram({
    project,
    version,
    args,
    environment: reportingTo(server.url),
  })

interface Bundle {
  readonly format: OutputOptions['format'] & string
  /** What the package is taken from: `import` or `require` leads there. */
  readonly entry: 'index.js' | 'index.cjs'
  /** What the bundler writes in its place, in JavaScript; left alone where it is null. */
  readonly metaUrl?: string
  readonly external?: readonly string[]
}

/** @returns the file */
async function bundled({ format, entry, metaUrl, external = [] }: Bundle): Promise<string> {
  const packageFile = join(project.directory, 'node_modules/@wick/agent/dist', entry)
  const made = await rolldown({
    input: join(project.directory, 'bundled.mjs'),
    cwd: project.directory,
    platform: 'node',
    external: [...external],
    ...(external.length === 0 && { resolve: { alias: { '@wick/agent': packageFile } } }),
    ...(metaUrl !== undefined && { transform: { define: { 'import.meta.url': metaUrl } } }),
  })
  const file = join(project.directory, 'bundle', `app.${format === 'esm' ? 'mjs' : 'cjs'}`)
  await made.write({ file, format, codeSplitting: false })
  await made.close()
  return file
}

const printed = (how: string): string => `order 1\npacked\nworker 0 ${how}\n`

const bundles: Readonly<Record<string, () => Bundle>> = {
  'a module': () => ({ format: 'esm', entry: 'index.js' }),
  CommonJS: () => ({ format: 'cjs', entry: 'index.js' }),
  'CommonJS, of what was CommonJS': () => ({ format: 'cjs', entry: 'index.cjs' }),
  'CommonJS, with nothing for import.meta.url, as esbuild has it': () => ({
    format: 'cjs',
    entry: 'index.js',
    metaUrl: 'undefined',
  }),
  'CommonJS, with the place where it was made, as webpack has it': () => ({
    format: 'cjs',
    entry: 'index.js',
    metaUrl: JSON.stringify(
      pathToFileURL(join(project.directory, 'node_modules/@wick/agent/dist/index.js')).href,
    ),
  }),
}

for (const [name, bundle] of Object.entries(bundles)) {
  test(`in a bundle that is ${name} it is not started, says once why, and changes nothing`, async () => {
    const file = await bundled(bundle())
    for (const version of ['20', '26'] as const) {
      const ran = await run(version, [file])
      assert.deepEqual([ran.exitCode, ran.stdout], [7, printed('not profiled')], ran.stderr)
      assert.equal(
        ran.stderr,
        'wick-agent: not started: the files of its package are not beside it; mark @wick/agent as external in the bundler\n',
      )
      assert.equal(server.calls.length, 0)
    }
  })
}

test('beside one that is preloaded, a bundled agent is that one', async () => {
  const file = await bundled({ format: 'esm', entry: 'index.js' })
  const ran = await run('26', ['--import', '@wick/agent', file])
  assert.deepEqual([ran.exitCode, ran.stdout], [7, printed('profiled')], ran.stderr)
  assert.doesNotMatch(ran.stderr, /not started/)
})

test('left out of a bundle, it is started', async () => {
  for (const format of ['esm', 'cjs'] as const) {
    const file = await bundled({ format, entry: 'index.js', external: ['@wick/agent'] })
    const ran = await run('26', [file])
    assert.deepEqual([ran.exitCode, ran.stdout], [7, printed('profiled')], ran.stderr)
  }
})
