/** AWS's own clients behind one call: the name of an operation and its parameters as the service model has them. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as sdk from '@aws-sdk/client-codeguruprofiler'
import { type Parameters, RefusedCall, words } from './aws-clients.ts'
import { startBoto3 } from './boto3.ts'
import { pythonPrograms } from './python.ts'
import { sdkClient } from './sdk-client.ts'
import type { Wick } from './wick.ts'

export type { Parameters }

/** Times are ISO-8601 text in the parameters; the profile of GetProfile is text in the answer. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are the service model's, and each test looks at its part
export type ApiAnswer = any

export interface ApiClient {
  readonly name: string
  /** @throws RefusedCall */
  call(operation: string, parameters?: Parameters): Promise<ApiAnswer>
  close(): void
}

export function apiClients(wick: Wick): readonly ApiClient[] {
  return [boto3Client(wick), commandLineClient(wick), javascriptClient(wick)]
}

function boto3Client(wick: Wick): ApiClient {
  const boto3 = startBoto3(wick)
  return {
    name: 'boto3',
    call: async (operation, parameters = {}) => {
      try {
        const answer = await boto3.call(words(operation).join('_'), parameters)
        const profile = answer.profile?.base64
        return profile === undefined
          ? answer
          : { ...answer, profile: Buffer.from(profile, 'base64').toString() }
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        throw code === undefined ? error : new RefusedCall(code, message)
      }
    },
    close: () => boto3.close(),
  }
}

/** The AWS CLI, which wants blobs in files. */
function commandLineClient({ awsEnvironment, directory }: Wick): ApiClient {
  const inFile = join(directory, 'posted-by-cli')
  const outFile = join(directory, 'got-by-cli')
  const run = (args: readonly string[]): Promise<{ output: string; errors: string; failed: boolean }> =>
    new Promise((done) => {
      const env = { ...awsEnvironment, PATH: `${pythonPrograms}:${awsEnvironment.PATH}` }
      execFile('aws', ['codeguruprofiler', ...args], { env }, (error, output, errors) =>
        done({ output, errors, failed: error !== null }),
      )
    })
  return {
    name: 'the AWS CLI',
    call: async (operation, { agentProfile, ...parameters } = {}) => {
      if (agentProfile !== undefined) await writeFile(inFile, String(agentProfile))
      // What a command writes to is a positional argument, and a file of parameters cannot stand beside one.
      const given =
        operation === 'GetProfile'
          ? Object.entries(parameters).flatMap(([key, value]) => [flag(key), String(value)])
          : ['--cli-input-json', JSON.stringify(parameters)]
      const { output, errors, failed } = await run([
        words(operation).join('-'),
        ...given,
        ...(agentProfile === undefined ? [] : ['--agent-profile', `fileb://${inFile}`]),
        ...(operation === 'GetProfile' ? [outFile] : []),
      ])
      if (failed) throw new RefusedCall(/\((\w+)\) when calling/.exec(errors)?.[1] ?? 'unknown', errors)
      const answer = output === '' ? {} : JSON.parse(output)
      return operation === 'GetProfile' ? { ...answer, profile: await readFile(outFile, 'utf8') } : answer
    },
    close: () => {},
  }
}

function javascriptClient(wick: Wick): ApiClient {
  const client = sdkClient(wick)
  const commands = sdk as unknown as Record<string, new (input: unknown) => sdk.ListProfilingGroupsCommand>
  return {
    name: 'the SDK for JavaScript',
    call: async (operation, parameters = {}) => {
      const input = Object.entries(parameters).map(([key, value]) => [key, asTyped(key, value)])
      try {
        const answer: ApiAnswer = await client.send(
          new commands[`${operation}Command`]!(Object.fromEntries(input)),
        )
        const { profile } = answer
        return profile === undefined ? answer : { ...answer, profile: Buffer.from(profile).toString() }
      } catch (error) {
        if (error instanceof sdk.CodeGuruProfilerServiceException)
          throw new RefusedCall(error.name, error.message)
        throw error
      }
    },
    close: () => client.destroy(),
  }
}

function asTyped(key: string, value: unknown): unknown {
  if (key.endsWith('Time')) return new Date(String(value))
  return key === 'agentProfile' ? Buffer.from(String(value)) : value
}

/** `startTime` → `--start-time` */
function flag(parameter: string): string {
  return `--${words(parameter[0]!.toUpperCase() + parameter.slice(1)).join('-')}`
}
