import { resolve } from 'node:path'
import type { RunningServer } from '@wick/server'
import { readConfig } from './read-config.ts'

/** Stops a server at the first SIGTERM or SIGINT, and the process at the second. @returns the exit code */
export async function untilStopped(
  server: RunningServer,
  cleanUp: () => Promise<void> = async () => {},
): Promise<number> {
  let signals = 0
  const stop = async (): Promise<void> => {
    if (++signals > 1) process.exit(1)
    await cleanUp()
    await server.stop()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const { exitCode } = await server.stopped
  return exitCode
}

export const serve = {
  help: async (): Promise<string> => {
    const { settingsHelp } = await import('@wick/server')
    return [
      'wick serve --data DIR [flags]',
      '',
      '  Runs the server. The first start on an empty DIR makes what it needs there: a certificate authority,',
      '  an administrator (DIR/credentials, profile wick-admin) and a master key. SIGTERM drains and stops.',
      '',
      settingsHelp(),
    ].join('\n')
  },

  run: async (args: readonly string[]): Promise<number> => {
    const config = await readConfig(args, process.env)
    if (config === null) return 2
    const { startServer } = await import('@wick/server')
    const server = await startServer(config)
    // Before the line: whoever reads it may send a signal at once.
    const stopped = untilStopped(server)
    // From a terminal, where it means that the terminal is gone, it goes on ending the server.
    if (!process.stdin.isTTY) process.on('SIGHUP', () => void server.reload())
    process.stdout.write(`wick: listening on ${server.url}\n`)
    for (const { name, url } of server.furtherListeners) console.error(`wick: ${name} listens on ${url}`)
    const directory = resolve(config.dataDirectory)
    console.error(`wick: the administrator's key is in ${directory}/credentials, profile wick-admin`)
    console.error(`wick: open the console with: wick console --data ${config.dataDirectory}`)
    return stopped
  },
}
