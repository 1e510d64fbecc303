import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedEncoding, acceptsGzip } from './accept.ts'
import { refuses } from './testing/refuses.ts'

const answers: readonly (readonly [string | undefined, 'ion' | 'json'])[] = [
  [undefined, 'ion'],
  ['', 'ion'],
  ['  ', 'ion'],
  ['*/*', 'ion'],
  ['application/*', 'ion'],
  ['application/x-amzn-ion', 'ion'],
  ['Application/X-Amzn-Ion', 'ion'],
  ['application/json', 'json'],
  ['APPLICATION/JSON', 'json'],
  ['application/json;charset=utf-8', 'json'],
  [' application/json ; q=0.2 ', 'json'],
  ['application/json, application/x-amzn-ion', 'ion'],
  ['application/json, application/x-amzn-ion;q=0.9', 'json'],
  ['application/json;q=0.9, application/x-amzn-ion', 'ion'],
  ['application/json, */*', 'json'],
  ['application/json, text/plain, */*;q=0.1', 'json'],
  ['text/html, */*;q=0.8', 'ion'],
  ['application/x-amzn-ion;q=0, */*', 'json'],
  ['application/x-amzn-ion;q=0, application/json;q=0.001', 'json'],
  ['application/json;q=high', 'json'],
  ['application/*;q=0, application/json', 'json'],
]
for (const [header, encoding] of answers) {
  test(`Accept: ${header} is answered in ${encoding}`, () => assert.equal(acceptedEncoding(header), encoding))
}

const nothing = [
  'text/html',
  'application/xml, text/*',
  'application/json;q=0',
  '*/*;q=0',
  'application/*;q=0, */*',
  'json',
  ',',
  '__proto__',
]
for (const header of nothing) {
  test(`Accept: ${header} allows nothing we have`, () =>
    refuses('ValidationException', () => acceptedEncoding(header), /Accept/))
}

const gzip: readonly (readonly [string | undefined, boolean])[] = [
  [undefined, false],
  ['', false],
  ['identity', false],
  ['*', false],
  ['br', false],
  ['x-gzip', false],
  ['gzip;q=0', false],
  ['gzip', true],
  ['GZIP', true],
  ['gzip, deflate, br', true],
  ['br;q=1.0, gzip;q=0.5', true],
]
for (const [header, isAccepted] of gzip) {
  test(`Accept-Encoding: ${header} ${isAccepted ? 'allows' : 'does not allow'} gzip`, () =>
    assert.equal(acceptsGzip(header), isAccepted))
}
