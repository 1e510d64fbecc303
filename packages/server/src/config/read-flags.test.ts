import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFlags } from './read-flags.ts'

function read(...args: string[]): { values: Record<string, string>; problems: string[] } {
  const problems: string[] = []
  return { values: Object.fromEntries(readFlags(args, problems)), problems }
}

test('a value follows its flag, or an equals sign', () => {
  assert.deepEqual(read('--data', 'a b', '--region=eu-west-1', '--master-key-file=/k=1'), {
    values: { '--data': 'a b', '--region': 'eu-west-1', '--master-key-file': '/k=1' },
    problems: [],
  })
})

test('a switch needs no value', () => {
  assert.deepEqual(read('--insecure-http', '--data', 'd').values, {
    '--insecure-http': 'true',
    '--data': 'd',
  })
  assert.deepEqual(read('--insecure-http=false').values, { '--insecure-http': 'false' })
})

test('a list may be given several times, another setting only once', () => {
  assert.deepEqual(read('--tls-name', 'a', '--tls-name', 'b,c').values, { '--tls-name': 'a,b,c' })
  assert.deepEqual(read('--region', 'a', '--region', 'b').problems, ['--region is given more than once.'])
})

test('a missing value is not taken from the next flag', () => {
  assert.deepEqual(read('--data', '--insecure-http'), {
    values: { '--insecure-http': 'true' },
    problems: ['--data needs a value: --data DIR.'],
  })
  assert.deepEqual(read('--config').problems, ['--config needs a value: --config FILE.'])
  assert.deepEqual(read('--data=').problems, ['--data needs a value: --data DIR.'])
})

test('unknown flags and stray words are refused, with a hint', () => {
  assert.deepEqual(read('--insecure', '--tlsname', 'x', '--frobnicate=1', '-v', 'word').problems, [
    "There is no flag '--insecure'; did you mean '--insecure-http'?",
    "There is no flag '--tlsname'; did you mean '--tls-name'?",
    "There is no flag '--frobnicate'.",
    "There is no flag '-v'.",
  ])
  assert.deepEqual(read('word', '--data', 'd'), {
    values: { '--data': 'd' },
    problems: ["'word' is not expected here: every setting has a flag, see --help."],
  })
})
