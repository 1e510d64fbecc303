import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { StartupError } from '../startup-error.ts'
import { FetchFailed } from './fetch-json.ts'
import { issuerDocuments } from './issuer-documents.ts'
import { json, startWebServer, type WebServer } from './testing/web-server.ts'

let server: WebServer
const directory = mkdtempSync(join(tmpdir(), 'wick-oidc-'))
const oidcCaFile = join(directory, 'ca.pem')
before(async () => {
  server = await startWebServer((_, response) => json(response, { ok: true }))
  writeFileSync(oidcCaFile, server.authority)
})
after(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

test('an issuer that the settings name may be in our own networks, and is trusted with their authorities', async () => {
  const documents = await issuerDocuments({ oidcPrivateIssuers: [server.url], oidcCaFile })
  assert.deepEqual(await documents(`${server.url}/keys`, server.url), { ok: true })
})

test('any other issuer leads nowhere near, also not by the name of one that may', async () => {
  const documents = await issuerDocuments({ oidcPrivateIssuers: [server.url], oidcCaFile })
  for (const issuer of ['https://issuer.example', `${server.url}/`, server.url.toUpperCase()])
    await assert.rejects(documents(`${server.url}/keys`, issuer), FetchFailed)
})

test('without the file only the authorities that everybody trusts count', async () => {
  const documents = await issuerDocuments({ oidcPrivateIssuers: [server.url], oidcCaFile: null })
  await assert.rejects(documents(`${server.url}/keys`, server.url), /certificate/)
})

test('a file without authorities is an error at the start, not a surprise later', async () => {
  const empty = join(directory, 'empty.pem')
  writeFileSync(empty, '')
  for (const oidcCaFile of [empty, join(directory, 'absent.pem')])
    await assert.rejects(issuerDocuments({ oidcPrivateIssuers: [], oidcCaFile }), StartupError)
})
