import type { FrameSequence } from './pattern.ts'
import { PatternMatcher } from './pattern-matcher.ts'
import { treeOfPaths } from './tree-of-paths.ts'

/**
 * Call paths as every program of a language has them: how it starts, how it serves, and a function of its own at the end. A
 * pattern that matches one of them matches nearly everything, whatever its frames look like. The function's name is one that
 * nobody has: a pattern for somebody's own functions is as narrow as they are.
 */
const everydayStacks: readonly (readonly string[])[] = [
  ['org.wickeveryday.Main.main', 'org.wickeveryday.Program.work'],
  [
    'java.lang.Thread.run',
    'java.lang.Thread.runWith',
    'java.util.concurrent.ThreadPoolExecutor$Worker.run',
    'java.util.concurrent.ThreadPoolExecutor.runWorker',
    'java.util.concurrent.FutureTask.run',
    'java.util.concurrent.Executors$RunnableAdapter.call',
    'org.wickeveryday.Program.work',
  ],
  [
    'java.lang.Thread.run',
    'org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run',
    'org.springframework.web.servlet.DispatcherServlet.doDispatch',
    'org.wickeveryday.Program.work',
  ],
  [
    '<frozen runpy>:_run_module_as_main',
    '<frozen runpy>:_run_code',
    'wickeveryday.__main__:<module>',
    'wickeveryday.__main__:main',
    'wickeveryday.program:Program:work',
  ],
  ['wickeveryday:<module>', 'wickeveryday.program:work'],
  [
    'threading:Thread:_bootstrap',
    'threading:Thread:_bootstrap_inner',
    'threading:Thread:run',
    'concurrent.futures.thread:_worker',
    'concurrent.futures.thread:_WorkItem:run',
    'wickeveryday.program:Program:work',
  ],
  [
    'asyncio.runners:run',
    'asyncio.runners:Runner:run',
    'asyncio.base_events:BaseEventLoop:run_until_complete',
    'asyncio.base_events:BaseEventLoop:run_forever',
    'asyncio.base_events:BaseEventLoop:_run_once',
    'asyncio.events:Handle:_run',
    'wickeveryday.program:work',
  ],
  [
    'node:internal/main/run_main_module:<module>',
    'wickeveryday/src/main.js:<module>',
    'wickeveryday/src/program.js:work',
  ],
  [
    'node:internal/process/task_queues:processTicksAndRejections',
    'wickeveryday/src/program.js:(anonymous 12:5)',
    'wickeveryday/src/program.js:work',
  ],
  [
    'node:internal/timers:processTimers',
    'node:internal/timers:listOnTimeout',
    'wickeveryday/src/program.js:work',
  ],
  ['node:_http_server:parserOnIncoming', 'node:events:emit', 'wickeveryday/src/program.js:work'],
]

/** The everyday call path that a sequence matches, as text; null where there is none. */
export function everydayMatch(sequence: FrameSequence): string | null {
  const matcher = new PatternMatcher([{ targetFrames: [sequence], notUnder: [] }])
  for (const stack of everydayStacks) {
    if (matcher.match(treeOfPaths([stack])).length > 0) return stack.join(' → ')
  }
  return null
}
