import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { loadConfig } from '../config/load-config.ts'
import { SecretKey } from '../config/secret-key.ts'
import type { Config } from '../config/settings.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { openDataDirectory } from './data-directory.ts'
import { envelope } from './envelope.ts'
import { type KeyRotation, type NewMasterKey, type RotatedKeys, rotateKeys } from './rotate-keys.ts'
import { dataKeyPurpose } from './secret-purpose.ts'
import { onFailingDisk } from './testing/failing-disk.ts'

const now = Date.UTC(2026, 10, 25)
const root = mkdtempSync(join(tmpdir(), 'wick-rotate-'))
after(() => rmSync(root, { recursive: true }))
let directories = 0

const given = 'a1'.repeat(32)
const other = 'b2'.repeat(32)
const secretKey = (text: string): SecretKey => SecretKey.parse(text)!
const inEnvironment = (text: string): NewMasterKey => ({ kind: 'environment', key: secretKey(text) })
const startCatalog = async (file: string): Promise<Catalog> => sqliteCatalog(openDatabase(file))

interface Place {
  readonly directory: string
  /** Holds the key when it is not in the environment. */
  readonly keyFile: string
  config(masterKey?: string): Config
}

function placeAt(directory: string): Place {
  const config = (masterKey?: string): Config => {
    const flags = ['--data', directory, '--insecure-http']
    const result = loadConfig(flags, { WICK_MASTER_KEY: masterKey }, () => '')
    assert.ok(result.kind === 'valid', JSON.stringify(result))
    return result.config
  }
  return { directory, keyFile: join(directory, 'master.key'), config }
}

const groupIds = ['0a0b0c0d-1111-4222-8333-444444444444', '5a5b5c5d-1111-4222-8333-444444444444']
const dataKeys = groupIds.map(() => randomBytes(32))

/** A directory with an administrator and two groups. */
async function used(masterKey?: string): Promise<Place> {
  const place = placeAt(join(root, `${directories++}`))
  const { catalog, sealer, close } = await openDataDirectory(place.config(masterKey), startCatalog, now)
  for (const [i, id] of groupIds.entries()) {
    await catalog.createGroup({
      ...{ accountId: '000000000000', region: 'us-east-1', id, name: `g${i}`, computePlatform: 'Default' },
      ...{ profilingEnabled: true, tags: {}, clientToken: id, inputHash: '', now, maxGroups: 9 },
      sealedDataKey: sealer.seal(dataKeyPurpose(id), dataKeys[i]!),
    })
  }
  await close()
  return place
}

function copyOf({ directory }: Place): Place {
  const copy = join(root, `${directories++}`)
  cpSync(directory, copy, { recursive: true })
  return placeAt(copy)
}

function rotate(place: Place, rotation: Partial<KeyRotation> = {}, masterKey?: string): Promise<RotatedKeys> {
  return rotateKeys(place.config(masterKey), { newKey: null, withDataKeys: false, ...rotation }, startCatalog)
}

/** As a server does it. @returns every secret, opened */
async function start(place: Place, masterKey?: string): Promise<{ dataKeys: Buffer[]; secret: string }> {
  const { catalog, accounts, sealer, close } = await openDataDirectory(
    place.config(masterKey),
    startCatalog,
    now,
  )
  try {
    const groups = await catalog.allGroups()
    const accessKeyId = /AKIA\w+/.exec(readFileSync(join(place.directory, 'credentials'), 'utf8'))![0]
    return {
      dataKeys: groups.map(({ id, sealedDataKey }) =>
        Buffer.from(sealer.open(dataKeyPurpose(id), sealedDataKey)),
      ),
      secret: Buffer.from(accounts.secret('access-key', '000000000000', accessKeyId)).toString(),
    }
  } finally {
    await close()
  }
}

/** It starts, and everything is as it was made. */
async function assertStarts(place: Place, masterKey?: string): Promise<void> {
  const opened = await start(place, masterKey)
  assert.deepEqual(opened.dataKeys, dataKeys)
  assert.ok(readFileSync(join(place.directory, 'credentials'), 'utf8').includes(opened.secret))
  const left = readdirSync(place.directory).filter((name) => name.startsWith('master.key'))
  assert.deepEqual(left, existsSync(place.keyFile) ? ['master.key'] : [])
  if (existsSync(place.keyFile)) assert.equal(statSync(place.keyFile).mode & 0o777, 0o400)
}

function refused(message: RegExp): (error: Error) => true {
  return ({ name, message: text }) => {
    assert.equal(name, 'StartupError')
    assert.match(text, message)
    return true
  }
}

const keyIn = (place: Place): string => readFileSync(place.keyFile, 'utf8').trim()

function putKey({ keyFile }: Place, text: string): void {
  rmSync(keyFile, { force: true })
  writeFileSync(keyFile, `${text}\n`, { mode: 0o400 })
}

const fromBefore = /is not the master key of this data \(it is the one from before the last rotation\)/

test('another key is made, everything opens with it, and the old one is refused as what it is', async () => {
  const place = await used()
  const old = keyIn(place)
  assert.deepEqual(await rotate(place), { keyFile: place.keyFile, dataKeys: 2, accessKeys: 1 })
  const made = keyIn(place)
  assert.match(made, /^[0-9a-f]{64}$/)
  assert.notEqual(made, old)
  await assertStarts(place)

  putKey(place, old)
  await assert.rejects(start(place), refused(fromBefore))
  await assert.rejects(rotate(place), refused(fromBefore))
  assert.equal(keyIn(place), old)
  putKey(place, made)
  await assertStarts(place)
})

test('nothing in the catalog is sealed under the old key any more, in no table and no unused space', async () => {
  const place = await used()
  const old = Buffer.from(envelope(secretKey(keyIn(place)).bytes).keyId)
  assert.equal(sealedUnder(place, old), 4, 'two data keys, an access key, the note')
  await rotate(place, { withDataKeys: true })
  assert.equal(sealedUnder(place, old), 0)
  const names = readdirSync(place.directory).filter((name) => name.startsWith('catalog.db'))
  for (const name of names)
    assert.ok(
      !readFileSync(join(place.directory, name)).includes(beginningUnder(old)),
      `${name} remembers what was deleted`,
    )
  assert.equal(sealedUnder(place, Buffer.from(envelope(secretKey(keyIn(place)).bytes).keyId)), 4)
})

/** Of everything sealed under a key: docs/formats.md. */
function beginningUnder(keyId: Buffer): Buffer {
  return Buffer.concat([Buffer.of(1), keyId])
}

/** Values of any table that begin as an envelope under the key does. */
function sealedUnder({ directory }: Place, keyId: Buffer): number {
  const database = new DatabaseSync(join(directory, 'catalog.db'))
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const values = tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .flatMap((row) => Object.values(row)),
  )
  database.close()
  const beginning = beginningUnder(keyId)
  return values.filter((value) => value instanceof Uint8Array && beginning.equals(value.subarray(0, 9)))
    .length
}

test('a key is taken from the very file that a rotation which was cut off would have left', async () => {
  const place = await used()
  const file = join(place.directory, 'master.key.next')
  const text = '5e'.repeat(32)
  writeFileSync(file, `${text}\n`, { mode: 0o400 })
  await rotate(place, { newKey: { kind: 'file', file } })
  assert.equal(keyIn(place), text)
  await assertStarts(place)
})

test('rotated again and again, only the last key opens the directory', async () => {
  const place = await used()
  const keys = [keyIn(place)]
  for (let i = 0; i < 3; i++) {
    await rotate(place)
    keys.push(keyIn(place))
  }
  for (const key of keys.slice(0, -1)) {
    putKey(place, key)
    await assert.rejects(start(place), refused(/is not the master key of this data/))
  }
  putKey(place, keys.at(-1)!)
  await assertStarts(place)
})

test('a key made beforehand is taken from its file, which stays', async () => {
  const place = await used()
  const file = join(place.directory, 'mine')
  writeFileSync(file, other, { mode: 0o600 })
  await rotate(place, { newKey: { kind: 'file', file } })
  assert.equal(keyIn(place), other)
  assert.equal(readFileSync(file, 'utf8'), other)
  await assertStarts(place)
})

test('a link to the key stays one: the new key lies where the old one lay, and no other copy is left', async () => {
  const place = await used()
  const elsewhere = mkdtempSync(join(root, 'elsewhere-'))
  const old = keyIn(place)
  renameSync(place.keyFile, join(elsewhere, 'key'))
  symlinkSync(join(elsewhere, 'key'), place.keyFile)
  assert.equal((await rotate(place)).keyFile, join(elsewhere, 'key'))
  assert.ok(lstatSync(place.keyFile).isSymbolicLink())
  assert.notEqual(keyIn(place), old)
  assert.deepEqual(readdirSync(elsewhere), ['key'])
  await assertStarts(place)
})

test('a key in the environment is changed there: no file is made', async () => {
  const place = await used(given)
  assert.ok(!existsSync(place.keyFile))
  assert.equal((await rotate(place, { newKey: inEnvironment(other) }, given)).keyFile, null)
  await assert.rejects(
    start(place, given),
    refused(/^WICK_MASTER_KEY is not the master key of this data \(it is the one from before/),
  )
  await assertStarts(place, other)
  assert.ok(!existsSync(place.keyFile))
})

test('the key moves from its file to the environment, and from the environment to a file', async () => {
  const place = await used()
  await rotate(place, { newKey: inEnvironment(given) })
  assert.ok(!existsSync(place.keyFile))
  await assert.rejects(start(place), refused(/is missing.*WICK_MASTER_KEY/))
  await assertStarts(place, given)

  writeFileSync(place.keyFile, other, { mode: 0o400 })
  await assert.rejects(
    rotate(place, { newKey: { kind: 'file', file: place.keyFile } }, given),
    refused(/two different keys\. The data is encrypted under the first/),
  )
  const file = join(root, `${directories++}.key`)
  writeFileSync(file, other, { mode: 0o400 })
  rmSync(place.keyFile)
  await rotate(place, { newKey: { kind: 'file', file } }, given)
  putKey(place, other)
  await assertStarts(place)
})

const mistakes: readonly [string, (place: Place) => Promise<unknown>, RegExp][] = [
  ['the key in use', (place) => rotate(place, { newKey: inEnvironment(keyIn(place)) }), /is the one in use/],
  [
    'a file that is not there',
    (place) => rotate(place, { newKey: { kind: 'file', file: join(place.directory, 'none') } }),
    /There is no \S+\/none\. Nothing was changed/,
  ],
  [
    'a file that others may read',
    (place) => {
      const file = join(place.directory, 'open')
      writeFileSync(file, other)
      chmodSync(file, 0o644)
      return rotate(place, { newKey: { kind: 'file', file } })
    },
    /open is open to other users \(mode 0644\)\. Run: chmod 0400/,
  ],
  [
    'a file without a key',
    (place) => rotate(place, { newKey: { kind: 'file', file: join(place.directory, 'credentials') } }),
    /credentials holds no master key: 64 hexadecimal digits/,
  ],
  [
    'another old key',
    (place) => rotate(place, {}, given),
    /WICK_MASTER_KEY and the master key \S+ are two different keys\. The data is encrypted under the second: unset/,
  ],
]

for (const [what, attempt, said] of mistakes) {
  test(`with ${what} nothing is changed`, async () => {
    const place = await used()
    const key = keyIn(place)
    await assert.rejects(attempt(place), refused(said))
    assert.equal(keyIn(place), key)
    await assertStarts(place)
  })
}

test('a key in the environment is not replaced by one that would lie nowhere', async () => {
  const place = await used(given)
  await assert.rejects(
    rotate(place, {}, given),
    refused(/in WICK_MASTER_KEY.*WICK_NEW_MASTER_KEY.*Nothing was changed/),
  )
  await assertStarts(place, given)
})

test('where there is no data, or none yet, nothing is made', async () => {
  const missing = placeAt(join(root, `${directories++}`))
  await assert.rejects(rotate(missing), refused(/is no data directory of Wick/))
  assert.ok(!existsSync(missing.directory))
  const empty = placeAt(mkdtempSync(join(root, 'empty-')))
  await assert.rejects(
    rotate(empty),
    refused(/is no data directory of Wick: there is no catalog\.db in it\./),
  )
  assert.deepEqual(readdirSync(empty.directory), [])
  await (await startCatalog(join(empty.directory, 'catalog.db'))).close()
  await assert.rejects(rotate(empty), refused(/start the server first/))
  assert.ok(!existsSync(empty.keyFile))
})

test('a secret that is not what was sealed is named, and nothing is changed', async () => {
  const place = await used()
  const key = keyIn(place)
  const catalog = await startCatalog(join(place.directory, 'catalog.db'))
  const secrets = await catalog.sealedSecrets()
  const damaged = secrets.map((one) =>
    one.id === groupIds[1] ? { ...one, sealed: one.sealed.with(30, one.sealed[30]! ^ 1) } : one,
  )
  await catalog.replaceSealedSecrets(damaged, [])
  await catalog.close()
  await assert.rejects(
    rotate(place),
    refused(new RegExp(`data-key:${groupIds[1]} in the catalog cannot be opened`)),
  )
  assert.equal(keyIn(place), key)
  assert.ok(!existsSync(`${place.keyFile}.next`))
})

test('with data keys, each group has another one in front of those it had', async () => {
  const place = await used()
  await rotate(place, { withDataKeys: true })
  await rotate(place)
  await rotate(place, { withDataKeys: true })
  const opened = await start(place)
  assert.deepEqual(
    opened.dataKeys.map((keys) => keys.subarray(64)),
    dataKeys,
  )
  const pieces = opened.dataKeys.flatMap((keys) => [0, 32, 64].map((at) => keys.toString('hex', at, at + 32)))
  assert.equal(new Set(pieces).size, 6)
})

interface Mode {
  readonly name: string
  readonly rotation: Partial<KeyRotation>
  readonly oldKey?: string
  readonly newKey?: string
}

const modes: readonly Mode[] = [
  { name: 'in a file', rotation: {} },
  { name: 'from a file to the environment', rotation: { newKey: inEnvironment(other) }, newKey: other },
  { name: 'in the environment', rotation: { newKey: inEnvironment(other) }, oldKey: given, newKey: other },
]

for (const { name, rotation, oldKey, newKey } of modes) {
  for (const isCut of [true, false]) {
    const what = isCut ? 'cut off before any operation' : 'with any operation that fails'
    test(`a rotation ${name}, ${what}, leaves a directory that starts with one of the keys`, async () => {
      const origin = await used(oldKey)
      const ends = { done: 0, undone: 0 }
      for (let failing = 1; ; failing++) {
        const place = copyOf(origin)
        const before = existsSync(place.keyFile) ? keyIn(place) : null
        let steps = 0
        let isCommitted = false
        const end = await onFailingDisk({ failing, isCut }, async (disk) => {
          const start = async (file: string): Promise<Catalog> => {
            const catalog = await startCatalog(file)
            const replaceSealedSecrets: Catalog['replaceSealedSecrets'] = async (...args) => {
              disk.operate('commit')
              await catalog.replaceSealedSecrets(...args)
              isCommitted = true
            }
            return { ...catalog, replaceSealedSecrets }
          }
          const whole = { newKey: null, withDataKeys: false, ...rotation }
          const result = await rotateKeys(place.config(oldKey), whole, start).catch((error: Error) => error)
          steps = disk.trace.length
          assertDurableBefore(disk.trace, 'commit')
          return result
        })
        if (end instanceof Error)
          refused(isCommitted ? /under the new key already/ : /cannot be (written|removed|used)/)(end)
        if (failing > steps) {
          assert.ok(!(end instanceof Error), String(end))
          break
        }
        ends[isCommitted ? 'done' : 'undone']++

        const [right, wrong] = isCommitted ? [newKey, oldKey] : [oldKey, newKey]
        if (newKey !== undefined) await assert.rejects(start(place, wrong), refused(/master key/))
        await assertStarts(place, right)
        const isFile = isCommitted ? newKey === undefined : oldKey === undefined
        assert.equal(existsSync(place.keyFile), isFile)
        if (isFile) assert.equal(keyIn(place) === before, !isCommitted)
        // And the next rotation is as good as any.
        if (isFile) await rotate(place)
        if (isFile) await assertStarts(place)
      }
      assert.ok(ends.undone > 0)
      assert.ok(ends.done > 0 || oldKey !== undefined)
    })
  }
}

/** What was written is synced, and so is the directory it was put in. */
function assertDurableBefore(trace: readonly string[], operation: string): void {
  const before = trace.slice(0, trace.indexOf(operation))
  if (!trace.includes(operation) || !before.includes('create')) return
  const steps = before.slice(before.lastIndexOf('create')).join(' ')
  assert.equal(steps, 'create write sync rename sync')
}
