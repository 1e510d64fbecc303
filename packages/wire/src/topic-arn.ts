import { isAccountId, isPartition } from './arn.ts'
import { isLowerWord, isVisibleAscii } from './characters.ts'

const longest = 512

/**
 * Whether that is an ARN a notification channel may have: `arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME`, as AWS's CloudFormation
 * wants it. The region may be missing; a name has no dot.
 */
export function isTopicArn(text: string): boolean {
  if (text.length > longest) return false
  const [scheme, partition = '', service = '', region = '', accountId = '', ...rest] = text.split(':')
  const name = rest.join(':')
  return (
    scheme === 'arn' &&
    isPartition(partition) &&
    isLowerWord(service) &&
    (region === '' || isLowerWord(region)) &&
    isAccountId(accountId) &&
    isVisibleAscii(name) &&
    !name.includes('.')
  )
}
