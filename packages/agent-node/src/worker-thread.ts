/** The agent in a worker of the program: samples, and sends its slices to the reporter. */
import { BroadcastChannel, threadId } from 'node:worker_threads'
import type { FromSampled, ToSampled, WorkerData } from './messages.ts'
import { SampledThread } from './sampled-thread.ts'
import { Sampler } from './sampler.ts'

/** Whatever fails here, fails silently: the worker is not profiled, and the main thread is. */
export function joinAgent({ channelName, intervalMicros, heapAllocations, heapSummary }: WorkerData): void {
  const channel = new BroadcastChannel(channelName) as BroadcastChannel & { unref(): void }
  channel.unref()
  const thread = new SampledThread({
    threadId,
    sampler: new Sampler(),
    heapAllocations,
    heapSummary,
    send: (message) => channel.postMessage(message),
    onState: () => {},
  })
  channel.onmessage = (event) => {
    const message = (event as { data: FromSampled | ToSampled }).data
    if (message.kind === 'sample' || message.kind === 'cut') thread.receive(message)
  }
  if (intervalMicros > 0) thread.start(intervalMicros)
  process.on('exit', () => thread.finish())
}
