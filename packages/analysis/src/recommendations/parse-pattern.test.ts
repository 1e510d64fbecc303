import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PatternError, parsePattern } from './parse-pattern.ts'

const good = {
  id: 'shop-price-list',
  name: 'The price list is read anew for each order',
  why: 'It has 40,000 lines.',
  resolutionSteps: 'Keep it.',
  targetFrames: [['shop.orders:Orders:*', '…', 'shop.prices:read']],
  countersToAggregate: ['RUNNABLE'],
  thresholdPercent: 2.5,
}

test('a pattern is what was written; what may be left out is empty', () => {
  assert.deepEqual(parsePattern(good), { ...good, links: [], notUnder: [], language: null })
  const more = { links: ['https://shop.example/prices'], notUnder: [['shop.start:main']], language: 'python' }
  assert.deepEqual(parsePattern({ ...good, ...more }), { ...good, ...more })
})

const refusals: readonly [string, unknown, RegExp][] = [
  ['', null, /JSON object/],
  ['', [good], /JSON object/],
  ['', 'pattern', /JSON object/],
  ['treshold', { ...good, treshold: 1 }, /no such field; known: id, name/],
  ['__proto__', JSON.parse('{"__proto__": 1}'), /no such field/],
  ['id', { ...good, id: undefined }, /must be a text/],
  ['id', { ...good, id: 'Shop' }, /lower case/],
  ['id', { ...good, id: 'shop--x' }, /single hyphens/],
  ['id', { ...good, id: `s${'x'.repeat(64)}` }, /65 characters long, at most 64/],
  ['name', { ...good, name: '  ' }, /must not be empty/],
  ['name', { ...good, name: 'x'.repeat(121) }, /121 characters long, at most 120/],
  ['why', { ...good, why: 'x'.repeat(4001) }, /at most 4000/],
  ['resolutionSteps', { ...good, resolutionSteps: ['one', 'two'] }, /must be a text/],
  ['links', { ...good, links: 'https://shop.example' }, /must be a list/],
  ['links', { ...good, links: Array(11).fill('https://shop.example') }, /11 entries, at most 10/],
  ['links[0]', { ...good, links: ['javascript:alert(1)'] }, /https address/],
  ['links[1]', { ...good, links: ['https://shop.example', 'http://shop.example'] }, /https address/],
  ['language', { ...good, language: 'java' }, /one of jvm, python, node/],
  ['targetFrames', { ...good, targetFrames: [] }, /must not be empty/],
  ['targetFrames', { ...good, targetFrames: undefined }, /must be a list/],
  ['targetFrames', { ...good, targetFrames: Array(51).fill(['shop']) }, /51 entries, at most 50/],
  ['targetFrames[0]', { ...good, targetFrames: ['shop.prices:read'] }, /must be a list/],
  ['targetFrames[0]', { ...good, targetFrames: [Array(17).fill('shop')] }, /17 entries, at most 16/],
  ['targetFrames[0]', { ...good, targetFrames: [[]] }, /must not be empty/],
  ['targetFrames[0][1]', { ...good, targetFrames: [['shop', 7]] }, /must be a text/],
  ['targetFrames[0][0]', { ...good, targetFrames: [['x'.repeat(257)]] }, /at most 256/],
  ['targetFrames[0][0]', { ...good, targetFrames: [['shop*'.repeat(9)]] }, /more than 8 '\*'/],
  ['targetFrames[0][0]', { ...good, targetFrames: [['shop\ud83d']] }, /surrogate/],
  ['targetFrames[0][0]', { ...good, targetFrames: [['…', 'shop']] }, /between two frames/],
  ['targetFrames[0][1]', { ...good, targetFrames: [['shop', '…']] }, /between two frames/],
  ['targetFrames[0][2]', { ...good, targetFrames: [['shop', '…', '…', 'x']] }, /between two frames/],
  ['notUnder[0][0]', { ...good, notUnder: [['']] }, /must not be empty/],
  ['notUnder', { ...good, notUnder: Array(21).fill(['shop']) }, /21 entries, at most 20/],
  ['countersToAggregate', { ...good, countersToAggregate: [] }, /must not be empty/],
  ['countersToAggregate', { ...good, countersToAggregate: ['BLOCKED', 'BLOCKED'] }, /twice/],
  ['countersToAggregate[0]', { ...good, countersToAggregate: ['IDLE'] }, /one of RUNNABLE, BLOCKED/],
  ['countersToAggregate[0]', { ...good, countersToAggregate: ['toString'] }, /one of RUNNABLE/],
  ...[0, -1, 100.1, Number.NaN, '5', undefined].map(
    (thresholdPercent) =>
      ['thresholdPercent', { ...good, thresholdPercent }, /above 0 and at most 100/] as [
        string,
        unknown,
        RegExp,
      ],
  ),
]

test('what is wrong is refused, with the field and the reason', () => {
  for (const [field, value, reason] of refusals) {
    assert.throws(
      () => parsePattern(value),
      (error) => error instanceof PatternError && error.field === field && reason.test(error.message),
      `${field} ${reason}`,
    )
  }
})

test('a sequence that names nothing, or what is on every stack, is too broad', () => {
  const broad = [
    ['*'],
    ['*', '…', '*'],
    ['*.*'],
    ['*:*:*'],
    ['ja*'],
    ['java*'],
    ['java.lang.Thread.run'],
    ['java.lang.Thread.*', '…', '*'],
    ['*ThreadPoolExecutor.runWorker', '…', '*.*'],
    ['*<module>'],
    ['threading:Thread:run'],
    ['asyncio.*', '*'],
    ['node:internal/*'],
    ['*main*'],
  ]
  for (const sequence of broad) {
    const isBroad = (error: Error) =>
      error instanceof PatternError && error.field === 'targetFrames[1]' && /is too broad/.test(error.message)
    assert.throws(
      () => parsePattern({ ...good, targetFrames: [['shop.prices:read'], sequence] }),
      isBroad,
      sequence.join(),
    )
  }
  // Of notUnder nothing is asked: it only takes away.
  assert.equal(parsePattern({ ...good, notUnder: [['*<module>']] }).notUnder.length, 1)
})
