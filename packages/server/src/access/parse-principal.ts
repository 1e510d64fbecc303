/** What may stand in `Principal`: whole names. A wildcard inside one would trust names that nobody has made yet. */
import { splitArn } from './arn.ts'
import type { PrincipalPattern, PrincipalType } from './principal-pattern.ts'

type Problem = { readonly problem: string }

export function parsePrincipal(type: PrincipalType, text: string, line: number): PrincipalPattern | Problem {
  if (type === 'AWS') return parseAwsPrincipal(text, line)
  if (!isName(text)) return { problem: `${JSON.stringify(text)} is no name of a ${type} principal` }
  return { kind: 'named', text, line, type }
}

function parseAwsPrincipal(text: string, line: number): PrincipalPattern | Problem {
  if (text === '*') return { kind: 'anyone', text, line }
  if (isAccountId(text)) return { kind: 'account', text, line, accountId: text }
  if (isUniqueId(text)) return { kind: 'named', text, line, type: 'AWS' }
  const parts = isName(text) ? splitArn(text) : null
  if (parts === null)
    return { problem: `${JSON.stringify(text)} is no principal: an ARN without wildcards, an account or "*"` }
  const [, partition = '', service = '', region = '', accountId = '', name = ''] = parts
  const isWhole =
    (partition === 'aws' || partition.startsWith('aws-')) &&
    region === '' &&
    isAccountId(accountId) &&
    (service === 'iam' || service === 'sts')
  if (isWhole && service === 'iam' && name === 'root') return { kind: 'account', text, line, accountId }
  const [kind = '', ...path] = name.split('/')
  const isKnown =
    service === 'iam'
      ? (kind === 'user' || kind === 'role') && path.length > 0
      : (kind === 'assumed-role' && path.length === 2) || (kind === 'federated-user' && path.length === 1)
  if (!isWhole || !isKnown || path.includes('')) {
    return { problem: `${JSON.stringify(text)} names no account, user, role or session` }
  }
  return { kind: 'named', text, line, type: 'AWS' }
}

/** Users, roles and sessions of accounts that the list does not name. */
export function unlistedAccounts(list: readonly PrincipalPattern[]): readonly PrincipalPattern[] {
  const accounts = new Set(list.map((item) => (item.kind === 'account' ? item.accountId : '')))
  return list.filter((item) => {
    const parts = item.kind === 'named' && item.type === 'AWS' ? splitArn(item.text) : null
    return parts !== null && !accounts.has(parts[4]!)
  })
}

function isAccountId(text: string): boolean {
  return text.length === 12 && [...text].every((character) => character >= '0' && character <= '9')
}

/** The ids that stand in stored policies for users and roles: AIDA…, AROA…. */
function isUniqueId(text: string): boolean {
  if (!(text.startsWith('AIDA') || text.startsWith('AROA')) || text.length < 16 || text.length > 128)
    return false
  return [...text].every(
    (character) => (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9'),
  )
}

/** Visible ASCII without wildcards and quotes. */
function isName(text: string): boolean {
  if (text.length === 0 || text.length > 2048) return false
  return [...text].every(
    (character) => character > ' ' && character < '\u007f' && !'*?"$'.includes(character),
  )
}
