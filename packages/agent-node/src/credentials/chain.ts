/**
 * Where keys come from, in the order of AWS's SDKs: environment, shared files (with roles, web identity and processes of
 * profiles), web identity, container, instance. The first that is set up gives them or says what is wrong: those of another
 * identity would be refused later, for reasons that nobody finds. Asked lazily, kept until five minutes before they end.
 */
import { clearTimeout, setTimeout } from 'node:timers'
import { promisify } from 'node:util'
import { load } from '../beside.ts'
import { HttpClient, Unreachable } from '../http-exchange.ts'
import type { ServerClock } from '../server-clock.ts'
import { endpointIn } from '../settings.ts'
import { type Credentials, NoCredentials, parseTemporary } from './credentials.ts'
import { containerCredentials, instanceCredentials } from './metadata.ts'
import { readSharedFiles, type Section, type SharedFiles } from './shared-files.ts'
import { assumeRole, assumeRoleWithWebIdentity, type Sts } from './sts.ts'

type Environment = Readonly<Record<string, string | undefined>>

const refreshBeforeEnd = 300_000
/** Keys without an end are looked up again: files and variables of a process manager change. */
const keepFor = 900_000
/** After nobody had any: whoever looks needs a second for the instance's metadata. */
const lookAgainAfter = 30_000
const defaultProcessMs = 5000
const longestChainOfRoles = 5
/** Meant where nobody names one, so it need not be there. */
export const usualProfile = 'default'

export interface ChainOptions {
  readonly environment: Environment
  readonly profileName: string
  /** By an argument, which wins over the environment: its keys and its web identity are not looked at. */
  readonly isProfileChosen?: boolean
  readonly region: string
  readonly http: HttpClient
  /** Of those who say when keys end. */
  readonly clock: ServerClock
  /** How long a profile's program may take: five seconds, unless a test is in a hurry. */
  readonly processMs?: number
  /** Found by another thread of this process. */
  readonly held?: Credentials | null
}

export class CredentialChain {
  readonly #options: ChainOptions
  readonly #metadata: HttpClient
  #held: { readonly credentials: Credentials; readonly until: number } | null = null
  #failed: { readonly error: NoCredentials; readonly until: number } | null = null

  constructor(options: ChainOptions) {
    this.#options = options
    if (options.held) this.#held = { credentials: options.held, until: options.clock.now() + keepFor }
    this.#metadata = new HttpClient({ environment: options.environment, isDirect: true })
  }

  /** What was found last; null where nothing is held. */
  get held(): Credentials | null {
    return this.#held?.credentials ?? null
  }

  /** @throws NoCredentials */
  async get(): Promise<Credentials> {
    const { clock } = this.#options
    if (this.#held !== null && clock.now() < this.#held.until) return this.#held.credentials
    if (this.#failed !== null && clock.now() < this.#failed.until) throw this.#failed.error
    try {
      const credentials = await this.#find()
      const { expiresAt } = credentials
      const until = expiresAt === null ? clock.now() + keepFor : expiresAt - refreshBeforeEnd
      this.#held = { credentials, until }
      this.#failed = null
      return credentials
    } catch (error) {
      // What is held may be good for some minutes yet.
      if (this.#held !== null && clock.now() < (this.#held.credentials.expiresAt ?? 0))
        return this.#held.credentials
      this.#failed = { error: asNoCredentials(error), until: clock.now() + lookAgainAfter }
      throw this.#failed.error
    }
  }

  /** Looks up anew what was refused. @returns null where that is the same, or none is found: what is held stays then */
  async newerThan(refused: Credentials): Promise<Credentials | null> {
    const before = this.#held
    this.#held = null
    this.#failed = null
    try {
      const found = await this.get()
      const isSame =
        found.accessKeyId === refused.accessKeyId &&
        found.secretAccessKey === refused.secretAccessKey &&
        found.sessionToken === refused.sessionToken
      return isSame ? null : found
    } catch {
      // It may be good for other questions, and nothing else is to be had now.
      this.#held = before
      return null
    }
  }

  async #find(): Promise<Credentials> {
    const { environment, profileName, isProfileChosen = false } = this.#options
    const files = readSharedFiles(environment)
    const found =
      (isProfileChosen ? null : fromEnvironment(environment)) ??
      (await this.#fromProfile(files, profileName, longestChainOfRoles)) ??
      (isProfileChosen ? null : await this.#fromWebIdentity(environment)) ??
      (await containerCredentials(environment, this.#metadata)) ??
      (await instanceCredentials(environment, this.#metadata))
    if (found !== null) return found
    const inProfile = `in profile '${profileName}' of the shared files`
    throw new NoCredentials(
      isProfileChosen
        ? `no AWS credentials: none ${inProfile}, from a container or instance`
        : `no AWS credentials: none in the environment, ${inProfile}, from a web identity, container or instance`,
    )
  }

  /** null where the profile says nothing of them. */
  async #fromProfile(files: SharedFiles, name: string, depth: number): Promise<Credentials | null> {
    const profile = files.profile(name)
    if (profile === null) {
      if (name === usualProfile) return null
      throw new NoCredentials(`the profile ${name} is in neither of the shared files`)
    }
    if (depth === 0)
      throw new NoCredentials(`profile '${name}': more than ${longestChainOfRoles} profiles in a row`)
    const { role_arn: arn, source_profile: source, web_identity_token_file: tokenFile } = profile
    const sessionName = profile.role_session_name || `wick-agent-${process.pid}`
    if (arn && tokenFile) return assumeRoleWithWebIdentity(this.#sts(files), { arn, sessionName, tokenFile })
    if (arn) {
      // A profile may be its own source: then its keys are meant.
      const keys =
        source === name
          ? keysOf(profile, name)
          : source
            ? await this.#fromProfile(files, source, depth - 1)
            : await this.#fromSource(profile.credential_source)
      if (keys === null) throw new NoCredentials(`profile '${name}': its source has no credentials`)
      return assumeRole(this.#sts(files), keys, { arn, sessionName, externalId: profile.external_id })
    }
    const keys = keysOf(profile, name)
    if (keys !== null) return keys
    if (profile.credential_process) {
      const { environment, processMs = defaultProcessMs } = this.#options
      return fromProcess(profile.credential_process, environment, processMs)
    }
    if (profile.sso_session || profile.sso_start_url) {
      throw new NoCredentials(`profile '${name}' signs in through a browser, which an agent cannot`)
    }
    return null
  }

  async #fromSource(source: string | undefined): Promise<Credentials | null> {
    const { environment } = this.#options
    if (source === 'Environment') return fromEnvironment(environment)
    if (source === 'EcsContainer') return containerCredentials(environment, this.#metadata)
    if (source === 'Ec2InstanceMetadata') return instanceCredentials(environment, this.#metadata)
    return null
  }

  async #fromWebIdentity(environment: Environment): Promise<Credentials | null> {
    const { AWS_ROLE_ARN: arn, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile } = environment
    if (!arn || !tokenFile) return null
    const sessionName = environment.AWS_ROLE_SESSION_NAME || `wick-agent-${process.pid}`
    return assumeRoleWithWebIdentity(this.#sts(readSharedFiles(environment)), { arn, sessionName, tokenFile })
  }

  #sts(files: SharedFiles): Sts {
    const { environment, profileName, region, http, clock } = this.#options
    const url =
      endpointIn(environment, 'STS') ||
      files.endpoint(profileName, 'sts') ||
      `https://sts.${region}.amazonaws.com`
    return { url: new URL(url).href, region, http, clock }
  }
}

function fromEnvironment(environment: Environment): Credentials | null {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment
  return lasting({ id, secret, token }, 'AWS_ACCESS_KEY_ID')
}

function keysOf(profile: Section, name: string): Credentials | null {
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = profile
  return lasting({ id, secret, token }, `the profile ${name}`)
}

type Said = string | undefined

/** null where there is no key. @param source of the key, for the reason why it is of no use */
function lasting(
  { id, secret, token }: { readonly id: Said; readonly secret: Said; readonly token: Said },
  source: string,
): Credentials | null {
  if (!id) return null
  if (!secret) throw new NoCredentials(`${source} has a key without its secret`)
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token || null, expiresAt: null }
}

interface Unrefable {
  unref(): void
}

/** As IAM Roles Anywhere's helper is called: on-premises hosts get their keys so. */
async function fromProcess(
  command: string,
  environment: Environment,
  milliseconds: number,
): Promise<Credentials> {
  // Few need it, and it is not small.
  const { execFile }: typeof import('node:child_process') = load('node:child_process')
  const [file = '', ...args] = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''))
  try {
    // Whatever it is written in, no agent profiles it: one would need keys itself.
    const env = { ...environment, AWS_CODEGURU_PROFILER_ENABLED: 'false' }
    const running = promisify(execFile)(file, args, { windowsHide: true, env })
    const { child } = running
    for (const handle of [child, child.stdout, child.stderr] as (Unrefable | null)[]) handle?.unref()
    // Not execFile's own, which keeps the process alive.
    const deadline = setTimeout(() => {
      child.kill('SIGKILL')
      // What it started may have its output, and live on.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    }, milliseconds).unref()
    const { stdout } = await running.finally(() => clearTimeout(deadline))
    return parseTemporary(JSON.parse(stdout), 'the credential process')
  } catch (error) {
    if (error instanceof NoCredentials) throw error
    // Its output may hold secrets, and Node puts the command line into the message: neither is told.
    throw new NoCredentials(`the credential process '${file}' fails`)
  }
}

function asNoCredentials(error: unknown): NoCredentials {
  if (error instanceof NoCredentials) return error
  if (error instanceof Unreachable) return new NoCredentials(error.message)
  return new NoCredentials(
    `credentials cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  )
}
