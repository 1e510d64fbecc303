import { Worker } from 'node:worker_threads'
import { connect } from '../threads/rpc.ts'
import type { Analyst, AnalystOptions } from './analyst.ts'

/** Somebody who asks about one group after the other asks again within this. */
const standardIdleMilliseconds = 30_000

/**
 * An analyst in a thread of its own, which is there while it is asked: once an hour for each group. Its heap and what it
 * knows of a group are a tenth of a small server's memory. When it dies, the next question starts another.
 */
export function startAnalysisThread(
  options: AnalystOptions,
  idleMilliseconds = standardIdleMilliseconds,
): {
  readonly analyst: Analyst
  close(): Promise<void>
} {
  let connection: ReturnType<typeof connect<Analyst>> | null = null
  let asked = 0
  let idle: NodeJS.Timeout | undefined
  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const ending = connection
    connection = null
    await ending?.terminate()
  }
  const start = (): ReturnType<typeof connect<Analyst>> => {
    const worker = new Worker(new URL('./analysis-thread.ts', import.meta.url), { workerData: options })
    const started = connect<Analyst>(worker)
    worker.on('exit', () => {
      if (connection === started) connection = null
    })
    return started
  }
  const ask = async <T>(question: (analyst: Analyst) => Promise<T>): Promise<T> => {
    clearTimeout(idle)
    asked++
    connection ??= start()
    try {
      return await question(connection.api)
    } finally {
      asked--
      if (asked === 0) idle = setTimeout(end, idleMilliseconds).unref()
    }
  }
  return {
    analyst: {
      lastHour: (group) => ask((analyst) => analyst.lastHour(group)),
      addHour: (group, hour) => ask((analyst) => analyst.addHour(group, hour)),
      explain: (group, question) => ask((analyst) => analyst.explain(group, question)),
    },
    close: end,
  }
}
