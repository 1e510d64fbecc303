/** The worker thread that judges profiles: nobody waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { serve } from '../threads/rpc.ts'
import { type AnalystOptions, analyst } from './analyst.ts'

serve(parentPort!, analyst(workerData as AnalystOptions))
