import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NameInterner } from './name-interner.ts'
import { encodeName } from './wtf8.ts'

function interned(names: readonly string[]): NameInterner {
  const interner = new NameInterner()
  for (const name of names) {
    const bytes = encodeName(name)
    interner.intern(bytes, 0, bytes.length)
  }
  return interner
}

const names = fc.array(fc.oneof(fc.constantFrom('', 'a', 'ab', 'main', '__proto__'), fc.string()), {
  maxLength: 300,
})

test('a table is found name by name, whatever order it is in', () => {
  fc.assert(
    fc.property(names, names, (ours, theirs) => {
      const order = [...new Set(ours)]
      const other = interned(theirs)
      const expected = [...new Set(theirs)].map((name) => order.indexOf(name))
      assert.deepEqual([...interned(ours).findAll(other.table(), other.hashes())], expected)
    }),
  )
})

test('looking for names leaves nothing behind', () => {
  const interner = interned(['a', 'b'])
  const other = interned(['c', 'b', 'd'])
  assert.deepEqual([...interner.findAll(other.table(), other.hashes())], [-1, 1, -1])
  assert.equal(interner.length, 2)
  const c = encodeName('c')
  assert.equal(interner.intern(c, 0, c.length), 2)
  assert.deepEqual([...interner.findAll(other.table(), other.hashes())], [2, 1, -1])
})
