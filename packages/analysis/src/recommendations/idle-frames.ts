import type { FrameSequence } from './pattern.ts'

/**
 * Where a thread waits, by name. Only looked at where an agent does not tell states apart (WALL_TIME, as AWS's agent for
 * Python counts): elsewhere the state says it, and a busy call of such a function is no wait.
 */
export const idleFrames: readonly FrameSequence[] = [
  '<Sleep>',
  '<queue.get>',
  '(idle)',
  'threading:Condition:wait',
  'threading:Condition:wait_for',
  'threading:Event:wait',
  'threading:Thread:join',
  'threading:Thread:_wait_for_tstate_lock',
  'threading:Barrier:wait',
  'queue:*Queue:get',
  'selectors:*Selector:select',
  'multiprocessing.connection:wait',
  'multiprocessing.connection:*:poll',
  'multiprocessing.connection:*:_recv',
  'subprocess:Popen:wait',
  'subprocess:Popen:_wait',
  'subprocess:Popen:_try_wait',
  'concurrent.futures._base:wait',
  'concurrent.futures._base:Future:result',
  'socketserver:*:serve_forever',
  'socket:socket:accept',
].map((frame) => [frame])
