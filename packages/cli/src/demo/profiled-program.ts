import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { AdminClient } from '../admin-client.ts'
import type { DemoProgram } from './demo-programs.ts'

const run = promisify(execFile)
const programs = resolve(import.meta.dirname, '../../demo')
const checkout = resolve(import.meta.dirname, '../../../..')

/** A program and its arguments, with what its agent is told by environment beside where to report. */
interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** How a program of each runtime is started with Wick's agent in it. @throws Error in plain words where it cannot be */
const commands: Readonly<Record<DemoProgram['runtime'], (script: string) => Promise<Command>>> = {
  node: async (script) => {
    await run('sh', [join(checkout, 'scripts/build-agent-node.sh')])
    const agent = join(checkout, 'packages/agent-node/dist/index.js')
    return { file: process.execPath, args: ['--import', agent, script] }
  },
  python: async (script) => {
    const isNewEnough = 'import sys; sys.exit(sys.version_info < (3, 9))'
    await run('python3', ['-c', isNewEnough]).catch(() => {
      throw new Error('there is no Python 3.9 or newer')
    })
    return {
      file: 'python3',
      args: ['-m', 'wick_agent', script],
      environment: { PYTHONPATH: join(checkout, 'agents/python/src'), PYTHONDONTWRITEBYTECODE: '1' },
    }
  },
  java: async (script) => {
    await run('javac', ['-version']).catch(() => {
      throw new Error('there is no JDK')
    })
    const agent = join(checkout, 'agents/java/target/wick-agent.jar')
    if (!(await isThere(agent))) {
      await run('mvn', ['--version']).catch(() => {
        throw new Error('its agent is not built, and there is no Maven')
      })
      await run('sh', [join(checkout, 'scripts/build-agent-java.sh')])
    }
    // Its heap is counted when old objects are collected: in a small one that is every few seconds, not never.
    const heap = ['-Xmx48m', '-XX:+UseSerialGC']
    return { file: 'java', args: [...heap, `-javaagent:${agent}`, script] }
  },
}

/**
 * Finds what a program needs, once, before it is started with Wick's agent in it.
 *
 * @returns starts it; its agent is told by environment alone where to report
 * @throws Error in plain words where its runtime is missing
 */
export async function prepareProgram({
  group,
  runtime,
  script,
}: DemoProgram): Promise<(client: AdminClient) => ChildProcess> {
  const { file, args, environment } = await commands[runtime](script)
  return (client) =>
    spawn(file, args, {
      cwd: programs,
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...(process.env.JAVA_HOME !== undefined && { JAVA_HOME: process.env.JAVA_HOME }),
        AWS_CODEGURU_PROFILER_GROUP_NAME: group,
        AWS_CODEGURU_PROFILER_TARGET_REGION: client.region,
        AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED: 'true',
        WICK_INITIAL_DELAY_SECONDS: '0',
        AWS_ENDPOINT_URL_CODEGURUPROFILER: client.endpoint,
        AWS_ACCESS_KEY_ID: client.accessKeyId,
        AWS_SECRET_ACCESS_KEY: client.secretAccessKey,
        WICK_LABELS: 'environment=demo,version=1',
        ...(client.caFile !== null && { AWS_CA_BUNDLE: client.caFile }),
        ...environment,
      },
    })
}
