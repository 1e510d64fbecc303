import { operation } from '../operation.ts'
import { boolean, list, optional, string, structure } from '../shapes.ts'
import { existingUserName, userName } from './scalars.ts'
import { page, paging } from './structures.ts'

/** Credentials of users for services that Wick has not: there never are any. Tools ask before they delete a user. */
export const otherCredentialsOperations = {
  ListSSHPublicKeys: operation(
    { UserName: optional(userName), ...paging },
    { SSHPublicKeys: optional(list(structure({}))), ...page },
  ),
  ListSigningCertificates: operation(
    { UserName: optional(existingUserName), ...paging },
    { Certificates: list(structure({})), ...page },
  ),
  ListServiceSpecificCredentials: operation(
    {
      UserName: optional(userName),
      ServiceName: optional(string()),
      AllUsers: optional(boolean),
      ...paging,
    },
    {
      ServiceSpecificCredentials: optional(list(structure({}))),
      Marker: page.Marker,
      IsTruncated: page.IsTruncated,
    },
  ),
} as const
