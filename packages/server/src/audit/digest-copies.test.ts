import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type DigestCopiesOptions, digestCopies } from './digest-copies.ts'
import { trailFiles } from './digest-files.ts'
import { newSigningKey } from './signing-key.ts'

const name = (number: number): string => `0000000${number}_20261125T120000Z.json`

async function outsideOf(t: TestContext, count: number) {
  const path = await mkdtemp(join(tmpdir(), 'wick-copies-'))
  t.after(() => rm(path, { recursive: true }))
  const files = trailFiles(path)
  await mkdir(files.digests, { recursive: true })
  const make = (number: number) => writeFile(join(files.digests, name(number)), `digest ${number}`)
  for (let number = 1; number <= count; number++) await make(number)
  const kept = new Map<string, Uint8Array>()
  const troubles: string[] = []
  const key = newSigningKey(1).publicKey
  const copies = (options: Partial<DigestCopiesOptions>) =>
    digestCopies({
      ...{ files, directory: null, sink: null, publicKeys: () => [key] },
      notes: {
        readNote: async (note) => kept.get(note) ?? null,
        writeNote: async (note, value) => void kept.set(note, value),
      },
      onTrouble: (message) => troubles.push(message),
      ...options,
    })
  return { path, make, troubles, copies }
}

test('each digest is copied once, with the public key, and what is there is never replaced', async (t) => {
  const { path, make, troubles, copies } = await outsideOf(t, 2)
  const directory = join(path, 'outside')
  const { bring } = copies({ directory })
  await bring()
  await bring()
  assert.equal(troubles.length, 1, 'a directory that is missing is told, and once')
  await mkdir(directory)
  await bring()
  await writeFile(join(directory, name(1)), 'another')
  await make(3)
  await bring()
  const names = await readdir(directory)
  assert.deepEqual(names.filter((one) => one.endsWith('.json')).sort(), [name(1), name(2), name(3)])
  assert.equal(names.filter((one) => /^public-key-[0-9a-f]{16}\.pem$/.test(one)).length, 1)
  assert.equal(await readFile(join(directory, name(1)), 'utf8'), 'another')
  assert.equal(troubles.length, 1)
})

test('a sink gets each digest in order, over failures and restarts; another sink gets all', async (t) => {
  const { make, troubles, copies } = await outsideOf(t, 3)
  const got: string[] = []
  const post = async (text: string): Promise<void> => {
    if (text === 'digest 2') throw new Error('answered 500')
    got.push(text)
  }
  await copies({ sink: { url: 'https://a', post } }).bring()
  assert.deepEqual([got, troubles], [['digest 1'], ['answered 500']])
  const again = copies({ sink: { url: 'https://a', post: async (text) => void got.push(text) } })
  await again.bring()
  await make(4)
  await again.bring()
  assert.deepEqual(got, ['digest 1', 'digest 2', 'digest 3', 'digest 4'])
  const all: string[] = []
  await copies({ sink: { url: 'https://b', post: async (text) => void all.push(text) } }).bring()
  assert.equal(all.length, 4)
})
