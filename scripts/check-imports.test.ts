import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, violationsIn } from './check-imports.ts'

test('every form of import is seen, types and dynamic ones included', () => {
  const source = `import a from 'a'
import type { B } from "./b.ts"
import {
  c,
} from 'c'
import './d.css'
export { e } from './e.ts'
const f = await import('f')`
  assert.deepEqual(importsOf(source), ['a', './b.ts', 'c', './d.css', './e.ts', 'f'])
})

test('an import against the direction of the packages is found', () => {
  assert.match(
    violationsIn('packages/wire/src/x.ts', `import type { T } from '@wick/server'`)[0]!.message,
    /wire may not import server/,
  )
  assert.deepEqual(violationsIn('packages/server/src/main.ts', `import { a } from '@wick/wire'`), [])
})

test('reaching into another package by path is found', () => {
  assert.match(
    violationsIn('packages/cli/src/x.ts', `import '../../server/src/main.ts'`)[0]!.message,
    /reaches outside/,
  )
})

test('a pure package may not use node: modules outside its tests', () => {
  assert.equal(violationsIn('packages/profile/src/x.ts', `import 'node:fs'`).length, 1)
  assert.equal(violationsIn('packages/profile/src/x.test.ts', `import 'node:fs'`).length, 0)
})

test('inside the server the folders import one way', () => {
  assert.match(
    violationsIn('packages/server/src/store/x.ts', `import '../http/y.ts'`)[0]!.message,
    /store may not import server\/http/,
  )
  assert.deepEqual(violationsIn('packages/server/src/http/x.ts', `import '../operations/y.ts'`), [])
})

test('a new folder without a row is found', () => {
  assert.match(violationsIn('packages/extra/src/x.ts', `import 'y'`)[0]!.message, /no row/)
})
