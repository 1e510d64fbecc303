/** The agent in a worker of the program: samples, and sends its slices to the reporter. */
import { BroadcastChannel, threadId } from 'node:worker_threads'
import type { FromSampled, ToSampled, WorkerData } from './messages.ts'
import { SampledThread } from './sampled-thread.ts'
import { Sampler } from './sampler.ts'

/** Whatever fails here, fails silently: the worker is not profiled, and the main thread is. */
export function joinAgent(data: WorkerData): void {
  const { ordersChannel, slicesChannel, intervalMicros, heapAllocations, heapSummary } = data
  const orders = new BroadcastChannel(ordersChannel) as BroadcastChannel & { unref(): void }
  orders.unref()
  const thread = new SampledThread({
    threadId,
    sampler: new Sampler(),
    heapAllocations,
    heapSummary,
    send: (message) => handOver(slicesChannel, message),
    onState: () => {},
  })
  orders.onmessage = (event) => thread.receive((event as { data: ToSampled }).data)
  if (intervalMicros > 0) thread.start(intervalMicros)
  process.on('exit', () => thread.finish())
}

/** Through a channel that is open for that alone: to one that stays open all other workers would send their slices as well. */
function handOver(slicesChannel: string, message: FromSampled): void {
  const slices = new BroadcastChannel(slicesChannel)
  slices.postMessage(message)
  slices.close()
}
