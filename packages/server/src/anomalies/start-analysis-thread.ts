import { Worker } from 'node:worker_threads'
import { connect } from '../threads/rpc.ts'
import type { Analyst, AnalystOptions } from './analyst.ts'

/** An analyst in a thread of its own, which is started when it is first asked. When it dies, the next question starts another. */
export function startAnalysisThread(options: AnalystOptions): {
  readonly analyst: Analyst
  close(): Promise<void>
} {
  let connection: ReturnType<typeof connect<Analyst>> | null = null
  const current = (): Analyst => {
    if (connection === null) {
      const worker = new Worker(new URL('./analysis-thread.ts', import.meta.url), { workerData: options })
      connection = connect<Analyst>(worker)
      worker.on('exit', () => {
        connection = null
      })
    }
    return connection.api
  }
  return {
    analyst: {
      lastHour: (group) => current().lastHour(group),
      addHour: (group, hour) => current().addHour(group, hour),
      explain: (group, question) => current().explain(group, question),
      keepOnly: (groupIds) => current().keepOnly(groupIds),
    },
    close: async () => {
      await connection?.terminate()
    },
  }
}
