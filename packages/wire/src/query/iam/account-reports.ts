import { operation } from '../operation.ts'
import { integer, list, map, optional, string } from '../shapes.ts'
import { entityType } from './scalars.ts'
import { groupDetail, managedPolicyDetail, page, paging, roleDetail, userDetail } from './structures.ts'

export const accountReportsOperations = {
  GetAccountSummary: operation({}, { SummaryMap: optional(map(integer())) }),
  GetAccountAuthorizationDetails: operation(
    { Filter: optional(list(entityType)), ...paging },
    {
      UserDetailList: optional(list(userDetail)),
      GroupDetailList: optional(list(groupDetail)),
      RoleDetailList: optional(list(roleDetail)),
      Policies: optional(list(managedPolicyDetail)),
      ...page,
    },
  ),
  ListAccountAliases: operation({ ...paging }, { AccountAliases: list(string()), ...page }),
} as const
