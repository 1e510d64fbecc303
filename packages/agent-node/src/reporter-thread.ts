/** The reporter's thread: wires its two ways to be talked to. */
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads'
import { Log } from './log.ts'
import type { FromSampled, ReporterData, ToSampled } from './messages.ts'
import { Reporter } from './reporter.ts'

const data = workerData as ReporterData
const port = parentPort!
const channel = new BroadcastChannel(data.channelName) as BroadcastChannel & { unref(): void }
const reporter = new Reporter(data, {
  log: new Log(data.settings.logLevel),
  environment: process.env,
  tellAll: (message: ToSampled) => {
    port.postMessage(message)
    channel.postMessage(message)
  },
})
channel.onmessage = (event) => {
  const message = (event as { data: FromSampled | ToSampled }).data
  if (message.kind === 'slice') reporter.receive(message)
}
port.on('message', (message: FromSampled) => reporter.receive(message))
port.postMessage({ kind: 'ready' } satisfies ToSampled)
void reporter.run()
