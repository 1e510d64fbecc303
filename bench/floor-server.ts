/**
 * What no server that speaks HTTP in Node and checks signatures gets below: receives the body, hashes it, answers 204.
 *
 *     node bench/floor-server.ts
 */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  const hash = createHash('sha256')
  request.on('data', (chunk: Buffer) => hash.update(chunk))
  request.on('end', () => {
    hash.digest()
    response.writeHead(204).end()
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`floor: listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => process.exit(0))
