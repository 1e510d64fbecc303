import { readFile, stat } from 'node:fs/promises'
import type { NamedPolicy } from '../access/access-request.ts'
import { withKnownKeys } from '../access/known-keys.ts'
import { parsePolicy } from '../access/parse-policy.ts'
import { StartupError } from '../startup-error.ts'
import type { Log } from './log.ts'

/**
 * The policy of a listener: whatever comes through it must be allowed there as well, whoever asks. It gives nobody anything.
 */
export interface EndpointPolicy {
  /** As the file was when it could be used last. */
  readonly current: NamedPolicy
  /** Reads the file anew. What cannot be used changes nothing, and is logged. */
  reload(): Promise<void>
  close(): Promise<void>
}

const standardPeriod = 10_000

/**
 * Reads the policy, and looks every few seconds whether somebody has replaced it.
 *
 * @throws StartupError where the file does not hold a policy, with each line and reason
 */
export async function watchEndpointPolicy(
  listener: string,
  file: string,
  log: Log,
  periodMilliseconds = standardPeriod,
): Promise<EndpointPolicy> {
  let seen = await stateOf(file)
  let current = await readEndpointPolicy(listener, file)
  let running: Promise<void> = Promise.resolve()

  const reload = async (): Promise<void> => {
    seen = await stateOf(file)
    try {
      current = await readEndpointPolicy(listener, file)
      log({ level: 'info', event: 'endpoint-policy.reloaded', listener, file })
    } catch (error) {
      const { message } = error as Error
      log({ level: 'error', event: 'endpoint-policy.not-reloaded', listener, file, message })
    }
  }
  const look = async (): Promise<void> => {
    if ((await stateOf(file)) !== seen) await reload()
  }
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    running = running.then(step)
    return running
  }
  const timer = setInterval(() => void inTurn(look), periodMilliseconds)
  timer.unref()
  return {
    get current() {
      return current
    },
    reload: () => inTurn(reload),
    close: async () => {
      clearInterval(timer)
      await running
    },
  }
}

/** @throws StartupError */
export async function readEndpointPolicy(listener: string, file: string): Promise<NamedPolicy> {
  const parsed = withKnownKeys(parsePolicy(await textOf(file), 'endpoint'))
  if (parsed.kind === 'policy') return { name: file, policy: parsed.policy }
  const problems = parsed.problems.map(({ line, reason }) => `\n  line ${line}: ${reason}`)
  throw new StartupError(
    `The endpoint policy ${file} of the listener '${listener}' cannot be used:${problems.join('')}`,
  )
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw new StartupError(`The endpoint policy ${file} cannot be read: ${reason}.`)
  }
}

/** Changes whenever the file does. */
async function stateOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  return found === null ? 'none' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
}
