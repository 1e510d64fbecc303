import type { ChainHead } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'
import type { TrailFiles } from './digest-files.ts'
import type { PublicKey } from './signing-key.ts'
import { keysOutside, verifyDigests } from './verify-digests.ts'
import { type TrailProblem, type TrailVerdict, verifyTrail } from './verify-trail.ts'

export interface Evidence {
  readonly log: Pick<AuditLog, 'recordsAfter' | 'auditHead' | 'auditStart' | 'auditDigests'>
  readonly files: TrailFiles
  /** Whose signatures count; those in the copy outside, where it has some, count instead. */
  readonly keys: readonly PublicKey[]
  /** The directory of a copy of the digests that lies elsewhere. */
  readonly outside: string | null
  /** A record's hash that was kept elsewhere. */
  readonly noted: ChainHead | null
  /** Whether a server goes on with it meanwhile. */
  readonly isRunning: boolean
}

export interface EvidenceVerdict extends Omit<TrailVerdict, 'problem'> {
  readonly digests: number
  /** The newest digest in the copy outside. */
  readonly outside: number | null
  /** What is not as it was written: of files all, of records the first. */
  readonly problems: readonly TrailProblem[]
}

const mostProblems = 1000

/** The whole proof: digests and files, then the chain of records against them. */
export async function verifyEvidence(evidence: Evidence): Promise<EvidenceVerdict> {
  const { log, files, outside, noted, isRunning } = evidence
  const pinned = outside === null ? [] : await keysOutside(outside)
  const { digests, marks, problems, ...copied } = await verifyDigests({
    ...{ files, outside, isRunning },
    rows: await log.auditDigests(),
    start: await log.auditStart(),
    keys: pinned.length > 0 ? pinned : evidence.keys,
  })
  const { problem, ...chain } = await verifyTrail(log, noted, marks)
  const all = problem === null ? problems : [...problems, problem]
  return { ...chain, digests, outside: copied.outside, problems: all.slice(0, mostProblems) }
}
