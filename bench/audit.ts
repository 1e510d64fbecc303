/**
 * What audit records cost: to count a call of an agent, to append one of another call, to make a digest with its files,
 * to verify all of it.
 *
 *     node bench/audit.ts [RECORDS]     300,000 unless told otherwise; about 1 KB each, in a temporary directory
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDigestChain } from '../packages/server/src/audit/digest-chain.ts'
import { trailFiles } from '../packages/server/src/audit/digest-files.ts'
import type { AuditEvent } from '../packages/server/src/audit/event.ts'
import { draftOf } from '../packages/server/src/audit/record.ts'
import { auditTrail } from '../packages/server/src/audit/trail.ts'
import { verifyEvidence } from '../packages/server/src/audit/verify-evidence.ts'
import { envelope } from '../packages/server/src/identity/envelope.ts'
import { openDatabase } from '../packages/server/src/storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../packages/server/src/storage/sqlite/sqlite-catalog.ts'
import { startCatalogThread } from '../packages/server/src/storage/sqlite/start-catalog-thread.ts'

const records = Number(process.argv[2] ?? 300_000)
const batch = 250
const counted = 200_000

const event: AuditEvent = {
  ...{ at: Date.now(), requestId: 'e'.repeat(36), source: 'codeguru-profiler.amazonaws.com' },
  ...{ name: 'PostAgentProfile', type: 'AwsApiCall', region: 'us-east-1', sourceAddress: '10.0.0.1' },
  caller: {
    ...{ kind: 'user', id: 'AIDAEXAMPLE', arn: 'arn:aws:iam::000000000000:user/agent' },
    ...{ accountId: '000000000000', name: 'agent', accessKeyId: 'AKIAEXAMPLE', session: null },
  },
  userAgent: 'aws-sdk '.repeat(15),
  parameters: { profilingGroupName: 'orders', profileToken: 'token' },
  response: null,
  resources: ['arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders'],
  ...{ error: null, isReadOnly: false, isData: true, recipientAccountId: '000000000000' },
  ...{ tls: null, additional: {} },
}

async function measured(what: string, count: number, action: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await action()
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - start) / 1000
  const line = { bench: 'audit', what, count, seconds, cpuMicrosecondsEach: (user + system) / count }
  console.log(JSON.stringify(line))
}

const sizeOf = (file: string): number => statSync(file).size
const directory = mkdtempSync(join(tmpdir(), 'wick-bench-audit-'))
const catalog = sqliteCatalog(openDatabase(join(directory, 'catalog.db')))
const sealer = envelope(new Uint8Array(32))
const digests = await openDigestChain({ log: catalog, sealer, files: trailFiles(directory) }, Date.now())
const trail = auditTrail({
  append: (drafts) => catalog.appendRecords(drafts),
  isEachRecorded: false,
  onFailure: (error) => console.error(error.message),
})
try {
  await measured('count', counted, async () => {
    for (let i = 0; i < counted; i++) await trail.record(event)
  })
  await measured('append', records, async () => {
    for (let i = 0; i < records; i += batch)
      await catalog.appendRecords(Array.from({ length: Math.min(batch, records - i) }, () => draftOf(event)))
  })
  const database = sizeOf(join(directory, 'catalog.db'))
  await measured('digest', records, async () => void (await digests.cut(Date.now())))
  const files = trailFiles(directory)
  await catalog.close()
  // As the command does it: the database in a thread of its own.
  const log = await startCatalogThread(join(directory, 'catalog.db'))
  await measured('verify', records, async () => {
    const evidence = { log, files, keys: digests.publicKeys(), outside: null, noted: null, isRunning: false }
    const verdict = await verifyEvidence(evidence)
    const [problem] = verdict.problems
    if (problem !== undefined || verdict.records !== records) throw new Error(problem?.what ?? 'too few')
  })
  await log.close()
  const names = readdirSync(files.records)
  const packed = names.reduce((sum, name) => sum + sizeOf(join(files.records, name)), 0)
  const bytes = { catalogBytesEach: database / records, fileBytesEach: packed / records }
  console.log(JSON.stringify({ bench: 'audit', what: 'size', count: records, ...bytes }))
} finally {
  await catalog.close()
  rmSync(directory, { recursive: true })
}
