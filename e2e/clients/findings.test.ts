/** What is found in the profiles of a real program, asked by AWS's SDK for JavaScript and by `wick findings`. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  CreateProfilingGroupCommand,
  DeleteProfilingGroupCommand,
  GetProfileCommand,
  GetRecommendationsCommand,
  PostAgentProfileCommand,
  paginateGetFindingsReportAccountSummary,
  paginateListFindingsReports,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-codeguruprofiler'
import type { CallNode, ProfileBody } from '../support/call-paths.ts'
import { startCaller } from '../support/caller.ts'
import { sdkClient } from '../support/sdk-client.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const minute = 60_000
const hour = 60 * minute
const recordings = resolve(import.meta.dirname, '../../fixtures/findings')

async function recorded(name: string, start: number): Promise<Uint8Array> {
  const { callgraph } = JSON.parse(gunzipSync(await readFile(join(recordings, `${name}.json.gz`))).toString())
  return Buffer.from(JSON.stringify({ start, end: start + minute, callgraph }))
}

test('findings through the SDK and the command line: on demand, and from reports', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory })
  t.after(() => wick.stop())
  const client = sdkClient(wick)
  t.after(() => client.destroy())
  const caller = await startCaller(wick)
  const makeReports = async (): Promise<void> => {
    const { status, body } = await caller.send({ method: 'POST', target: '/v1/jobs/findings-reports/run' })
    assert.equal(status, 200, body.toString())
    assert.equal(JSON.parse(body.toString()).error, null)
  }
  // It runs by itself every minute: from now on not soon.
  await makeReports()
  /** The last hour that has a report by now. */
  const start = Math.floor((Date.now() - 10 * minute) / hour) * hour - hour
  const [startTime, endTime] = [new Date(start), new Date(start + hour)]
  for (const profilingGroupName of ['shop', 'stock']) {
    await client.send(
      new CreateProfilingGroupCommand({ profilingGroupName, clientToken: profilingGroupName }),
    )
    const name = profilingGroupName === 'shop' ? 'with' : 'without'
    await client.send(
      new PostAgentProfileCommand({
        profilingGroupName,
        contentType: 'application/json',
        agentProfile: await recorded(`python/python-regex-compile.${name}`, start + minute),
      }),
    )
  }
  await makeReports()

  await t.test('GetRecommendations, in every locale', async () => {
    const locales = 'de-DE en-GB en-US es-ES fr-FR it-IT ja-JP ko-KR pt-BR zh-CN zh-TW'.split(' ')
    for (const locale of locales) {
      const found = await client.send(
        new GetRecommendationsCommand({ profilingGroupName: 'shop', startTime, endTime, locale }),
      )
      assert.equal(found.profilingGroupName, 'shop')
      assert.ok(found.profileStartTime! >= startTime && found.profileEndTime! <= endTime)
      assert.deepEqual(found.anomalies, [])
      const [recommendation, ...others] = found.recommendations!
      assert.deepEqual(others, [])
      const { pattern, topMatches, allMatchesCount, allMatchesSum } = recommendation!
      assert.equal(pattern!.name, 'Regular expressions are compiled over and over')
      assert.ok(pattern!.resolutionSteps!.length > 50 && pattern!.description!.length > 50)
      assert.ok(recommendation!.startTime instanceof Date && recommendation!.endTime instanceof Date)
      assert.ok(allMatchesSum! > pattern!.thresholdPercent! && allMatchesSum! <= 100)
      assert.ok(allMatchesCount! >= topMatches!.length && topMatches!.length > 0)
      assert.ok(topMatches![0]!.thresholdBreachValue! <= allMatchesSum!)
    }
    const unknown = { profilingGroupName: 'shop', startTime, endTime, locale: 'tlh' }
    await assert.rejects(client.send(new GetRecommendationsCommand(unknown)), ValidationException)
  })

  await t.test('an address leads through the profile that GetProfile answers for the same time', async () => {
    const range = { profilingGroupName: 'shop', startTime, endTime }
    const { recommendations } = await client.send(new GetRecommendationsCommand(range))
    const { pattern, topMatches } = recommendations![0]!
    const { profile } = await client.send(new GetProfileCommand({ ...range, accept: 'application/json' }))
    const { callgraph } = JSON.parse(Buffer.from(profile!).toString()) as ProfileBody
    for (const { frameAddress, targetFramesIndex } of topMatches!) {
      let [name, node]: [string, CallNode] = ['', callgraph]
      for (const place of frameAddress!.split('/'))
        [name, node] = Object.entries(node.children!)[Number(place)]!
      assert.equal(name, pattern!.targetFrames![targetFramesIndex!]!.at(-1))
    }
  })

  await t.test('ListFindingsReports and GetFindingsReportAccountSummary, page by page', async () => {
    const listed = async (profilingGroupName: string, dailyReportsOnly?: boolean) => {
      const range = { startTime: new Date(start - 24 * hour), endTime: new Date(start + 24 * hour) }
      const input = {
        profilingGroupName,
        ...range,
        ...(dailyReportsOnly !== undefined && { dailyReportsOnly }),
      }
      const pages = paginateListFindingsReports({ client, pageSize: 1 }, input)
      return (await Array.fromAsync(pages)).flatMap((page) => page.findingsReportSummaries!)
    }
    const reports = await listed('stock')
    const [report] = await listed('shop')
    assert.deepEqual(
      [report!.profileStartTime, report!.profileEndTime, report!.totalNumberOfFindings],
      [startTime, endTime, 1],
    )
    assert.match(report!.id!, /^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/)
    assert.deepEqual(await listed('shop', false), [report])
    assert.ok((await listed('shop', true)).every(({ id }) => id !== report!.id))
    const pages = paginateGetFindingsReportAccountSummary(
      { client, pageSize: 1 },
      { dailyReportsOnly: false },
    )
    const summaries = (await Array.fromAsync(pages)).flatMap((page) => page.reportSummaries!)
    assert.deepEqual(summaries, [report, reports[0]])
    assert.equal(reports[0]!.totalNumberOfFindings, 0)
    const gone = { profilingGroupName: 'gone', startTime, endTime }
    await assert.rejects(paginateListFindingsReports({ client }, gone).next(), ResourceNotFoundException)
  })

  await t.test('wick findings: patterns are tried, added, listed and removed', async () => {
    const file = join(directory, 'pattern.json')
    const pattern = {
      ...{ id: 'shop-search', name: 'Searching', why: 'It is slow.', resolutionSteps: 'Do not.' },
      ...{ targetFrames: [['*:compiled_for_each']], countersToAggregate: ['RUNNABLE'], thresholdPercent: 1 },
    }
    const wickFindings = (...args: string[]): Promise<Ended> =>
      ended(runWick(['findings', ...args, '--data', directory]))
    const times = ['--from', startTime.toISOString(), '--to', endTime.toISOString()]
    await writeFile(file, JSON.stringify(pattern))

    const tried = await wickFindings('try', file, '--group', 'shop', ...times)
    assert.equal(tried.exitCode, 0, tried.stderr)
    assert.match(
      tried.stdout,
      /^Searching \(shop-search\)\n {2}\d+\.\d % of the samples in RUNNABLE; no price\n {2}at 1 place/m,
    )
    const nowhere = await wickFindings('try', file, '--group', 'stock', ...times)
    assert.match(nowhere.stdout, /samples of threads at work: nothing is found\.\n$/)
    const never = await wickFindings(
      'try',
      file,
      '--group',
      'shop',
      '--from',
      '2026-01-01T00:00:00Z',
      '--to',
      '2026-01-02T00:00:00Z',
    )
    assert.equal(never.stdout, 'There is no profile in that time.\n')

    assert.equal((await wickFindings('patterns', 'add', file, '--group', 'shop')).exitCode, 0)
    const own = await wickFindings('patterns', 'list', '--own', '--group', 'shop')
    assert.equal(own.stdout, 'shop-search (group, from 1 %): Searching\n')
    assert.equal((await wickFindings('patterns', 'list', '--own')).stdout, '')
    assert.match(
      (await wickFindings('patterns', 'list')).stdout,
      /^python-regex-compile \(wick, from 1 %\): /m,
    )
    const all = JSON.parse((await wickFindings('list', '--group', 'shop', '--json', ...times)).stdout)
    const ids = all.recommendations.map((one: { pattern: { id: string } }) => one.pattern.id)
    assert.deepEqual(ids.sort(), ['python-regex-compile', 'shop-search'])
    assert.equal((await wickFindings('patterns', 'remove', 'shop-search', '--group', 'shop')).exitCode, 0)
    const twice = await wickFindings('patterns', 'remove', 'shop-search', '--group', 'shop')
    assert.equal(twice.exitCode, 1)
    assert.match(twice.stderr, /'shop' has no pattern 'shop-search' of its own/)

    for (const [text, problem] of [
      ['{', /is not JSON/],
      ['[]', /one pattern, a JSON object/],
      [JSON.stringify({ ...pattern, targetFrames: [['*']] }), /targetFrames\[0\]: is too broad/],
      [JSON.stringify({ ...pattern, id: 'Shop' }), /id: lower case letters/],
      [
        JSON.stringify({ ...pattern, countersToAggregate: ['CPU'] }),
        /countersToAggregate\[0\]: must be one of/,
      ],
    ] as const) {
      await writeFile(file, text)
      for (const words of [['try'], ['patterns', 'add']]) {
        const refused = await wickFindings(...words, file, '--group', 'shop')
        assert.deepEqual([refused.exitCode, refused.stdout], [1, ''], text)
        assert.match(refused.stderr, problem)
      }
    }
    assert.equal((await wickFindings('try', '--group', 'shop')).exitCode, 2)
    assert.equal((await wickFindings('try', file, '--group', 'shop', '--from', 'yesterday')).exitCode, 2)
  })

  await client.send(new DeleteProfilingGroupCommand({ profilingGroupName: 'shop' }))
  const left = await client.send(
    new GetRecommendationsCommand({ profilingGroupName: 'stock', startTime, endTime }),
  )
  assert.deepEqual(left.recommendations, [])
})
