import type { FrameSequence } from './pattern.ts'
import { PatternMatcher } from './pattern-matcher.ts'
import { treeOfPaths } from './tree-of-paths.ts'

/**
 * Call paths as every program of a language has them: how it starts, how it serves, and a function of its own at the end. A
 * pattern that matches one of them matches nearly everything, whatever its frames look like.
 */
const everydayStacks: readonly (readonly string[])[] = [
  ['org.acme.shop.Main.main', 'org.acme.shop.Orders.total'],
  [
    'java.lang.Thread.run',
    'java.lang.Thread.runWith',
    'java.util.concurrent.ThreadPoolExecutor$Worker.run',
    'java.util.concurrent.ThreadPoolExecutor.runWorker',
    'java.util.concurrent.FutureTask.run',
    'java.util.concurrent.Executors$RunnableAdapter.call',
    'org.acme.shop.Orders.total',
  ],
  [
    'java.lang.Thread.run',
    'org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run',
    'org.springframework.web.servlet.DispatcherServlet.doDispatch',
    'org.acme.shop.Orders.total',
  ],
  [
    '<frozen runpy>:_run_module_as_main',
    '<frozen runpy>:_run_code',
    'shop.__main__:<module>',
    'shop.__main__:main',
    'shop.orders:Orders:total',
  ],
  ['shop:<module>', 'shop.orders:total'],
  [
    'threading:Thread:_bootstrap',
    'threading:Thread:_bootstrap_inner',
    'threading:Thread:run',
    'concurrent.futures.thread:_worker',
    'concurrent.futures.thread:_WorkItem:run',
    'shop.orders:Orders:total',
  ],
  [
    'asyncio.runners:run',
    'asyncio.runners:Runner:run',
    'asyncio.base_events:BaseEventLoop:run_until_complete',
    'asyncio.base_events:BaseEventLoop:run_forever',
    'asyncio.base_events:BaseEventLoop:_run_once',
    'asyncio.events:Handle:_run',
    'shop.orders:total',
  ],
  ['node:internal/main/run_main_module:<module>', 'shop/src/main.js:<module>', 'shop/src/orders.js:total'],
  [
    'node:internal/process/task_queues:processTicksAndRejections',
    'shop/src/orders.js:(anonymous 12:5)',
    'shop/src/orders.js:total',
  ],
  ['node:internal/timers:processTimers', 'node:internal/timers:listOnTimeout', 'shop/src/orders.js:total'],
  ['node:_http_server:parserOnIncoming', 'node:events:emit', 'shop/src/orders.js:total'],
]

/** The everyday call path that a sequence matches, as text; null where there is none. */
export function everydayMatch(sequence: FrameSequence): string | null {
  const matcher = new PatternMatcher([{ targetFrames: [sequence], notUnder: [] }])
  for (const stack of everydayStacks) {
    if (matcher.match(treeOfPaths([stack])).length > 0) return stack.join(' → ')
  }
  return null
}
