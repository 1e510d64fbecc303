import { AuditUnavailable, appendQueue } from './append-queue.ts'
import type { AuditEvent } from './event.ts'
import { draftOf } from './record.ts'
import { rollUps } from './roll-ups.ts'

/** Where calls are recorded. */
export interface AuditTrail {
  /**
   * Records a call; durable when this resolves. Allowed calls of agents are only counted (unless each is to be
   * recorded), and so are the further ones of a stranger within a minute: strangers cannot fill the disk. On a full disk
   * what changes nothing is answered all the same; its record is owed, and written once there is room.
   *
   * @throws ApiError ServiceUnavailableException: the call must not be answered as if nothing were
   */
  record(event: AuditEvent): Promise<void>
  /** Records what was counted in minutes that are over; to be called every second or so. */
  flush(at: number): Promise<void>
  /** Records all that was counted. */
  close(at: number): Promise<void>
}

export interface AuditTrailOptions {
  readonly append: (drafts: readonly string[]) => Promise<void>
  /** Whether each call of an agent is recorded. */
  readonly isEachRecorded: boolean
  /** Told when records cannot be written. */
  readonly onFailure: (error: Error) => void
}

const maxAgentKinds = 20_000
/** So many kinds of strangers are told apart in one minute; the others are one. */
const maxStrangerKinds = 100
const maxOwed = 20_000
const flushBatch = 256
/** Whoever follows the trail asks all the time: a record of each question would be an answer to the next. */
const followingCall = 'GetAuditRecords'

/** Refusals that come by thousands when there is too much to do; IAM's and STS's words are others. */
const overload = ['ServiceUnavailableException', 'ServiceUnavailable', 'ThrottlingException', 'Throttling']

export function auditTrail({ append, isEachRecorded, onFailure }: AuditTrailOptions): AuditTrail {
  const queue = appendQueue(append, onFailure)
  const agents = rollUps(maxAgentKinds)
  const strangers = rollUps(maxStrangerKinds + 1)
  /** Kinds of strangers that have a record in the current minute. */
  let met = new Set<string>()
  let metIn = 0
  /** Summed up, and not written yet. */
  let owed: AuditEvent[] = []

  const recordStranger = async (event: AuditEvent): Promise<void> => {
    const minute = Math.floor(event.at / 60_000)
    if (minute !== metIn) {
      met = new Set()
      metIn = minute
    }
    const key = kindOfStranger(event)
    if (!met.has(key) && met.size < maxStrangerKinds) {
      met.add(key)
      return queue.append(draftOf(event))
    }
    // What is owed is bounded, too: while nothing can be written, nobody is answered.
    if (owed.length >= maxOwed) throw new AuditUnavailable()
    if (met.has(key)) strangers.add(key, event)
    else strangers.add('', someStranger(event))
  }

  const writeOwed = async (at: number): Promise<void> => {
    while (owed.length > 0) {
      const batch = owed.slice(0, flushBatch)
      await append(batch.map((event) => draftOf({ ...event, at })))
      owed = owed.slice(batch.length)
    }
  }
  let writing: Promise<void> = Promise.resolve()
  /** One after another: none may write what another one is writing. */
  const write = (at: number): Promise<void> => {
    writing = writing.then(() => writeOwed(at)).catch(onFailure)
    return writing
  }

  return {
    record: async (event) => {
      if (event.caller.kind === 'unknown' && event.error !== null) return recordStranger(event)
      const isCounted =
        event.error === null
          ? (event.isData && !isEachRecorded) || event.name === followingCall
          : overload.includes(event.error.code)
      if (isCounted && owed.length < maxOwed && agents.add(kindOfAgent(event), countedEvent(event))) return
      try {
        await queue.append(draftOf(event))
      } catch (error) {
        const isForWantOfRoom = error instanceof AuditUnavailable && error.isForWantOfRoom
        if (!isForWantOfRoom || !event.isReadOnly || owed.length >= maxOwed) throw error
        owed.push(event)
      }
    },
    flush: (at) => {
      owed.push(...agents.takeBefore(at), ...strangers.takeBefore(at))
      return owed.length === 0 ? writing : write(at)
    },
    close: (at) => {
      owed.push(...agents.takeAll(), ...strangers.takeAll())
      return write(at)
    },
  }
}

function kindOfAgent({ caller, name, sourceAddress, resources, error }: AuditEvent): string {
  const who = caller.kind === 'unknown' ? '' : `${caller.arn} ${caller.accessKeyId}`
  return [name, sourceAddress, error?.code, resources[0], who].join('\n')
}

/** What is not the same in all of them is left out. */
function countedEvent(event: AuditEvent): AuditEvent {
  const { profilingGroupName } = (event.parameters ?? {}) as { profilingGroupName?: unknown }
  return { ...event, parameters: { profilingGroupName } }
}

function kindOfStranger({ caller, name, sourceAddress, error }: AuditEvent): string {
  return [name, sourceAddress, error?.code, caller.kind === 'unknown' ? caller.accessKeyId : ''].join('\n')
}

/** Beyond the kinds that are told apart. */
function someStranger(event: AuditEvent): AuditEvent {
  return {
    ...event,
    name: 'Several',
    sourceAddress: 'several',
    userAgent: null,
    parameters: null,
    resources: [],
    caller: { kind: 'unknown', accessKeyId: null, name: null },
    error: { code: 'Several', message: 'Further calls without a known identity, more than are told apart.' },
  }
}
