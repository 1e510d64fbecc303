/** The process's memory is measured for each request. */
import { hasProblem, repeat } from './support/load.mjs'

let known = process.memoryUsage().rss
setInterval(() => {
  known = process.memoryUsage().rss
}, 1000).unref()

await repeat(hasProblem ? () => process.memoryUsage().rss : () => known)
