import { readFile } from 'node:fs/promises'
import type { NamedPolicy } from '../access/access-request.ts'
import { parsePolicy } from '../access/parse-policy.ts'
import { StartupError } from '../startup-error.ts'

/**
 * The policy of a listener: whatever comes through it must be allowed there as well, whoever asks. It gives nobody anything.
 *
 * @throws StartupError where the file does not hold a policy, with each line and reason
 */
export async function readEndpointPolicy(listener: string, file: string): Promise<NamedPolicy> {
  const parsed = parsePolicy(await textOf(file), 'endpoint')
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
