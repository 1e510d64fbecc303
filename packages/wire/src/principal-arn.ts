import { isAccountId, isPartition } from './arn.ts'
import { isVisibleAscii } from './characters.ts'

const kinds = ['user', 'role']
const longestPath = 512
const longestName = 64

/**
 * Whether that is the ARN of an IAM user, a role or a whole account (`…:root`), of any partition. Wildcards name
 * nobody: what is granted to whom is always spelt out.
 */
export function isPrincipalArn(text: string): boolean {
  const [scheme, partition = '', service, region, accountId = '', resource = '', ...rest] = text.split(':', 7)
  if (scheme !== 'arn' || service !== 'iam' || region !== '' || rest.length > 0) return false
  if (!isPartition(partition) || !isAccountId(accountId)) return false
  return resource === 'root' || isIdentity(resource)
}

/** `user/NAME`, `role/some/path/NAME` */
function isIdentity(resource: string): boolean {
  const first = resource.indexOf('/')
  const last = resource.lastIndexOf('/')
  const [path, name] = [resource.slice(first, last + 1), resource.slice(last + 1)]
  if (!kinds.includes(resource.slice(0, Math.max(first, 0)))) return false
  if (path.length > longestPath || path.includes('//') || path.includes('*') || path.includes('?'))
    return false
  return isVisibleAscii(path) && isName(name)
}

const nameCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-'

function isName(text: string): boolean {
  for (const character of text) if (!nameCharacters.includes(character)) return false
  return text !== '' && text.length <= longestName
}
