import { type Account, keyOf, type OidcProvider } from '../account.ts'
import { oidcProviderArn } from '../arns.ts'
import { put, remove } from '../changes.ts'
import { quotas } from '../quotas.ts'
import { found, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers } from './handler.ts'
import { pageOf } from './paging.ts'
import { viewTags, withoutTags, withTags } from './tags.ts'

export const oidcProviderHandlers: IamHandlers<
  | 'CreateOpenIDConnectProvider'
  | 'GetOpenIDConnectProvider'
  | 'ListOpenIDConnectProviders'
  | 'DeleteOpenIDConnectProvider'
  | 'AddClientIDToOpenIDConnectProvider'
  | 'RemoveClientIDFromOpenIDConnectProvider'
  | 'UpdateOpenIDConnectProviderThumbprint'
  | 'TagOpenIDConnectProvider'
  | 'UntagOpenIDConnectProvider'
  | 'ListOpenIDConnectProviderTags'
> = {
  CreateOpenIDConnectProvider: (account, { Url, ClientIDList, ThumbprintList, Tags }, { now }) => {
    require(isIssuer(
      Url,
    ), 'InvalidInput', `The URL ${Url} is no issuer: https://, a host in small letters, and no more than a port and a plain path.`)
    const provider: OidcProvider = {
      url: Url,
      clientIds: withoutRepeats(ClientIDList ?? []),
      thumbprints: requireThumbprints(ThumbprintList ?? []),
      createdAt: now,
      tags: withTags({}, Tags),
    }
    require(!account.oidcProviders.has(
      keyOf('oidc-provider', provider),
    ), 'EntityAlreadyExists', `Provider with url ${Url} already exists.`)
    requireQuota(account.oidcProviders.size + 1, quotas.oidcProviders, 'OpenIDConnectProvidersPerAccount')
    requireQuota(provider.clientIds.length, quotas.clientIdsPerProvider, 'ClientIdsPerOpenIDConnectProvider')
    const OpenIDConnectProviderArn = oidcProviderArn(account.id, provider)
    return {
      changes: [put('oidc-provider', provider)],
      output: { OpenIDConnectProviderArn, Tags: viewTags(provider.tags) },
    }
  },

  /** The URL comes without its scheme, as AWS shows it. */
  GetOpenIDConnectProvider: (account, { OpenIDConnectProviderArn }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    return answer({
      Url: keyOf('oidc-provider', provider),
      ClientIDList: [...provider.clientIds],
      ThumbprintList: [...provider.thumbprints],
      CreateDate: provider.createdAt,
      Tags: viewTags(provider.tags),
    })
  },

  ListOpenIDConnectProviders: (account) => {
    const arns = account.oidcProviders
      .values()
      .map((provider) => ({ Arn: oidcProviderArn(account.id, provider) }))
    return answer({ OpenIDConnectProviderList: [...arns] })
  },

  /** Sessions that were given on its word go on until they end; no more are given. */
  DeleteOpenIDConnectProvider: (account, { OpenIDConnectProviderArn }) => {
    const provider = findProvider(account, OpenIDConnectProviderArn)
    return done(...(provider === null ? [] : [remove('oidc-provider', provider)]))
  },

  AddClientIDToOpenIDConnectProvider: (account, { OpenIDConnectProviderArn, ClientID }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    const clientIds = withoutRepeats([...provider.clientIds, ClientID])
    requireQuota(clientIds.length, quotas.clientIdsPerProvider, 'ClientIdsPerOpenIDConnectProvider')
    return done(put('oidc-provider', { ...provider, clientIds }))
  },

  RemoveClientIDFromOpenIDConnectProvider: (account, { OpenIDConnectProviderArn, ClientID }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    const clientIds = provider.clientIds.filter((id) => id !== ClientID)
    return done(put('oidc-provider', { ...provider, clientIds }))
  },

  UpdateOpenIDConnectProviderThumbprint: (account, { OpenIDConnectProviderArn, ThumbprintList }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    return done(put('oidc-provider', { ...provider, thumbprints: requireThumbprints(ThumbprintList) }))
  },

  TagOpenIDConnectProvider: (account, { OpenIDConnectProviderArn, Tags }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    return done(put('oidc-provider', { ...provider, tags: withTags(provider.tags, Tags) }))
  },

  UntagOpenIDConnectProvider: (account, { OpenIDConnectProviderArn, TagKeys }) => {
    const provider = getProvider(account, OpenIDConnectProviderArn)
    return done(put('oidc-provider', { ...provider, tags: withoutTags(provider.tags, TagKeys) }))
  },

  ListOpenIDConnectProviderTags: (account, { OpenIDConnectProviderArn, ...paging }) => {
    const { tags } = getProvider(account, OpenIDConnectProviderArn)
    const { items, page } = pageOf(viewTags(tags), ({ Key }) => Key, paging)
    return answer({ Tags: items, ...page })
  },
}

/** Null where there is none. */
export function findProvider(account: Account, arn: string): OidcProvider | null {
  const provider = account.oidcProviders.get(arn.slice(arn.indexOf('/') + 1))
  return provider !== undefined && oidcProviderArn(account.id, provider) === arn ? provider : null
}

function getProvider(account: Account, arn: string): OidcProvider {
  return found(findProvider(account, arn), `OpenIDConnect Provider not found for arn ${arn}`)
}

/** One spelling for each issuer, which is compared with what tokens say letter by letter. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false
  if (url.href !== text && url.href !== `${text}/`) return false
  return [...text.slice('https://'.length)].every((character) => plainCharacters.has(character))
}

/** What conditions and ARNs can hold. */
const plainCharacters = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:')
const hexadecimal = new Set('0123456789abcdefABCDEF')
const maxThumbprints = 5

function requireThumbprints(thumbprints: readonly string[]): readonly string[] {
  require(thumbprints.length <=
    maxThumbprints, 'InvalidInput', `Thumbprint list must contain fewer than ${maxThumbprints + 1} entries.`)
  const isHash = thumbprints.every((text) => [...text].every((character) => hexadecimal.has(character)))
  require(isHash, 'InvalidInput', 'A thumbprint is the SHA-1 of a certificate in hexadecimal.')
  return withoutRepeats(thumbprints)
}

function withoutRepeats(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
