/**
 * The policies that AWS manages and Wick ships: nobody owns, changes or deletes them. Documents, versions and dates are
 * AWS's (its managed policy reference), so that attachments written for AWS keep their meaning.
 */

export interface BuiltInPolicy {
  readonly name: string
  readonly arn: string
  /** `/`, or `/aws-service-role/` for what only a service-linked role may have. */
  readonly path: string
  readonly description: string
  /** The version that is in force; the only one there is here. */
  readonly versionId: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
  /** False: cannot be attached to anything by hand. */
  readonly isAttachable: boolean
  /** JSON text of kind `identity`. */
  readonly document: string
}

type Details = Omit<BuiltInPolicy, 'arn' | 'path' | 'document' | 'isAttachable'>

function awsManaged(details: Details, statements: readonly object[], path = '/'): BuiltInPolicy {
  return {
    ...details,
    path,
    arn: `arn:aws:iam::aws:policy${path}${details.name}`,
    isAttachable: path === '/',
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2),
  }
}

export const builtInPolicies: readonly BuiltInPolicy[] = [
  awsManaged(
    {
      name: 'AdministratorAccess',
      description: 'Provides full access to AWS services and resources.',
      versionId: 'v1',
      createdAt: Date.parse('2015-02-06T18:39:00Z'),
      updatedAt: Date.parse('2015-02-06T18:39:00Z'),
    },
    [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  ),
  awsManaged(
    {
      name: 'AmazonCodeGuruProfilerFullAccess',
      description: 'Provides full access to Amazon CodeGuru Profiler.',
      versionId: 'v4',
      createdAt: Date.parse('2019-12-03T10:13:00Z'),
      updatedAt: Date.parse('2020-07-15T03:23:00Z'),
    },
    [
      {
        Action: ['codeguru-profiler:*', 'iam:ListRoles', 'iam:ListUsers', 'sns:ListTopics', 'codeguru:*'],
        Effect: 'Allow',
        Resource: '*',
      },
      {
        Action: ['iam:CreateServiceLinkedRole'],
        Effect: 'Allow',
        Resource: 'arn:aws:iam::*:role/*AWSServiceRoleForCodeGuruProfiler*',
        Condition: { StringEquals: { 'iam:AWSServiceName': 'codeguru-profiler.amazonaws.com' } },
      },
    ],
  ),
  awsManaged(
    {
      name: 'AmazonCodeGuruProfilerReadOnlyAccess',
      description: 'Provides read only access to Amazon CodeGuru Profiler.',
      versionId: 'v3',
      createdAt: Date.parse('2019-12-03T10:30:00Z'),
      updatedAt: Date.parse('2020-06-27T23:52:00Z'),
    },
    [
      {
        Action: [
          'codeguru:Get*',
          'codeguru-profiler:BatchGet*',
          'codeguru-profiler:Describe*',
          'codeguru-profiler:Get*',
          'codeguru-profiler:List*',
          'iam:ListRoles',
          'iam:ListUsers',
        ],
        Effect: 'Allow',
        Resource: '*',
      },
    ],
  ),
  awsManaged(
    {
      name: 'AmazonCodeGuruProfilerAgentAccess',
      description: 'Provides access required by Amazon CodeGuru Profiler agent.',
      versionId: 'v3',
      createdAt: Date.parse('2021-02-05T22:11:00Z'),
      updatedAt: Date.parse('2022-05-05T18:11:00Z'),
    },
    [
      {
        Effect: 'Allow',
        Action: [
          'codeguru-profiler:ConfigureAgent',
          'codeguru-profiler:CreateProfilingGroup',
          'codeguru-profiler:PostAgentProfile',
        ],
        Resource: 'arn:aws:codeguru-profiler:*:*:profilingGroup/*',
      },
    ],
  ),
  awsManaged(
    {
      name: 'AWSServiceRoleForCodeGuru-Profiler',
      description:
        'A service-linked role required for Amazon CodeGuru Profiler to send notifications on your behalf.',
      versionId: 'v1',
      createdAt: Date.parse('2020-06-26T22:04:00Z'),
      updatedAt: Date.parse('2020-06-26T22:04:00Z'),
    },
    [
      {
        Sid: 'AllowSNSPublishToSendNotifications',
        Effect: 'Allow',
        Action: ['sns:Publish'],
        Resource: '*',
      },
    ],
    '/aws-service-role/',
  ),
]
