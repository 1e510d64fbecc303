import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates } from 'node:tls'
import type { Config } from '../config/settings.ts'
import { StartupError } from '../startup-error.ts'
import { fetchJson } from './fetch-json.ts'

/**
 * Gets documents of OpenID Connect issuers. Those that the settings name may lie in our own networks, and their
 * documents too; for all others these are closed.
 *
 * @throws FetchFailed
 */
export type IssuerDocuments = (url: string, issuer: string) => Promise<unknown>

/** @throws StartupError where the file of authorities holds none */
export async function issuerDocuments(
  config: Pick<Config, 'oidcPrivateIssuers' | 'oidcCaFile'>,
): Promise<IssuerDocuments> {
  const { oidcPrivateIssuers, oidcCaFile } = config
  const authorities = oidcCaFile === null ? undefined : await authoritiesIn(oidcCaFile)
  return (url, issuer) =>
    fetchJson(url, {
      allowsPrivate: oidcPrivateIssuers.includes(issuer),
      ...(authorities !== undefined && { authorities }),
    })
}

async function authoritiesIn(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8')
    // A file without any would be passed over in silence.
    new X509Certificate(text)
    return [...getCACertificates('default'), text]
  } catch (error) {
    throw new StartupError(
      `No authorities can be read from ${file} (--oidc-ca-file): ${(error as Error).message}`,
    )
  }
}
