/** What settings, environment and the shared files make of the way to the server, together. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Connection, connectionOf } from './connection.ts'
import { type AgentOptions, readSettings } from './settings.ts'

type Connecting = (options: AgentOptions, more?: Record<string, string>) => Connection

/** A machine with such shared files, and keys in its environment. */
function machine(
  t: TestContext,
  files: { readonly credentials?: string; readonly config?: string },
): Connecting {
  const directory = mkdtempSync(join(tmpdir(), 'wick-agent-connection-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return (options, more = {}) => {
    const environment = {
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_ACCESS_KEY_ID: 'ENV',
      AWS_SECRET_ACCESS_KEY: 's',
      ...more,
    }
    return connectionOf(readSettings(options, environment), environment, { measure: (turn) => turn() })
  }
}

test('keys of a profile that is an argument win over keys in the environment; those over AWS_PROFILE', async (t) => {
  const connect = machine(t, { credentials: '[shop]\naws_access_key_id = SHOP\naws_secret_access_key = s\n' })
  const keyOf = async (...how: Parameters<Connecting>): Promise<string> =>
    (await connect(...how).credentials.get()).accessKeyId
  assert.equal(await keyOf({ credentialProfile: 'shop' }), 'SHOP')
  assert.equal(await keyOf({ credentialProfile: 'shop' }, { AWS_PROFILE: 'other' }), 'SHOP')
  assert.equal(await keyOf({}, { AWS_PROFILE: 'shop' }), 'ENV')
  assert.equal(await keyOf({}, { AWS_PROFILE: 'shop', AWS_ACCESS_KEY_ID: '' }), 'SHOP')
})
