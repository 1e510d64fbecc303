/** Grants of sessions, for tests. */
import type { PrincipalSession } from '../../iam/principal.ts'
import { testTime } from '../../iam/testing/identities.ts'
import type { Subject } from '../../storage/catalog.ts'
import type { SessionGrant } from '../session-token.ts'

/** Of an hour from the time of tests on, without limits. */
export function testGrant(subject: Subject, changes: Partial<PrincipalSession> = {}): SessionGrant {
  return {
    subject,
    session: {
      issuedAt: testTime,
      expiresAt: testTime + 3_600_000,
      mfaAt: null,
      policies: null,
      policyArns: [],
      tags: {},
      transitiveTagKeys: [],
      sourceIdentity: null,
      federatedProvider: null,
      ...changes,
    },
  }
}
