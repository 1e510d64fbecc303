/** A connection for each request: each has an agent of its own. */
import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { hasProblem, repeat } from './support/load.mjs'
import { startServer } from './support/server.mjs'

const url = await startServer()
const shared = new Agent({ keepAlive: true })

async function ask() {
  const agent = hasProblem ? new Agent() : shared
  return new Promise((done, failed) => {
    get(url, { agent }, (response) => done(text(response))).on('error', failed)
  })
}

await repeat(ask)
shared.destroy()
