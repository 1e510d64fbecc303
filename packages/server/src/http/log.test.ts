import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonLog, type LogEntry } from './log.ts'

function written(entry: LogEntry): string {
  const lines: string[] = []
  jsonLog((line) => lines.push(line))(entry)
  assert.equal(lines.length, 1)
  return lines[0]!
}

test('an entry is one line of JSON with its instant, level and event first', () => {
  const line = written({ level: 'warn', event: 'store.damage', file: 'a.wickseg', offset: 38 })
  const { time, ...rest } = JSON.parse(line)
  assert.deepEqual(rest, { level: 'warn', event: 'store.damage', file: 'a.wickseg', offset: 38 })
  assert.equal(new Date(time).toISOString(), time)
  assert.match(line, /^\{"time":"[^"]+","level":"warn","event":"store\.damage",/)
})

test('threat 13: no text can break the line or speak to the terminal, and none is lost', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'binary' }),
      (value, key) => {
        fc.pre(!['level', 'event', 'time', '__proto__'].includes(key))
        const line = written({ level: 'info', event: 'test', [key]: value })
        assert.match(line, /^[ -~]+\n$/)
        assert.equal(JSON.parse(line)[key], value)
      },
    ),
  )
  for (const text of [
    '\r\n{"level":"error"}',
    '\u001b[2J',
    '\u009b2J',
    '\u202e',
    '\u2028',
    '\ud800',
    '\u007f',
  ])
    assert.match(written({ level: 'info', event: 'test', text }), /^[ -~]+\n$/)
})

test('a long text is cut, wherever it stands', () => {
  const long = 'x'.repeat(5000)
  const { a, b } = JSON.parse(written({ level: 'info', event: 'test', a: long, b: { c: [long] } }))
  for (const text of [a, b.c[0]]) assert.equal(text, `${'x'.repeat(4096)}…`)
})
