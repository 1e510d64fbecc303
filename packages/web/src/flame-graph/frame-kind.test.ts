import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FrameKind, guessKind } from './frame-kind.ts'

const cases: readonly (readonly [name: string, file: string, kind: FrameKind])[] = [
  ['orders:Pricing:total', '/srv/app/orders.py', 'mine'],
  ['demo:<lambda>', 'demo.py', 'mine'],
  ['threading:Thread:run', '/usr/lib/python3.11/threading.py', 'runtime'],
  ['<frozen runpy>:_run_code', '<frozen runpy>', 'runtime'],
  ['<Sleep>', '', 'runtime'],
  [
    'requests.sessions:Session:send',
    '/srv/venv/lib/python3.12/site-packages/requests/sessions.py',
    'dependency',
  ],
  ['yaml:load', '/usr/lib/python3/dist-packages/yaml/__init__.py', 'dependency'],
  [
    'codeguru_profiler_agent.sampler:Sampler:sample',
    '/opt/agent/codeguru_profiler_agent/sampler.py',
    'dependency',
  ],
  ['com.example.orders.OrderService.price', 'OrderService.java', 'mine'],
  ['java.util.regex.Pattern.matcher', 'Pattern.java', 'runtime'],
  ['javax.crypto.Cipher.doFinal', '', 'runtime'],
  ['jdk.internal.misc.Unsafe.park', '', 'runtime'],
  ['sun.nio.ch.EPoll.wait', '', 'runtime'],
  ['org.springframework.web.servlet.DispatcherServlet.doDispatch', '', 'dependency'],
  ['com.fasterxml.jackson.databind.ObjectMapper.readValue', '', 'dependency'],
  ['handleRequest', '/srv/app/src/server.js', 'mine'],
  ['processTicksAndRejections', 'node:internal/process/task_queues', 'runtime'],
  ['(garbage collector)', '', 'runtime'],
  ['next', '/srv/app/node_modules/express/lib/router/index.js', 'dependency'],
  ['memcpy', '/lib/x86_64-linux-gnu/libc.so.6', 'runtime'],
  ['', '', 'mine'],
]

for (const [name, file, kind] of cases) {
  test(`${name || 'a frame without a name'} in ${file || 'no file'} is ${kind}`, () => {
    assert.equal(guessKind(name, file), kind)
  })
}
