import { operation } from '../operation.ts'
import { list, optional, string, structure, timestamp } from '../shapes.ts'
import { arn } from './scalars.ts'
import { page, paging, tagKeys, tags } from './structures.ts'

const providerUrl = string({ min: 1, max: 255 })
const clientId = string({ min: 1, max: 255 })
const clientIds = list(clientId)
const thumbprints = list(string({ min: 40, max: 40 }))

export const oidcProvidersOperations = {
  CreateOpenIDConnectProvider: operation(
    {
      Url: providerUrl,
      ClientIDList: optional(clientIds),
      ThumbprintList: optional(thumbprints),
      Tags: optional(tags),
    },
    { OpenIDConnectProviderArn: optional(arn), Tags: optional(tags) },
  ),
  GetOpenIDConnectProvider: operation(
    { OpenIDConnectProviderArn: arn },
    {
      Url: optional(providerUrl),
      ClientIDList: optional(clientIds),
      ThumbprintList: optional(thumbprints),
      CreateDate: optional(timestamp),
      Tags: optional(tags),
    },
  ),
  ListOpenIDConnectProviders: operation(
    {},
    { OpenIDConnectProviderList: optional(list(structure({ Arn: optional(arn) }))) },
  ),
  DeleteOpenIDConnectProvider: operation({ OpenIDConnectProviderArn: arn }, null),
  AddClientIDToOpenIDConnectProvider: operation({ OpenIDConnectProviderArn: arn, ClientID: clientId }, null),
  RemoveClientIDFromOpenIDConnectProvider: operation(
    { OpenIDConnectProviderArn: arn, ClientID: clientId },
    null,
  ),
  UpdateOpenIDConnectProviderThumbprint: operation(
    { OpenIDConnectProviderArn: arn, ThumbprintList: thumbprints },
    null,
  ),
  TagOpenIDConnectProvider: operation({ OpenIDConnectProviderArn: arn, Tags: tags }, null),
  UntagOpenIDConnectProvider: operation({ OpenIDConnectProviderArn: arn, TagKeys: tagKeys }, null),
  ListOpenIDConnectProviderTags: operation(
    { OpenIDConnectProviderArn: arn, ...paging },
    { Tags: tags, ...page },
  ),
} as const
