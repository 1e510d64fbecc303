/** Who reports: the function, task, instance or process, in the words of AWS's agents. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { usableCpus } from './cpus.ts'
import { instanceHost, instanceToken } from './credentials/metadata.ts'
import { HttpClient } from './http-exchange.ts'
import { isTrue } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Fleet {
  /** What ConfigureAgent asks for. */
  readonly id: string
  /** Goes with each profile as `fleetInfo`. */
  readonly info: Readonly<Record<string, unknown>>
}

const milliseconds = 1000

/** Asks the platform, for a second at most, where there is reason to think that there is one. */
export async function findFleet(environment: Environment): Promise<Fleet> {
  const http = new HttpClient({ environment, isDirect: true })
  for (const look of [functionFleet, taskFleet, instanceFleet]) {
    try {
      const found = await look(environment, http)
      if (found !== null) return found
    } catch {
      // Not there after all.
    }
  }
  return processFleet()
}

/** One process of a machine. */
export function processFleet(): Fleet {
  const lot = Math.floor(Math.random() * 2 ** 48)
  const id = `${hostname().slice(0, 120)}:${process.pid}:${lot.toString(16).padStart(12, '0')}`
  return { id, info: { id, type: 'UNKNOWN', vCPUs: Math.max(1, Math.round(usableCpus())) } }
}

export function isLambda(environment: Environment): boolean {
  return environment.LAMBDA_TASK_ROOT !== undefined && environment.LAMBDA_RUNTIME_DIR !== undefined
}

/** A function's ARN comes with each call (`invokedFleet`): until then its name is what is known. */
async function functionFleet(environment: Environment): Promise<Fleet | null> {
  const functionName = environment.AWS_LAMBDA_FUNCTION_NAME
  if (!isLambda(environment) || functionName === undefined) return null
  return lambdaFleet(environment, functionName, { id: functionName })
}

/** @param functionArn as the call has it */
export function invokedFleet(environment: Environment, functionArn: string): Fleet {
  return lambdaFleet(environment, functionArn, { functionArn })
}

/** One sandbox of a function: each has a log stream of its own. */
function lambdaFleet(environment: Environment, name: string, named: Readonly<Record<string, string>>): Fleet {
  const memory = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE)
  return {
    id: `${name}:${environment.AWS_LAMBDA_LOG_STREAM_NAME ?? process.pid}`.slice(0, 255),
    info: {
      computeType: 'aws_lambda',
      ...named,
      ...(memory > 0 && { memoryLimitInMB: memory }),
      ...(environment.AWS_EXECUTION_ENV && { executionEnv: environment.AWS_EXECUTION_ENV }),
    },
  }
}

async function taskFleet(environment: Environment, http: HttpClient): Promise<Fleet | null> {
  const address = environment.ECS_CONTAINER_METADATA_URI_V4
  if (!address) return null
  const answer = await http.send({ method: 'GET', url: `${address.replace(/\/+$/, '')}/task`, milliseconds })
  const task = JSON.parse(answer.body.toString()) as {
    TaskARN?: unknown
    Limits?: { CPU?: unknown; Memory?: unknown }
  }
  if (typeof task.TaskARN !== 'string') return null
  const info = {
    computeType: 'aws_fargate_task',
    taskArn: task.TaskARN,
    ...(typeof task.Limits?.CPU === 'number' && { cpuLimit: task.Limits.CPU }),
    ...(typeof task.Limits?.Memory === 'number' && { memoryLimitInMB: task.Limits.Memory }),
  }
  return { id: task.TaskARN.slice(0, 255), info }
}

async function instanceFleet(environment: Environment, http: HttpClient): Promise<Fleet | null> {
  if (isTrue(environment.AWS_EC2_METADATA_DISABLED) || !looksLikeEc2()) return null
  const headers = await instanceToken(environment, http)
  if (headers === null) return null
  const [hostName, hostType] = await Promise.all(
    ['local-hostname', 'instance-type'].map(async (path) => {
      const url = `${instanceHost(environment)}/latest/meta-data/${path}`
      const answer = await http.send({ method: 'GET', url, headers, milliseconds })
      return answer.status === 200 ? answer.body.toString().trim().slice(0, 255) : ''
    }),
  )
  if (!hostName || !hostType) return null
  return { id: hostName, info: { computeType: 'aws_ec2_instance', hostName, hostType } }
}

/** Elsewhere nobody answers at the metadata address, and asking would take its time. */
function looksLikeEc2(): boolean {
  return [
    ['/sys/class/dmi/id/sys_vendor', 'Amazon EC2'],
    ['/sys/hypervisor/uuid', 'ec2'],
  ].some(([path, start]) => {
    try {
      return readFileSync(path!, 'latin1').startsWith(start!)
    } catch {
      return false
    }
  })
}
