import { evaluate } from '../access/evaluate.ts'
import { ask } from '../iam/ask.ts'
import { rolePrincipal } from '../iam/principal.ts'
import type { Accounts } from '../identity/accounts.ts'

const roleName = 'AWSServiceRoleForCodeGuruProfiler'
const hourMs = 3_600_000

/** Whether the role by which Wick sends an account's notifications may publish to a topic; without the role it may not. */
export function publishRight(accounts: Pick<Accounts, 'find'>, region: string, now: () => number) {
  return (accountId: string, topicArn: string): boolean => {
    const account = accounts.find(accountId)
    const role = account?.roles.get(roleName.toLowerCase())
    if (account === null || account === undefined || role === undefined) return false
    const at = now()
    const session = {
      ...{ issuedAt: at, expiresAt: at + hourMs, mfaAt: null, policies: null, policyArns: [], tags: {} },
      ...{ transitiveTagKeys: [], sourceIdentity: null, federatedProvider: null },
    }
    const origin = { sourceAddress: '127.0.0.1', isSecureTransport: true, listener: 'internal', tls: null }
    const decision = evaluate(
      ask(
        {
          ...{ account, region, now: at, guardrails: [] },
          principal: rolePrincipal(account, role, 'notifications', { session }),
          request: { origin, userAgent: null, referer: null },
        },
        // What the topic's own account says to it, SNS decides.
        { action: 'sns:Publish', resource: topicArn, resourceAccountId: accountId },
        { accountId, tags: null, policy: null },
      ),
    )
    return decision.kind === 'allow'
  }
}
