/**
 * The API of IAM Roles Anywhere, version 2018-05-10: how machines with a certificate get a session, and how that is
 * administered. Its protocol is the profiler's; its requests are signed for the service `rolesanywhere`.
 */
export interface AnywhereOperation {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with `{label}` for each segment that varies. */
  readonly path: string
  /** HTTP status of success. */
  readonly status: 200 | 201
}

const rows = [
  ['CreateProfile', 'POST', '/profiles', 201],
  ['CreateSession', 'POST', '/sessions', 201],
  ['CreateTrustAnchor', 'POST', '/trustanchors', 201],
  ['DeleteAttributeMapping', 'DELETE', '/profiles/{profileId}/mappings', 200],
  ['DeleteCrl', 'DELETE', '/crl/{crlId}', 200],
  ['DeleteProfile', 'DELETE', '/profile/{profileId}', 200],
  ['DeleteTrustAnchor', 'DELETE', '/trustanchor/{trustAnchorId}', 200],
  ['DisableCrl', 'POST', '/crl/{crlId}/disable', 200],
  ['DisableProfile', 'POST', '/profile/{profileId}/disable', 200],
  ['DisableTrustAnchor', 'POST', '/trustanchor/{trustAnchorId}/disable', 200],
  ['EnableCrl', 'POST', '/crl/{crlId}/enable', 200],
  ['EnableProfile', 'POST', '/profile/{profileId}/enable', 200],
  ['EnableTrustAnchor', 'POST', '/trustanchor/{trustAnchorId}/enable', 200],
  ['GetCrl', 'GET', '/crl/{crlId}', 200],
  ['GetProfile', 'GET', '/profile/{profileId}', 200],
  ['GetSubject', 'GET', '/subject/{subjectId}', 200],
  ['GetTrustAnchor', 'GET', '/trustanchor/{trustAnchorId}', 200],
  ['ImportCrl', 'POST', '/crls', 201],
  ['ListCrls', 'GET', '/crls', 200],
  ['ListProfiles', 'GET', '/profiles', 200],
  ['ListSubjects', 'GET', '/subjects', 200],
  ['ListTagsForResource', 'GET', '/ListTagsForResource', 200],
  ['ListTrustAnchors', 'GET', '/trustanchors', 200],
  ['PutAttributeMapping', 'PUT', '/profiles/{profileId}/mappings', 200],
  ['PutNotificationSettings', 'PATCH', '/put-notifications-settings', 200],
  ['ResetNotificationSettings', 'PATCH', '/reset-notifications-settings', 200],
  ['TagResource', 'POST', '/TagResource', 201],
  ['UntagResource', 'POST', '/UntagResource', 200],
  ['UpdateCrl', 'PATCH', '/crl/{crlId}', 200],
  ['UpdateProfile', 'PATCH', '/profile/{profileId}', 200],
  ['UpdateTrustAnchor', 'PATCH', '/trustanchor/{trustAnchorId}', 200],
] as const satisfies readonly (readonly [
  string,
  AnywhereOperation['method'],
  string,
  AnywhereOperation['status'],
])[]

export type AnywhereOperationName = (typeof rows)[number][0]

export const anywhereOperations: readonly (AnywhereOperation & { readonly name: AnywhereOperationName })[] =
  rows.map(([name, method, path, status]) => ({ name, method, path, status }))
