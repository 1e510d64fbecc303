import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PostOutcome } from '../storage/ports.ts'
import { PostedOnce } from './posted-once.ts'
import type { TokenMark } from './profile-token.ts'
import { SealedTokens } from './sealed-tokens.ts'
import { listsOnDisk, markOf, tokenList } from './testing/token-lists.ts'
import { UnsealedTokens } from './unsealed-tokens.ts'

const stored: PostOutcome = { kind: 'stored' }
const failed: PostOutcome = { kind: 'unavailable', message: 'disk full' }

function otherBody(mark: TokenMark): TokenMark {
  return { ...mark, bodyDigest: markOf('another body').bodyDigest }
}

/** A disk whose first list is not read before `open` is called. */
function slowDisk() {
  const files = new Map<string, Uint8Array>()
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const disk = listsOnDisk(async (key) => {
    await opened
    return files.get(key) ?? null
  })
  return { disk, files, open: () => open() }
}

function bench(disk = listsOnDisk()) {
  const unsealed = new UnsealedTokens()
  const sealed = new SealedTokens(disk, 1024 * 1024)
  const notices: string[] = []
  const once = new PostedOnce({ unsealed, sealed, onNotice: (message) => notices.push(message) })
  let kept = 0
  /** Kept with whatever outcome, at the next turn. */
  const post = async (mark: TokenMark, outcome = stored): Promise<PostOutcome['kind']> => {
    const { kind } = await once.post(mark, async () => {
      await Promise.resolve()
      kept++
      if (outcome.kind === 'stored') unsealed.remember('segment', mark)
      return outcome
    })
    return kind
  }
  return { unsealed, sealed, notices, post, kept: () => kept }
}

test('a token counts once, whether what it came with is sealed or not, and another body is refused', async () => {
  const disk = listsOnDisk()
  const { post, unsealed, sealed, kept } = bench(disk)
  const mark = markOf('a')
  assert.equal(await post(mark), 'stored')
  const list = tokenList('tokens/a', [mark])
  disk.put(list, 0)
  const moves = [() => {}, () => sealed.add(list, 0), () => unsealed.forget('segment')]
  for (const move of moves) {
    move()
    assert.equal(await post(mark), 'repeated')
    assert.equal(await post(otherBody(mark)), 'refused')
  }
  assert.equal(kept(), 1)
})

test('of several posts at one time one is kept; a post that came to nothing frees its token for the next', async () => {
  const { post, kept } = bench()
  const mark = markOf('a')
  const kinds = await Promise.all([post(mark, failed), post(mark), post(mark), post(otherBody(mark))])
  assert.deepEqual(kinds, ['unavailable', 'stored', 'repeated', 'refused'])
  assert.equal(kept(), 2)
})

test('posts wait while the token of the first is looked for, and it counts once', async () => {
  const { disk, files, open } = slowDisk()
  const { post, sealed, kept } = bench(disk)
  const mark = markOf('a')
  // The list has another token, which is only like it.
  const like = { ...mark, tokenHash: Uint8Array.from(mark.tokenHash) }
  like.tokenHash[15]! ^= 1
  const list = tokenList('tokens/a', [like])
  files.set(list.key, list.bytes)
  sealed.add(list, 0)
  const posts = [post(mark), post(mark), post(otherBody(mark))]
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([disk.read, kept()], [['tokens/a'], 0])
  open()
  assert.deepEqual(await Promise.all(posts), ['stored', 'repeated', 'refused'])
  assert.deepEqual([disk.read, kept()], [['tokens/a'], 1])
})

test('a repeated post is told so though its token is sealed, and forgotten among the others, while a list is read', async () => {
  const { disk, files, open } = slowDisk()
  const { post, unsealed, sealed, kept } = bench(disk)
  const mark = markOf('a')
  const like = { ...mark, tokenHash: Uint8Array.from(mark.tokenHash) }
  like.tokenHash[15]! ^= 1
  for (const list of [tokenList('tokens/like', [like]), tokenList('tokens/a', [mark])])
    files.set(list.key, list.bytes)
  unsealed.remember('segment', mark)
  sealed.add(tokenList('tokens/like', [like]), 0)
  const again = post(mark)
  await new Promise((resolve) => setImmediate(resolve))
  sealed.add(tokenList('tokens/a', [mark]), 0)
  unsealed.forget('segment')
  open()
  assert.deepEqual([await again, kept()], ['repeated', 0])
})

test('repetitions that come while the first is looked for are told so by one look', async () => {
  const { disk, files, open } = slowDisk()
  const { post, sealed, kept } = bench(disk)
  const mark = markOf('a')
  const list = tokenList('tokens/a', [mark])
  files.set(list.key, list.bytes)
  sealed.add(list, 0)
  const posts = [post(mark), post(otherBody(mark)), post(mark)]
  open()
  assert.deepEqual(await Promise.all(posts), ['repeated', 'refused', 'repeated'])
  assert.deepEqual([disk.read, kept()], [['tokens/a'], 0])
})

test('one that is looked for holds up no other token', async () => {
  const { disk, files, open } = slowDisk()
  const { post, sealed } = bench(disk)
  const list = tokenList('tokens/a', [markOf('a')])
  files.set(list.key, list.bytes)
  sealed.add(list, 0)
  const slow = post(markOf('a'))
  assert.equal(await post(markOf('b')), 'stored')
  open()
  assert.equal(await slow, 'repeated')
})

test('where a token cannot be looked for nothing is kept, the caller may come again, and the log says why', async () => {
  let isBroken = true
  const mark = markOf('a')
  const list = tokenList('tokens/a', [mark])
  const disk = listsOnDisk(async () => {
    if (isBroken) throw new Error('EIO: read')
    return list.bytes
  })
  const { post, sealed, notices, kept } = bench(disk)
  sealed.add(list, 0)
  assert.equal(await post(mark), 'unavailable')
  assert.deepEqual(notices, ['whether a profile is posted again could not be found out: EIO: read'])
  isBroken = false
  assert.equal(await post(mark), 'repeated')
  assert.equal(kept(), 0)
})
