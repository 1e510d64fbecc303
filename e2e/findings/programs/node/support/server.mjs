/** A server in a process of its own, which the agent of the program does not see. Run by itself it prints its port. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

/** @returns its address; it ends with the program */
export async function startServer() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { AWS_CODEGURU_PROFILER_ENABLED: 'false' },
  })
  const [port] = await once(child.stdout, 'data')
  for (const part of [child, child.stdin, child.stdout]) part.unref()
  return `http://127.0.0.1:${port}/price`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer((_, response) => response.end('{"price":17}'))
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}`))
  process.stdin.on('close', () => process.exit()).resume()
}
