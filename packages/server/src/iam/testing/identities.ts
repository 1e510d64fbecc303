/** Identities with nothing but what a test says. */
import type { AccessKey, Role, User } from '../account.ts'
import { newId } from '../ids.ts'

export const testTime = Date.UTC(2026, 10, 25)

export function testUser(name: string, changes: Partial<User> = {}): User {
  return {
    id: newId('user'),
    name,
    path: '/',
    createdAt: testTime,
    inlinePolicies: {},
    attachedPolicies: [],
    permissionsBoundary: null,
    tags: {},
    groups: [],
    ...changes,
  }
}

export function testRole(name: string, changes: Partial<Role> = {}): Role {
  return {
    id: newId('role'),
    name,
    path: '/',
    createdAt: testTime,
    inlinePolicies: {},
    attachedPolicies: [],
    permissionsBoundary: null,
    tags: {},
    description: '',
    trustPolicy: '{"Statement":[]}',
    maxSessionSeconds: 3600,
    ...changes,
  }
}

export function testAccessKey(userId: string, changes: Partial<AccessKey> = {}): AccessKey {
  return { id: newId('accessKey'), userId, isActive: true, createdAt: testTime, ...changes }
}
