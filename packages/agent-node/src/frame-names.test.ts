import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { FrameNames } from './frame-names.ts'
import { SourceMaps } from './source-maps.ts'
import { atOnce } from './turns.ts'

function project(t: { after(done: () => void): void }): string {
  const root = mkdtempSync(join(tmpdir(), 'wick-names-'))
  t.after(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'src/orders'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"name":"@shop/checkout"}')
  return root
}

const names = () => {
  const frames = new FrameNames(new SourceMaps())
  return {
    name: (functionName: string, url: string, line: number, column: number) => {
      atOnce(frames.prepare(url))
      return frames.name(functionName, url, line, column)
    },
  }
}

test('a function of the program goes by its package and its path inside it, on every host alike', (t) => {
  const file = join(project(t), 'src/orders/cart.js')
  for (const url of [file, pathToFileURL(file).href, `${pathToFileURL(file).href}?v=12`]) {
    const { name, file: shown, line } = names().name('priceOf', url, 11, 3)
    assert.deepEqual(
      [name, shown, line],
      ['@shop/checkout/src/orders/cart.js:priceOf', '@shop/checkout/src/orders/cart.js', 12],
    )
  }
})

test('a function of a dependency goes by the innermost node_modules', () => {
  const path = '/srv/app/node_modules/.pnpm/express@5.0.0/node_modules/express/lib/router.js'
  assert.equal(names().name('next', path, 3, 0).name, 'express/lib/router.js:next')
})

test("Node's own modules, native code and V8's pseudo frames keep their names", () => {
  assert.equal(
    names().name('listOnTimeout', 'node:internal/timers', 500, 1).name,
    'node:internal/timers:listOnTimeout',
  )
  assert.equal(names().name('writev', '', -1, -1).name, 'native:writev')
  assert.equal(names().name('(garbage collector)', '', -1, -1).name, '(garbage collector)')
  assert.equal(names().name('mul', 'wasm://wasm/matrix-0a1b2c3d', 0, 40).name, 'wasm/matrix:mul')
})

test('functions without a name go by their place, the body of a module by itself', () => {
  assert.equal(names().name('', '/x/node_modules/p/i.js', 9, 4).name, 'p/i.js:(anonymous 10:5)')
  assert.equal(names().name('', '/x/node_modules/p/i.js', -1, -1).name, 'p/i.js:<module>')
  assert.equal(names().name('(anonymous)', '/x/node_modules/p/i.js', 0, 0).name, 'p/i.js:<module>')
})

test('a name of any length is bounded', () => {
  assert.ok(names().name('f'.repeat(100_000), '/x/node_modules/p/i.js', 1, 1).name.length <= 1024)
})

test('compiled code goes by its source, where a source map says so', (t) => {
  const root = project(t)
  const map = { version: 3, sources: ['../src/orders/cart.ts'], names: ['priceOf'], mappings: 'AAIAA' }
  const dist = join(root, 'dist')
  mkdirSync(dist)
  writeFileSync(join(dist, 'a.js'), 'function x(){}\n//# sourceMappingURL=a.js.map\n')
  writeFileSync(join(dist, 'a.js.map'), JSON.stringify(map))
  const inline = Buffer.from(JSON.stringify({ ...map, sourcesContent: ['x'.repeat(10_000)] })).toString(
    'base64',
  )
  writeFileSync(
    join(dist, 'b.js'),
    `function x(){}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`,
  )
  for (const file of ['a.js', 'b.js']) {
    const { name, line, lineOf } = names().name('x', join(dist, file), 0, 0)
    assert.deepEqual([name, line, lineOf(1)], ['@shop/checkout/src/orders/cart.ts:priceOf', 5, 5])
  }
})

test('maps that are missing, malformed or too large are no maps', (t) => {
  const root = project(t)
  writeFileSync(join(root, 'a.js'), '//# sourceMappingURL=nowhere.map')
  writeFileSync(join(root, 'b.js'), '//# sourceMappingURL=b.map')
  writeFileSync(join(root, 'b.map'), '{"version":')
  writeFileSync(join(root, 'c.js'), '//# sourceMappingURL=c.map')
  writeFileSync(join(root, 'c.map'), Buffer.alloc(9 * 1024 * 1024, 0x20))
  for (const file of ['a.js', 'b.js', 'c.js']) {
    assert.equal(names().name('f', join(root, file), 3, 0).name, `@shop/checkout/${file}:f`)
  }
})

test('a map that is a pipe is not read: the program would wait for whoever writes into it', (t) => {
  const root = project(t)
  writeFileSync(join(root, 'a.js'), '//# sourceMappingURL=a.js.map')
  execFileSync('sh', ['-c', 'mkfifo a.js.map'], { cwd: root })
  const map = JSON.stringify({ version: 3, sources: ['b.ts'], names: [], mappings: 'AAAA' })
  // Whoever does read it shall not wait.
  const writer = spawn('sh', ['-c', 'printf %s "$0" > a.js.map', map], { cwd: root })
  t.after(() => writer.kill())
  assert.equal(names().name('f', join(root, 'a.js'), 0, 0).name, '@shop/checkout/a.js:f')
})

test('code whose map does not say where it came from goes by its own names', (t) => {
  const root = project(t)
  for (const [file, sources] of [
    ['a.js', [null]],
    ['b.js', ['']],
  ] as const) {
    writeFileSync(join(root, file), `//# sourceMappingURL=${file}.map`)
    const map = { version: 3, sources, names: [], mappings: 'AAIA' }
    writeFileSync(join(root, `${file}.map`), JSON.stringify(map))
    const { name, line } = names().name('f', join(root, file), 0, 0)
    assert.deepEqual([name, line], [`@shop/checkout/${file}:f`, 1])
  }
})

test('lines that were sampled in compiled code go back to those of its source', (t) => {
  const root = project(t)
  // As tsc writes it: line 2 of the script is line 12 of the source, line 3 is line 13, line 5 is of another source.
  const map = {
    version: 3,
    sources: ['src/orders/cart.ts', 'src/orders/tax.ts'],
    names: [],
    mappings: 'AAUA;IACI;IACA;;ICAA',
  }
  const script = 'function price() {\n    a()\n    b()\n}\n    c()\n//# sourceMappingURL=a.js.map\n'
  writeFileSync(join(root, 'a.js'), script)
  writeFileSync(join(root, 'a.js.map'), JSON.stringify(map))
  const { line, lineOf } = names().name('price', join(root, 'a.js'), 0, 0)
  assert.deepEqual([line, lineOf(1), lineOf(2), lineOf(3), lineOf(5)], [11, 11, 12, 13, 0])
})

test('lines of what was not compiled are its own; what has no file has none', () => {
  assert.equal(names().name('f', '/x/node_modules/p/i.js', 3, 0).lineOf(7), 7)
  assert.equal(names().name('(program)', '', -1, -1).lineOf(7), 0)
  assert.equal(names().name('writev', '', -1, -1).lineOf(7), 0)
})
