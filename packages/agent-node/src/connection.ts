/** The way to the server, as settings, environment and the shared files say it. */
import { CredentialChain, usualProfile } from './credentials/chain.ts'
import type { Credentials } from './credentials/credentials.ts'
import { readSharedFiles } from './credentials/shared-files.ts'
import { HttpClient, shownAddress } from './http-exchange.ts'
import { ServerClock } from './server-clock.ts'
import { Service, type ServiceOptions } from './service.ts'
import type { Settings } from './settings.ts'

export interface Connection {
  readonly service: Service
  readonly credentials: CredentialChain
  readonly clock: ServerClock
  /** For the log. */
  readonly endpoint: string
  readonly region: string
}

interface Known {
  readonly measure: ServiceOptions['measure']
  /** What another thread of this process has found out. */
  readonly held?: Credentials | null
  readonly clockError?: number
}

export function connectionOf(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  { measure, held = null, clockError = 0 }: Known,
): Connection {
  const { clientCertificate, clientKey, credentialProfile } = settings
  const profileName =
    credentialProfile || environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE || usualProfile
  const files = readSharedFiles(environment)
  const profile = files.profile(profileName) ?? {}
  const region = settings.region ?? profile.region ?? 'us-east-1'
  const endpoint =
    settings.endpoint ??
    files.endpoint(profileName, 'codeguruprofiler') ??
    `https://codeguru-profiler.${region}.amazonaws.com`
  const caBundle = settings.caBundle ?? profile.ca_bundle ?? null
  const http = new HttpClient({ caBundle, clientCertificate, clientKey, environment })
  const clock = new ServerClock(clockError)
  const credentials = new CredentialChain({
    environment,
    profileName,
    isProfileChosen: credentialProfile !== null,
    region,
    http,
    clock,
    held,
  })
  const service = new Service({ http, endpoint, region, credentials, clock, measure })
  return { service, credentials, clock, endpoint: shownAddress(endpoint), region }
}
