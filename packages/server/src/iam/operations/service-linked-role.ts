import { type Account, type Role, roleById } from '../account.ts'
import { put, remove } from '../changes.ts'
import { newId } from '../ids.ts'
import { getRole, require } from './find.ts'
import { answer, type IamHandlers } from './handler.ts'
import { viewRole } from './views.ts'

/** The one service that has a role here: it sends notifications. */
const service = {
  name: 'codeguru-profiler.amazonaws.com',
  roleName: 'AWSServiceRoleForCodeGuruProfiler',
  policyArn: 'arn:aws:iam::aws:policy/aws-service-role/AWSServiceRoleForCodeGuru-Profiler',
} as const

const pathStart = '/aws-service-role/'
const taskStart = 'task/aws-service-role'

/** Roles that only their service changes. */
export function isServiceLinked({ path }: Pick<Role, 'path'>): boolean {
  return path.startsWith(pathStart)
}

/** Null where it is there already. */
export function newServiceLinkedRole(account: Account, now: number): Role | null {
  if (account.roles.has(service.roleName.toLowerCase())) return null
  return {
    id: newId('role'),
    name: service.roleName,
    path: `${pathStart}${service.name}/`,
    createdAt: now,
    inlinePolicies: {},
    attachedPolicies: [service.policyArn],
    permissionsBoundary: null,
    tags: {},
    description: '',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service.name }, Action: 'sts:AssumeRole' }],
    }),
    maxSessionSeconds: 3600,
  }
}

export const serviceLinkedRoleHandlers: IamHandlers<
  'CreateServiceLinkedRole' | 'DeleteServiceLinkedRole' | 'GetServiceLinkedRoleDeletionStatus'
> = {
  CreateServiceLinkedRole: (account, { AWSServiceName, Description, CustomSuffix }, { now, accounts }) => {
    require(AWSServiceName ===
      service.name, 'InvalidInput', `Service role policy for ${AWSServiceName} is not found: the only service with a role here is ${service.name}.`)
    require(CustomSuffix === null, 'InvalidInput', `Custom suffix is not allowed for ${AWSServiceName}`)
    const made = newServiceLinkedRole(account, now)
    require(made !==
      null, 'InvalidInput', `Service role name ${service.roleName} has been taken in this account, please try a different suffix.`)
    const role: Role = { ...made!, description: Description ?? '' }
    return { changes: [put('role', role)], output: { Role: viewRole(account, role, accounts) } }
  },

  /** Done at once; only AWS's shape makes it a task. A task's id holds what the role's is, so that it can be asked for. */
  DeleteServiceLinkedRole: (account, { RoleName }, { serviceRoleUses }) => {
    const role = getRole(account, RoleName)
    require(isServiceLinked(role), 'InvalidInput', `Role ${role.name} is not a service-linked role.`)
    return {
      changes: serviceRoleUses.length === 0 ? [remove('role', role)] : [],
      output: { DeletionTaskId: `${taskStart}/${service.name}/${role.name}/${role.id}` },
    }
  },

  GetServiceLinkedRoleDeletionStatus: (account, { DeletionTaskId }, { serviceRoleUses }) => {
    const id = DeletionTaskId.slice(DeletionTaskId.lastIndexOf('/') + 1)
    require(DeletionTaskId === `${taskStart}/${service.name}/${service.roleName}/${id}` &&
      id.startsWith('AROA'), 'NoSuchEntity', 'The task cannot be found.')
    if (roleById(account, id) === null) return answer({ Status: 'SUCCEEDED' })
    return answer({
      Status: 'FAILED',
      Reason: {
        Reason: 'Notification channels of profiling groups use the role: remove them first.',
        RoleUsageList: [{ Resources: serviceRoleUses }],
      },
    })
  },
}
