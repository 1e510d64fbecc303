/** How much of everything there may be: IAM's quotas. Sizes are characters, white space not counted. */
export const quotas = {
  users: 5000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  groupsPerUser: 10,
  attachedPolicies: 10,
  policyVersions: 5,
  accessKeysPerUser: 2,
  mfaDevicesPerUser: 8,
  tags: 50,
  userPolicySize: 2048,
  groupPolicySize: 5120,
  rolePolicySize: 10_240,
  managedPolicySize: 6144,
  trustPolicySize: 2048,
} as const
