/**
 * Every operation of IAM and STS through each of AWS's own clients, unmodified: the same tables of calls (iam-calls.ts),
 * each client on a server of its own.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AwsClient, awsClients } from '../support/aws-clients.ts'
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.ts'
import { startWick, temporaryDirectory } from '../support/wick.ts'
import { type Chapter, chaptersWith, type Kept, type Step } from './iam-calls.ts'

let directory: string
let issuer: OidcIssuer
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-issuer-'))
  issuer = await startOidcIssuer(directory)
})
after(async () => {
  issuer?.close()
  await rm(directory, { recursive: true, force: true })
})

async function take(client: AwsClient, step: Step, kept: Kept): Promise<void> {
  const { service, operation, parameters, answers, holds, keeps, refused, as, pages } = step
  const call = {
    ...{ service, operation, parameters: typeof parameters === 'function' ? parameters(kept) : parameters },
    ...(as !== undefined && { credentials: kept[as] }),
  }
  if (refused !== undefined) {
    const what = `${operation} ${JSON.stringify(call.parameters)}`
    await assert.rejects(client.call(call), { code: refused }, what)
    return
  }
  const answer = await (pages === undefined ? client.call(call) : client.list(call, pages, 2))
  const wanted = typeof answers === 'function' ? answers(kept) : answers
  if (wanted !== undefined) assert.partialDeepStrictEqual(answer, wanted, operation)
  holds?.(answer, kept)
  Object.assign(kept, keeps?.(answer))
}

async function go(client: AwsClient, { steps }: Chapter): Promise<void> {
  const kept: Kept = {}
  for (const step of steps) await take(client, step, kept)
}

/** Of the service model that we serve. */
async function modelled(file: string): Promise<readonly string[]> {
  const model = new URL(`../../fixtures/service-models/${file}.json`, import.meta.url)
  return Object.keys(JSON.parse(await readFile(model, 'utf8')).operations)
}

test('the tables have every operation in them', async () => {
  const named = chaptersWith(issuer)
    .flatMap(({ steps }) => steps)
    .filter(({ service, refused }) => service !== 'codeguruprofiler' && refused === undefined)
    .map(({ operation }) => operation)
  const all = [...(await modelled('iam-2010-05-08')), ...(await modelled('sts-2011-06-15'))]
  assert.deepEqual([...new Set(named)].toSorted(), all.toSorted())
})

// Two chapters at a time: the AWS CLI takes most of a second to start.
for (const [name, start] of Object.entries(awsClients))
  test(`every operation of IAM and STS works through ${name}`, async (t) => {
    const wick = await startWick({ directory: await temporaryDirectory(t), flags: issuer.flags })
    const client = start(wick)
    t.after(async () => {
      client.close()
      await wick.stop()
    })
    for (const chapter of chaptersWith(issuer)) await t.test(chapter.title, () => go(client, chapter))
  })
