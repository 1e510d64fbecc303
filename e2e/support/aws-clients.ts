/**
 * AWS's own clients for IAM, STS and the profiler behind one call: operations and parameters as the service models have
 * them, and answers alike: instants are ISO-8601 text, blobs are text, policies are values.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:https'
import { join } from 'node:path'
import * as profiler from '@aws-sdk/client-codeguruprofiler'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { startBoto3 } from './boto3.ts'
import { startScript } from './python-script.ts'
import type { Wick } from './wick.ts'

export type Parameters = Readonly<Record<string, unknown>>
// biome-ignore lint/suspicious/noExplicitAny: the shapes are the service models', and each test looks at its part
export type Answer = any

export type ServiceName = 'iam' | 'sts' | 'codeguruprofiler'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

interface AwsCall {
  readonly service: ServiceName
  readonly operation: string
  readonly parameters: Parameters
  /** The administrator's, unless it says so. */
  readonly credentials?: Credentials
}

export interface AwsClient {
  readonly name: string
  /** One page of what is a list. @throws RefusedCall */
  call(call: AwsCall): Promise<Answer>
  /** Everything in a list, by the client's own way through its pages. @param list where the answer has it */
  list(call: AwsCall, list: string, pageSize: number): Promise<readonly Answer[]>
  close(): void
}

/** What the server answered in place of a result. */
export class RefusedCall extends Error {
  /** As the service spells it, whatever the client makes of it. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** How a client is made to speak to a server. */
export const awsClients: Readonly<Record<string, (wick: Wick) => AwsClient>> = {
  boto3: boto3Client,
  'the AWS CLI': commandLineClient,
  'the SDK for JavaScript': javascriptClient,
}

function boto3Client(wick: Wick): AwsClient {
  const boto3 = startBoto3(wick)
  const refused = (error: unknown): never => {
    const { code, message } = error as { code?: string; message: string }
    throw code === undefined ? error : new RefusedCall(code, message)
  }
  const clientOf = ({ service, credentials }: AwsCall): Parameters => ({
    service_name: service,
    ...(credentials && {
      aws_access_key_id: credentials.accessKeyId,
      aws_secret_access_key: credentials.secretAccessKey,
      aws_session_token: credentials.sessionToken,
    }),
  })
  const name = ({ operation }: AwsCall): string => words(operation).join('_')
  return {
    name: 'boto3',
    call: (call) => boto3.call(name(call), call.parameters, clientOf(call)).then(plain, refused),
    list: async (call, list, PageSize) => {
      const parameters = { ...call.parameters, PaginationConfig: { PageSize } }
      const pages = await boto3.paginate(name(call), parameters, clientOf(call)).catch(refused)
      return plain(pages).flatMap((page: Answer) => page[list])
    },
    close: () => boto3.close(),
  }
}

/** One process for all calls: to start, it takes most of a second. */
function commandLineClient({ awsEnvironment, directory }: Wick): AwsClient {
  const { AWS_PROFILE = '', ...common } = awsEnvironment
  const cli = startScript('aws_cli_calls.py', common)
  const run = async ({ service, operation, credentials }: AwsCall, options: readonly string[]) => {
    const environment =
      credentials === undefined
        ? { AWS_PROFILE }
        : {
            AWS_ACCESS_KEY_ID: credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
            AWS_DEFAULT_REGION: 'us-east-1',
            ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
          }
    const { code, output, errors } = await cli.ask({
      arguments: [service, words(operation).join('-'), ...options],
      environment,
    })
    if (code === 0) return output === '' ? {} : plain(JSON.parse(output))
    const [, refusal] = /\((\w+)\) when calling/.exec(errors) ?? []
    throw refusal === undefined ? new Error(errors) : new RefusedCall(refusal, errors)
  }
  const input = ({ parameters }: AwsCall): readonly string[] => [
    '--cli-input-json',
    JSON.stringify(parameters),
  ]
  return {
    name: 'the AWS CLI',
    call: async (call) => {
      if (call.operation !== 'CreateVirtualMFADevice')
        return await run(call, [...input(call), '--no-paginate'])
      // It writes the seed to a file, and insists on it.
      const file = join(directory, `seed-${randomUUID()}`)
      const named = ['--virtual-mfa-device-name', String(call.parameters.VirtualMFADeviceName)]
      const answer = await run(call, [...named, '--bootstrap-method', 'Base32StringSeed', '--outfile', file])
      const Base32StringSeed = await readFile(file, 'utf8')
      await rm(file)
      return { VirtualMFADevice: { ...answer.VirtualMFADevice, Base32StringSeed } }
    },
    list: async (call, list, pageSize) =>
      (await run(call, [...input(call), '--page-size', String(pageSize)]))[list],
    close: () => cli.close(),
  }
}

function javascriptClient({ url, directory, credentials }: Wick): AwsClient {
  const ca = readFileSync(join(directory, 'tls/ca.pem'))
  const httpsAgent = new Agent({ ca, keepAlive: true })
  const common = { endpoint: url, region: 'us-east-1', requestHandler: { httpsAgent } }
  // Each of them is a client of its service with every command of it: which fits which, the tables of tests say.
  const services: Record<ServiceName, Answer> = { iam, sts, codeguruprofiler: profiler }
  const constructors: Record<ServiceName, Answer> = {
    ...{ iam: iam.IAMClient, sts: sts.STSClient, codeguruprofiler: profiler.CodeGuruProfilerClient },
  }
  const clientOf = (call: AwsCall): Answer =>
    new constructors[call.service]({ ...common, credentials: call.credentials ?? credentials })
  const refused = (error: Answer): never => {
    // Of a modelled error `name` is the SDK's class; what the service said stands beside it.
    const code = error.Error?.Code ?? error.name
    throw error.$fault === undefined ? error : new RefusedCall(code, error.message)
  }
  return {
    name: 'the SDK for JavaScript',
    call: async (call) => {
      const Command = services[call.service][`${call.operation}Command`]
      return plain(await clientOf(call).send(new Command(call.parameters)).catch(refused))
    },
    list: async (call, list, pageSize) => {
      const paginate = services[call.service][`paginate${call.operation}`]
      const pages: Answer[] = []
      for await (const page of paginate({ client: clientOf(call), pageSize }, call.parameters))
        pages.push(...page[list])
      return plain(pages)
    },
    close: () => httpsAgent.destroy(),
  }
}

/** Policies, which some clients leave in the percent-encoding that IAM sends them in. */
const policyNames = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'Document'])

/** The answer as every client gives it. */
function plain(value: Answer, name = ''): Answer {
  if (typeof value === 'string') return policyNames.has(name) ? JSON.parse(decodeURIComponent(value)) : value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (Array.isArray(value)) return value.map((one) => plain(one))
  if (typeof value !== 'object' || value === null) return value
  if ('datetime' in value) return value.datetime
  if ('base64' in value) return Buffer.from(value.base64, 'base64').toString()
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)]))
}

/** `ListMFADevices` → list, mfa, devices: as the names of commands are made in Python. */
export function words(operation: string): readonly string[] {
  const spelt = operation.replace('MFA', 'Mfa').replace('ID', 'Id').replace('SSH', 'Ssh').replace('ID', 'Id')
  return spelt.match(/[A-Z][a-z]+/g)!.map((word) => word.toLowerCase())
}
