import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../config/load-config.ts'
import { settingsFindings } from './settings-findings.ts'

/** Severity, id and subject of each finding about these settings. */
function found(...flags: readonly string[]): string[] {
  const result = loadConfig(['--data', 'dir', ...flags], {}, () => '')
  assert.ok(result.kind === 'valid', JSON.stringify(result))
  return settingsFindings(result.config)
    .map(({ severity, id, subject }) => `${severity} ${id}: ${subject}`)
    .filter((line) => !line.startsWith('note'))
}

test('the defaults are safe', () => {
  assert.deepEqual(found(), [])
})

test('plain HTTP is unsafe, also on loopback', () => {
  assert.deepEqual(found('--insecure-http'), ['unsafe plain-http: listener default'])
})

test('a listener that everybody reaches is unsafe until it names networks', () => {
  assert.deepEqual(found('--listen', '0.0.0.0:8443'), ['unsafe listener-open: listener default'])
  assert.deepEqual(found('--listen', '[::]:8443'), ['unsafe listener-open: listener default'])
  assert.deepEqual(found('--listen', '0.0.0.0:8443', '--allow-networks', '10.0.0.0/8,fd00::/16'), [])
  assert.deepEqual(found('--listen', '0.0.0.0:8443', '--allow-networks', '10.0.0.0/8,0.0.0.0/0'), [
    'unsafe listener-open: listener default',
  ])
  const further = '{"agents":{"listen":"0.0.0.0:1"},"inside":{"listen":"127.0.0.1:2","insecureHttp":true}}'
  assert.deepEqual(found('--listeners', further), [
    'unsafe listener-open: listener agents',
    'unsafe plain-http: listener inside',
  ])
})

test('what believes or tells half the world is unsafe', () => {
  assert.deepEqual(found('--metrics-networks', '0.0.0.0/0'), ['unsafe metrics-open: /metrics'])
  assert.deepEqual(found('--metrics-networks', '::/0'), ['unsafe metrics-open: /metrics'])
  assert.deepEqual(found('--metrics-networks', '10.0.0.0/8,10.1.1.1,fd00::1'), [])
  assert.deepEqual(found('--trusted-proxies', '0.0.0.0/1'), ['unsafe trusted-proxies-wide: listener default'])
  assert.deepEqual(found('--trusted-proxies', '10.0.0.7'), [])
})

test('a master key beside the data is worth a note, elsewhere it is not', () => {
  const about = (flags: readonly string[], environment = {}) => {
    const result = loadConfig(['--data', 'dir', ...flags], environment, () => '')
    assert.ok(result.kind === 'valid')
    return settingsFindings(result.config)
      .filter(({ id }) => id === 'master-key-beside-data')
      .map(({ severity, subject }) => `${severity} ${subject}`)
  }
  assert.deepEqual(about([]), ['note dir/master.key'])
  assert.deepEqual(about(['--master-key-file', '/etc/wick.key']), [])
  assert.deepEqual(about([], { WICK_MASTER_KEY: '0'.repeat(64) }), [])
})

test('an audit trail that lies only where its server runs is worth a note', () => {
  const notes = (...flags: readonly string[]): string[] => {
    const result = loadConfig(['--data', 'dir', ...flags], {}, () => '')
    assert.ok(result.kind === 'valid', JSON.stringify(result))
    return settingsFindings(result.config).flatMap(({ id, subject }) =>
      id.startsWith('audit') ? [subject] : [],
    )
  }
  assert.deepEqual(notes(), ['dir/audit'])
  assert.deepEqual(notes('--audit-copy-directory', '/mnt/digests'), [])
  assert.deepEqual(notes('--audit-sink', 'https://audit.example.com/'), [])
})
