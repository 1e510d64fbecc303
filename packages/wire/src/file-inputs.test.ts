import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from './errors.ts'
import { archiveToken, parseArchive, parseExport, parseImport } from './file-inputs.ts'
import { parts } from './testing/parts.ts'

const name = 'orders'
const hour = { startTime: '2026-11-24T12:00:00Z', endTime: '2026-11-24T13:00:00Z' }

function refused(read: () => unknown): void {
  assert.throws(read, (error) => error instanceof ApiError && error.status === 400)
}

test('an export is a selection and a format', () => {
  const { time, filter, ...input } = parseExport(
    parts({
      name,
      body: JSON.stringify({ ...hour, format: 'pprof', maxDepth: 9, filter: { agents: ['a'] } }),
    }),
  )
  assert.deepEqual(input, { profilingGroupName: name, format: 'pprof', maxDepth: 9 })
  assert.equal(time.kind, 'range')
  assert.deepEqual(filter.agents, ['a'])
  for (const wrong of [
    hour,
    { ...hour, format: 'svg' },
    { format: 'json' },
    { ...hour, format: 'json', maxDepth: 0 },
  ])
    refused(() => parseExport(parts({ name, body: JSON.stringify(wrong) })))
})

test('an import names its format; times and counter may be left to the file', () => {
  const body = 'main 1\n'
  assert.deepEqual(parseImport(parts({ name, query: 'format=collapsed', body })), {
    profilingGroupName: 'orders',
    format: 'collapsed',
    start: null,
    end: null,
    counter: 'WALL_TIME',
    body: new TextEncoder().encode(body),
  })
  const whole = `format=collapsed&counter=RUNNABLE&startTime=${hour.startTime}&endTime=${hour.endTime}`
  const { start, end, counter } = parseImport(parts({ name, query: whole, body }))
  assert.deepEqual(
    [start, end, counter],
    [Date.UTC(2026, 10, 24, 12), Date.UTC(2026, 10, 24, 13), 'RUNNABLE'],
  )
  for (const wrong of [
    '',
    'format=archive',
    'format=pprof&format=pprof',
    'format=pprof&endTime=now',
    'format=pprof&counter=',
  ])
    refused(() => parseImport(parts({ name, query: wrong, body })))
})

test('an archive goes on at the place its token names, and at no other', () => {
  const place = [1_795_521_600_000, 7, 0, 12]
  const token = archiveToken(place)
  assert.deepEqual(parseArchive(parts({ name, query: `nextToken=${token}` })).after, place)
  assert.equal(parseArchive(parts({ name })).after, null)
  for (const wrong of [
    '',
    '1',
    '1-2-3',
    '1-2-3-4-5',
    '1-2-3-x!',
    '-1-2-3-4',
    '1--2-3',
    `${token}0-`,
    'zzzzzzzzzzzzz-1-1-1',
    '01-1-1-1',
    '1'.repeat(100),
    // Chunks are numbered in 32 bits: a server that went on from there could not number the next.
    archiveToken([0, 0, 0, 2 ** 31]),
  ])
    refused(() => parseArchive(parts({ name, query: `nextToken=${wrong}` })))
})

test('an archive of a time that ends before it begins is refused, not empty', () => {
  const { startTime, endTime } = hour
  const read = (query: string): unknown => parseArchive(parts({ name, query }))
  for (const query of [
    `startTime=${endTime}&endTime=${startTime}`,
    `startTime=${startTime}&endTime=${startTime}`,
  ])
    assert.throws(() => read(query), /startTime must be before endTime/)
  for (const query of [`startTime=${endTime}`, `endTime=${startTime}`]) assert.doesNotThrow(() => read(query))
})
