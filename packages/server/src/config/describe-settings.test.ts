import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { describeConfig, settingsHelp } from './describe-settings.ts'
import { loadConfig } from './load-config.ts'
import { settings } from './settings.ts'

test('help has a line for every setting, with its default', () => {
  const help = settingsHelp()
  for (const { flag, help: text } of settings)
    assert.match(help, new RegExp(`^ {2}${flag}[ \\n].*${text}`, 'm'))
  assert.match(help, /^ {2}--listen HOST:PORT .* \(127\.0\.0\.1:8443\)$/m)
  assert.match(help, /^ {2}--config FILE /m)
})

test('a valid configuration is shown with the origin of every value', () => {
  const args = ['--data', 'dir', '--listen', '[::1]:80', '--tls-name=a,b']
  const result = loadConfig(args, { WICK_REGION: 'eu-west-1' }, () => '')
  assert.ok(result.kind === 'valid')
  const lines = describeConfig(result)
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  assert.equal(lines.length, settings.length)
  assert.deepEqual(lines.slice(0, 5), [
    ['--data', 'dir', '(--data)'],
    ['--listen', '[::1]:80', '(--listen)'],
    ['--insecure-http', 'false', '(default)'],
    ['--tls-name', 'a,b', '(--tls-name)'],
    ['--master-key-file', '-', '(default)'],
  ])
  assert.deepEqual(lines[6], ['--region', 'eu-west-1', '(WICK_REGION)'])
})

test('of a master key in the environment only that it is set is shown, in whatever form', () => {
  const key = 'c0ffee'.padEnd(64, '0')
  const result = loadConfig(['--data', 'dir'], { WICK_MASTER_KEY: key }, () => '')
  assert.ok(result.kind === 'valid')
  assert.match(describeConfig(result), /^WICK_MASTER_KEY +set +\(never shown\)$/m)
  const shown = [
    describeConfig(result),
    JSON.stringify(result),
    inspect(result, { depth: 9, showHidden: true }),
    `${result.config.masterKey}`,
  ]
  for (const text of shown) assert.doesNotMatch(text, /c0ffee|c0, ff|192, 255|<Buffer/)
  assert.equal(JSON.parse(JSON.stringify(result)).config.masterKey, 'set')
})
