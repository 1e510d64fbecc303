import { fileFindings } from '../doctor/file-findings.ts'
import type { Finding } from '../doctor/finding.ts'
import { identityFindings } from '../doctor/identity-findings.ts'
import { settingsFindings } from '../doctor/settings-findings.ts'
import type { OperationContext } from './context.ts'
import type { Reply } from './reply.ts'

/** What is unsafe: about the identities of the caller's account and, for the operator's own, about the server. */
export async function doctorReport(context: OperationContext): Promise<Reply> {
  const { config, accounts, lastUses, principal } = context
  const now = context.now()
  const account = accounts.find(principal.accountId)!
  const isOperator = principal.accountId === config.accountId
  const ownerOf = (accessKeyId: string): string | null =>
    accounts.findAccessKey(accessKeyId)?.user.name ?? null
  const findings: Finding[] = [
    ...(isOperator ? settingsFindings(config) : []),
    ...(isOperator ? await fileFindings(config, ownerOf, now) : []),
    ...identityFindings({ account, lastUseOf: (id) => lastUses.find(id)?.at ?? null, now }),
  ]
  const order = ({ severity }: Finding): number => (severity === 'unsafe' ? 0 : 1)
  return { kind: 'json', value: { findings: findings.sort((a, b) => order(a) - order(b)) } }
}
